import { parseFlowDocument } from "#core/document/flow-document.ts";
import { hasInexactNumbers } from "#core/json/unstorable-json-value.ts";
import { type JsonObject, type JsonValue, isEqualJson, isJsonObject } from "#core/json/json.ts";
import { hasAllFields } from "#core/merge/field-filler.ts";
import { type StepFieldDifference, mergeStepRows } from "#core/merge/merge-step-rows.ts";
import { HttpError } from "#server/http/http-error.ts";
import { BoundedMap } from "./bounded-map.ts";
import { computeContentToken, markPartialToken } from "./content-token.ts";
import { type UpstreamAnswer, readUpstreamAnswer } from "./upstream-answer.ts";
import { UpstreamAnswerError } from "#server/http/upstream-answer-error.ts";
import type { UpstreamCall } from "./upstream-call.ts";
import type { UpstreamClient } from "./upstream.ts";

export type FlowWithSteps = JsonObject & { readonly id: string; readonly flowSteps: readonly JsonObject[] };

/** A flow with the fields of its steps that only the list of its steps has. */
export interface CompletedFlow {
  readonly flow: FlowWithSteps;
  readonly versionToken: string;
  /** Why fields may be missing; undefined if all were read. */
  readonly problem: string | undefined;
  /** Fields with different values in the flow and in the list of its steps. */
  readonly differences: readonly StepFieldDifference[];
  /** Whether parsing changed a number, so that the flow must not be written back. */
  readonly isInexact: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

interface KnownSteps {
  readonly updatedAt: unknown;
  /** The steps as the flow itself had them. */
  readonly own: readonly JsonObject[];
  readonly merged: readonly JsonObject[];
  readonly differences: readonly StepFieldDifference[];
  readonly isInexact: boolean;
  readonly characters: number;
}

interface StepRows {
  readonly data: readonly JsonObject[];
  readonly isInexact: boolean;
  readonly characters: number;
}

/** Limits the memory of the remembered steps, counted in characters of the flows and their lists. */
const MAX_CHARACTERS = 4_000_000;

const MAX_NAMES = 10_000;

/** How long an error of the list of steps that will not pass soon is not tried again. */
const LASTING_MS = 30_000;

/** Reads flows of the connected API whole: its answer with one flow may lack fields that its list of steps has. */
export class CloudFlowReader {
  readonly #upstream: UpstreamClient;
  readonly #monotonic: () => number;
  /** The newest complete steps of each flow, the least recently used first. */
  readonly #known = new Map<string, KnownSteps>();
  #characters = 0;
  readonly #names = new BoundedMap<string, unknown>(MAX_NAMES);
  /** `flowId`: the only flow that it concerns. */
  #lasting: { readonly problem: string; readonly until: number; readonly flowId?: string } | undefined;

  constructor(upstream: UpstreamClient, monotonic: () => number) {
    this.#upstream = upstream;
    this.#monotonic = monotonic;
  }

