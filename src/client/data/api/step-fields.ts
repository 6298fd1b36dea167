import { createStore } from "zustand/vanilla";
import type { Flow } from "#contract/flow.ts";
import { hasInexactNumbers } from "#core/json/json-text.ts";
import { type JsonObject, isEqualJson, isJsonObject } from "#core/json/json.ts";
import { type StepFieldDifference, mergeStepRows } from "#core/merge/merge-step-rows.ts";
import { ApiError } from "./api-error.ts";
import { callEndpoint, callEndpointForValueAndText } from "./call-endpoint.ts";
import type { FlowReadOptions, FlowReading } from "./read-flow.ts";

/** The newest reading of a flow, and the flow with the fields that only the list of steps returned. */
interface KnownFlow {
  readonly raw: Flow;
  readonly merged: FlowReading;
  /** Whether the fields were read for this version, instead of being assumed from an earlier read. */
  readonly isComplete: boolean;
}

const knownFlows = new Map<string, KnownFlow>();

export interface StepFieldsReport {
  /** Why fields may be missing; undefined if all were read. */
  readonly problem: string | undefined;
  readonly isProblemDismissed: boolean;
  /** The fields with different values that the user has not dismissed. */
  readonly differences: readonly StepFieldDifference[];
}

const NOTHING_TO_REPORT: StepFieldsReport = {
  problem: undefined,
  isProblemDismissed: false,
  differences: [],
};

/** Reports of the page about the fields of steps, by flow id. */
export const stepFieldReports = createStore<ReadonlyMap<string, StepFieldsReport>>(() => new Map());

export function getStepFieldsReport(flowId: string): StepFieldsReport {
  return stepFieldReports.getState().get(flowId) ?? NOTHING_TO_REPORT;
}

const dismissedDifferences = new Set<string>();

const nameDifference = (flowId: string, { step, path }: StepFieldDifference) =>
  JSON.stringify([flowId, step["id"] ?? step["name"] ?? null, ...path]);

/** Hides what is reported about the flow, for this session. */
export function dismissStepFieldsReport(flowId: string): void {
  const report = getStepFieldsReport(flowId);
  for (const difference of report.differences) dismissedDifferences.add(nameDifference(flowId, difference));
  putReport(flowId, { ...report, isProblemDismissed: report.problem !== undefined, differences: [] });
}

function setReport(flowId: string, problem: string | undefined, found: readonly StepFieldDifference[]): void {
  const before = getStepFieldsReport(flowId);
  const differences = found.filter(
    (difference) => !dismissedDifferences.has(nameDifference(flowId, difference)),
  );
  const names = ({ differences: all }: Pick<StepFieldsReport, "differences">) =>
    all.map((difference) => nameDifference(flowId, difference)).join();
  if (problem === before.problem && names({ differences }) === names(before)) return;
  const isProblemDismissed = before.isProblemDismissed && problem === before.problem;
  putReport(flowId, { problem, isProblemDismissed, differences });
}

function putReport(flowId: string, report: StepFieldsReport): void {
  stepFieldReports.setState(new Map(stepFieldReports.getState()).set(flowId, report), true);
}

const flowsWithoutCheck = new Set<string>();

/** Records that the user accepts, for this session, that a save may delete fields that could not be read. */
export function allowSavesWithoutStepFields(flowId: string): void {
  flowsWithoutCheck.add(flowId);
}

export function isSaveWithoutStepFieldsAllowed(flowId: string): boolean {
  return flowsWithoutCheck.has(flowId);
}

/** Thrown before a save that might delete fields that could not be read; the user decides whether to save. */
export function createUnreadStepFieldsError(problem: string): ApiError {
  // Uses status 428, because nothing was written and a retry can succeed.
  return createProblemError(428, `${problem} Saving could delete run conditions.`);
}

function createProblemError(status: number, message: string): ApiError {
  return new ApiError(status, message, {
    details: [{ code: "UPSTREAM_STEP_FIELDS", message }],
    isRead: true,
  });
}

/** Whether later requests would fail in the same way: the endpoint is missing, or the key lacks its scope. */
const isLasting = ({ status }: ApiError) => [403, 404, 405, 410, 501].includes(status);

/** The error of the list of steps that later requests would repeat; kept for the session. */
let lastingError: ApiError | undefined;

