import { OUTPUT_LIMIT } from "#contract/run.ts";
import { describeShape } from "#core/describe-shape.ts";
import type { JsonValue } from "#core/json.ts";
import type { Caller } from "#server/caller.ts";
import { mintId } from "#server/flows/flow-context.ts";
import type { RunEvent, RunRecord, RunStep, StepOutcome } from "#server/runner/run-plan.ts";
import type { NewStepResultRow } from "#server/store/step-result-rows.ts";
import { storableText } from "./run-context.ts";

/** Bytes of outputs that one execution keeps; what comes later is kept as a preview. */
const EXECUTION_LIMIT = 16 * OUTPUT_LIMIT;
/** Bytes that are kept of an output that is too long. */
const BEGINNING = 16 * 1024;
const PREVIEW_LIMIT = 500;
const ERROR_LIMIT = 4000;
const PROMPT_LIMIT = 20_000;
const VARIABLES_LIMIT = 64 * 1024;

interface Execution {
  readonly caller: Pick<Caller, "organizationId" | "userId">;
  readonly executionId: string;
  readonly flowId: string;
  readonly flowVersionId: string | null;
  readonly batchId: string | null;
  readonly record: Pick<RunRecord, "id" | "name"> | undefined;
}

/** What the steps of one execution did, as it is stored: bounded, whatever they gave. */
export class StepLog {
  readonly #execution: Execution;
  readonly #rows: NewStepResultRow[] = [];
  #left = EXECUTION_LIMIT;

  constructor(execution: Execution) {
    this.#execution = execution;
  }

  get rows(): readonly NewStepResultRow[] {
    return this.#rows;
  }

  /** What the outputs that are kept weigh, but for beginnings. */
  get bytes(): number {
    return EXECUTION_LIMIT - this.#left;
  }

  /** The preview of the last output that there was. */
  get lastPreview(): string | null {
    return this.#rows.findLast(({ outputPreview }) => outputPreview != null)?.outputPreview ?? null;
  }

  readonly add = (event: RunEvent): void => {
    if (event.type === "step-end") this.#rows.push(this.#describe(event.step, event.outcome));
  };

  #describe(step: RunStep, outcome: StepOutcome): NewStepResultRow {
    const { caller, record, ...rest } = this.#execution;
    const wasSkipped = outcome.status === "skipped";
    const text = (value: string | undefined, limit: number) =>
      value === undefined ? null : storableText(value, limit);
    return {
      ...rest,
      organizationId: caller.organizationId,
      userId: caller.userId,
      id: mintId("stepres", Math.floor(outcome.completedAt)),
      recordId: record?.id ?? null,
      recordName: text(record?.name, PREVIEW_LIMIT),
      stepId: storableText(step.id, PREVIEW_LIMIT),
      stepName: storableText(step.name, PREVIEW_LIMIT),
      stepType: storableText(step.type, PREVIEW_LIMIT),
      position: step.position,
      depth: step.depth,
      status: outcome.status,
      skipReason: outcome.skipReason ?? null,
      ...this.#keepOutput(outcome.output),
      outputVariable: text(step.outputVariable, PREVIEW_LIMIT),
      errorMessage: text(outcome.error, ERROR_LIMIT),
      resolvedPrompt: text(outcome.resolvedPrompt, PROMPT_LIMIT),
      modelUsed: text(outcome.modelUsed, PREVIEW_LIMIT),
      promptTokens: outcome.promptTokens ?? null,
      completionTokens: outcome.completionTokens ?? null,
      totalTokens: outcome.totalTokens ?? null,
      retryCount: outcome.retryCount ?? null,
      estimatedCost: outcome.cost === undefined ? null : String(outcome.cost),
      inputVariables: keepSmall(outcome.inputVariables),
      unresolvedVariables:
        outcome.unresolvedVariables?.map((name) => storableText(name, PREVIEW_LIMIT)) ?? null,
      durationMs: wasSkipped ? null : Math.max(0, Math.round(outcome.completedAt - outcome.startedAt)),
      startedAt: new Date(outcome.startedAt),
      completedAt: new Date(outcome.completedAt),
      createdAt: new Date(outcome.completedAt),
    };
  }

  #keepOutput(output: JsonValue | undefined): Partial<NewStepResultRow> {
    if (output === undefined) return {};
    const json = JSON.stringify(output);
    const outputPreview = storableText(typeof output === "string" ? output : json, PREVIEW_LIMIT);
    const outputShape = JSON.stringify(describeShape(output));
    const bytes = Buffer.byteLength(json);
    if (bytes > Math.min(OUTPUT_LIMIT, this.#left)) {
      // Only a beginning is left, which parses as nothing but a text.
      const start = Buffer.from(json).subarray(0, BEGINNING);
      return {
        output: JSON.stringify(start.toString("utf8")),
        outputPreview,
        outputShape,
        isOutputCut: true,
      };
    }
    this.#left -= bytes;
    return { output: json, outputPreview, outputShape };
  }
}

/** Variables are told to help, so what is too long is left out. */
function keepSmall(value: JsonValue | undefined): string | null {
  const json = value === undefined ? undefined : JSON.stringify(value);
  return json === undefined || json.length > VARIABLES_LIMIT ? null : json;
}