  /** Adds the fields of the steps that the answer with a flow lacks. */
  async complete(call: UpstreamCall, answer: UpstreamAnswer): Promise<CompletedFlow> {
    const flow = answer.value as FlowWithSteps;
    const known = this.#find(flow.id);
    if (known && known.updatedAt === flow["updatedAt"] && isEqualJson(known.own, flow.flowSteps))
      return completeFlow(answer, known);
    try {
      return await this.#readSteps(call, answer);
    } catch (error) {
      return incompleteFlow(answer, flow.flowSteps, this.#noteProblem(error, flow.id));
    }
  }

  /** Sent fields that cannot be read count as stored. `written` is used if the flow cannot be read. */
  async readBack(
    call: UpstreamCall,
    written: UpstreamAnswer,
    sent: { readonly steps: readonly JsonObject[]; readonly isComplete: boolean },
  ): Promise<CompletedFlow> {
    const { id } = written.value as FlowWithSteps;
    const after = await this.readFlow(call, id).catch(() => written);
    try {
      const held = await this.#readSteps(call, after);
      const isOvertaken =
        held.flow["updatedAt"] !== written.value["updatedAt"] &&
        !isResultOf({ name: written.value["name"], flowSteps: sent.steps }, held.flow);
      // Answers what was written, so that the next save of the page conflicts with the other client's.
      return isOvertaken ? incompleteFlow(written, sent.steps, undefined) : held;
    } catch (error) {
      // The flow is written, whatever fails now.
      const problem = call.signal.aborted ? UNREAD : this.#noteProblem(error, id, UNREAD);
      const { steps } = mergeStepRows((after.value as FlowWithSteps).flowSteps, sent.steps);
      if (!sent.isComplete || after.value["updatedAt"] !== written.value["updatedAt"])
        return incompleteFlow(after, steps, problem);
      return completeFlow(after, this.#remember(after, { steps, differences: [], isInexact: false }));
    }
  }

  /** Throws `UpstreamAnswerError` if the API does not return a flow. */
  async readFlow(call: UpstreamCall, id: string): Promise<UpstreamAnswer> {
    const target = `/v1/flows/${encodeURIComponent(id)}`;
    const response = await this.#upstream.send({ ...call, method: "GET", target });
    const answer = await readUpstreamAnswer(response, isFlowWithSteps);
    this.#names.set(id, answer.value["name"]);
    return answer;
  }

  /** Returns the name that the flow had when it was last read. */
  async readName(call: UpstreamCall, id: string): Promise<unknown> {
    return this.#names.get(id) ?? (await this.readFlow(call, id)).value["name"];
  }

  #find(id: string): KnownSteps | undefined {
    const known = this.#known.get(id);
    if (!known) return undefined;
    this.#known.delete(id);
    this.#known.set(id, known);
    return known;
  }

  #remember(
    { value, text }: UpstreamAnswer,
    found: {
      readonly steps: readonly JsonObject[];
      readonly differences: readonly StepFieldDifference[];
      readonly isInexact: boolean;
      readonly characters?: number;
    },
  ): KnownSteps {
    const { id, flowSteps, updatedAt } = value as FlowWithSteps;
    const { steps: merged, differences, isInexact, characters: ofRows = 0 } = found;
    const characters = text.length + ofRows;
    const known = { updatedAt, own: flowSteps, merged, differences, isInexact, characters };
    this.#forget(id);
    this.#known.set(id, known);
    this.#characters += known.characters;
    for (const oldest of this.#known.keys()) {
      if (this.#characters <= MAX_CHARACTERS || oldest === id) break;
      this.#forget(oldest);
    }
    return known;
  }

  #forget(id: string): void {
    this.#characters -= this.#known.get(id)?.characters ?? 0;
    this.#known.delete(id);
  }

  /** After the flow, and both again if they differ: a write in between is the likely cause. */
  async #readSteps(call: UpstreamCall, first: UpstreamAnswer): Promise<CompletedFlow> {
    const { until = 0, problem = "", flowId } = this.#lasting ?? {};
    const isConcerned = flowId === undefined || flowId === first.value["id"];
    if (isConcerned && this.#monotonic() < until) throw new StepListError(problem);
    let answer = first;
    for (let attempt = 1; ; attempt += 1) {
      const { id, flowSteps } = answer.value as FlowWithSteps;
      const rows = await this.#readStepRows(call, id);
      const { steps, differences, isSameList } = mergeStepRows(flowSteps, rows.data);
      if (isSameList && (differences.length === 0 || attempt === 2)) {
        this.#lasting = undefined;
        const { isInexact, characters } = rows;
        return completeFlow(answer, this.#remember(answer, { steps, differences, isInexact, characters }));
      }
      if (attempt === 2) throw new StepListError("The API returned an unexpected list of steps.");
      answer = await this.readFlow(call, id);
    }
  }

  async #readStepRows(call: UpstreamCall, flowId: string): Promise<StepRows> {
    const target = `/v1/flow-steps/flow/${encodeURIComponent(flowId)}`;
    const response = await this.#upstream.send({ ...call, method: "GET", target });
    const { value, text } = await readUpstreamAnswer(
      response,
      ({ data }) => Array.isArray(data) && data.every(isStepRow),
    );
    return {
      data: value["data"] as readonly JsonObject[],
      isInexact: hasInexactNumbers(text, value),
      characters: text.length,
    };
  }