/** Adds to a flow the fields that only the list of its steps returns. Reads the list once per version of the flow. */
export async function readMissingStepFields(
  reading: FlowReading,
  options: FlowReadOptions,
): Promise<FlowReading> {
  // Reads nothing else, because a strict caller rejects a flow with a rounded number anyway.
  if (options.isStrict && reading.isInexact) return reading;
  const { id } = reading.flow;
  const last = knownFlows.get(id);
  const hasSameSteps = last !== undefined && isEqualJson(last.raw.flowSteps, reading.flow.flowSteps);
  const isSameVersion = hasSameSteps && last.raw.updatedAt === reading.flow.updatedAt;
  if (isSameVersion && (last.isComplete || (!options.isForced && !options.isStrict)))
    return withStepsOf(reading, last.merged);
  try {
    if (lastingError && !options.isForced && last?.isComplete !== true) throw lastingError;
    return await readSteps(reading, options.signal);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status === 401 || (options.isStrict && error.status === 429))
      throw error;
    if (isLasting(error)) lastingError = error;
    const problem = describeProblem(error);
    if (options.isStrict) throw createProblemError(428, `${problem} Run conditions could be missing.`);
    // A flow whose fields were read must not be returned without them: that would look like their removal.
    if (last?.isComplete === true) throw createProblemError(502, problem);
    const merged = hasSameSteps ? withStepsOf(reading, last.merged) : reading;
    remember({ raw: reading.flow, merged, isComplete: false }, problem, []);
    return merged;
  }
}

const withStepsOf = (reading: FlowReading, { flow: { flowSteps }, isInexact }: FlowReading): FlowReading => ({
  flow: { ...reading.flow, flowSteps },
  isInexact: reading.isInexact || isInexact,
});

function remember(
  flow: KnownFlow,
  problem: string | undefined,
  differences: readonly StepFieldDifference[],
): void {
  knownFlows.set(flow.raw.id, flow);
  setReport(flow.raw.id, problem, differences);
}

/**
 * Reads the list of steps after the flow: a list that was read before could hold fields of an older version than the one
 * that a save then replaces. Reads both again if they differ, because a write in between is the likely cause.
 */
async function readSteps(reading: FlowReading, signal: AbortSignal | undefined): Promise<FlowReading> {
  const { id } = reading.flow;
  let { flow, isInexact } = reading;
  for (let attempt = 1; ; attempt += 1) {
    const rows = await readStepRows(id, signal);
    const { steps, differences, isSameList } = mergeStepRows(flow.flowSteps, rows.data);
    if (isSameList && (differences.length === 0 || attempt === 2)) {
      lastingError = undefined;
      const merged = { flow: { ...flow, flowSteps: [...steps] }, isInexact: isInexact || rows.isInexact };
      remember({ raw: flow, merged, isComplete: true }, undefined, differences);
      return merged;
    }
    if (attempt === 2) throw new ApiError(200, "The API’s list of steps differs from its flow.");
    const again = await callEndpointForValueAndText("getFlow", { params: { id }, signal });
    flow = again.value;
    isInexact = hasInexactNumbers(again.text, flow as JsonObject);
  }
}

interface StepRows {
  readonly data: readonly JsonObject[];
  readonly isInexact: boolean;
}

async function readStepRows(flowId: string, signal: AbortSignal | undefined): Promise<StepRows> {
  try {
    const { value, text } = await callEndpointForValueAndText("listFlowSteps", {
      params: { flowId },
      signal,
    });
    return {
      data: value.data as readonly JsonObject[],
      isInexact: hasInexactNumbers(text, value as JsonObject),
    };
  } catch (error) {
    // Accepts rows that deviate from the documented schema, as long as each has an id and a type.
    const body = error instanceof ApiError && error.status === 200 ? error.body : undefined;
    const data = isJsonObject(body) ? body["data"] : undefined;
    if (!Array.isArray(data) || !data.every(isStepRow)) throw error;
    return { data, isInexact: data.some(hasLongNumber) };
  }
}

const isStepRow = (row: unknown): row is JsonObject =>
  isJsonObject(row) && typeof row["id"] === "string" && typeof row["type"] === "string";

/** Whether a number may have been rounded; used where the text of the response is not available. */
const hasLongNumber = (row: JsonObject) =>
  /[:,[]-?[\d.]{16}/.test(JSON.stringify(row).replaceAll(/"(?:\\.|[^"\\])*"/g, '""'));

function describeProblem(error: ApiError): string {
  switch (error.status) {
    case 200:
      return "The API returned an unexpected list of steps.";
    case 403:
      return "The API key may not read the list of steps.";
    case 429:
      return "The API limits the number of requests.";
    default:
      return `The API did not return the list of steps (${error.status}).`;
  }
}

/**
 * Reads a flow that was just written with `sent` steps. If the list of steps cannot be read, fields that were
 * sent but not returned count as stored.
 */
export async function readWrittenFlow(written: Flow, sent: readonly JsonObject[]): Promise<Flow> {
  const { id } = written;
  const before = knownFlows.get(id);
  const after = await callEndpoint("getFlow", { params: { id } }).catch(() => written);
  try {
    if (lastingError && before?.isComplete !== true) throw lastingError;
    return (await readSteps({ flow: after, isInexact: false }, undefined)).flow;
  } catch (error) {
    const flow = { ...after, flowSteps: [...mergeStepRows(after.flowSteps, sent).steps] };
    const isComplete = before?.isComplete === true && after.updatedAt === written.updatedAt;
    const failure = error instanceof ApiError ? error : new ApiError(0, "No response");
    const problem = isComplete ? undefined : describeProblem(failure);
    remember({ raw: after, merged: { flow, isInexact: false }, isComplete }, problem, []);
    return flow;
  }
}