  /** Returns why the list of steps could not be read. Throws another error, unless `other` describes it. */
  #noteProblem(error: unknown, flowId: string, other?: string): string {
    if (error instanceof StepListError) return error.message;
    if (error instanceof HttpError) return UNREAD;
    const status = error instanceof UpstreamAnswerError ? error.response.status : undefined;
    if (status === undefined || status === 401) {
      if (other === undefined) throw error;
      return other;
    }
    const problem = describeProblem(status);
    // A 404 may mean that this flow was just deleted.
    if (LASTING.includes(status))
      this.#lasting = {
        problem,
        until: this.#monotonic() + LASTING_MS,
        ...(status === 404 && { flowId }),
      };
    return problem;
  }
}

class StepListError extends Error {}

const UNREAD = "The API did not return the list of steps.";

/** The endpoint is missing, or the key lacks its scope: the next request would fail in the same way. */
const LASTING = [403, 404, 405, 410, 501];

function describeProblem(status: number): string {
  if (status === 200) return "The API returned an unexpected list of steps.";
  if (status === 403) return "The API key may not read the list of steps.";
  if (status === 429) return "The API limits the number of requests.";
  return `The API did not return the list of steps (${status}).`;
}

/** Status 428, because nothing was written, and a retry can succeed. */
export function createStepFieldsError(message: string): HttpError {
  return new HttpError(428, message, [{ message, code: "UPSTREAM_STEP_FIELDS" }]);
}

interface SentFlow {
  readonly name?: JsonValue | undefined;
  readonly flowSteps?: readonly JsonObject[] | undefined;
}

/** Whether the flow has the name and the steps that were sent, and perhaps defaults that the API filled in. */
export function isResultOf({ name, flowSteps }: SentFlow, held: FlowWithSteps): boolean {
  if (name !== undefined && name !== held["name"]) return false;
  if (flowSteps === undefined) return true;
  const document = parseFlowDocument({ name: "", flowSteps });
  return hasAllFields(document, parseFlowDocument({ name: "", flowSteps: held.flowSteps }, document));
}

const isStepRow = (row: unknown): row is JsonObject =>
  isJsonObject(row) && typeof row["id"] === "string" && typeof row["type"] === "string";

export function isFlowWithSteps(value: JsonObject): value is FlowWithSteps {
  const { id, flowSteps } = value;
  return typeof id === "string" && Array.isArray(flowSteps) && flowSteps.every((step) => isJsonObject(step));
}

function completeFlow({ value, text, headers }: UpstreamAnswer, known: KnownSteps): CompletedFlow {
  const flow = { ...(value as FlowWithSteps), flowSteps: known.merged };
  const isInexact = known.isInexact || hasInexactNumbers(text, value);
  const versionToken = computeContentToken(flow, isInexact ? text : undefined);
  return { flow, versionToken, problem: undefined, differences: known.differences, isInexact, headers };
}

function incompleteFlow(
  { value, text, headers }: UpstreamAnswer,
  flowSteps: readonly JsonObject[],
  problem: string | undefined,
): CompletedFlow {
  const flow = { ...(value as FlowWithSteps), flowSteps };
  const token = computeContentToken(flow);
  const versionToken = problem === undefined ? token : markPartialToken(token);
  return { flow, versionToken, problem, differences: [], isInexact: hasInexactNumbers(text, value), headers };
}
