import { MAX_STORED_STEP_OUTPUT_BYTES } from "#contract/run.ts";
import type { JsonValue } from "#core/json/json.ts";
import type { Caller } from "#server/domain/caller.ts";
import { createPrefixedId } from "#server/flows/flow-context.ts";
import type { FlowRunEvent, RecordOfRun, RunStepDescription, StepOutcome } from "#server/runner/run-plan.ts";
import type { RunValue } from "#server/domain/run-value.ts";
import type { NewStepResultRow } from "#server/store/step-result-rows.ts";
import { formatOutputAsText } from "./dispatch-events.ts";
import { truncateTextForStore } from "./run-service-dependencies.ts";

/** Maximum bytes of outputs stored per execution; only the start of any further output is stored. */
const EXECUTION_LIMIT = 16 * MAX_STORED_STEP_OUTPUT_BYTES;
const STORED_START_BYTES = 16 * 1024;
const PREVIEW_LIMIT = 500;
const ERROR_LIMIT = 4000;
const PROMPT_LIMIT = 20_000;
const VARIABLES_LIMIT = 64 * 1024;

interface Execution {
  readonly caller: Pick<Caller, "organizationId" | "userId">;
  readonly executionId: string;
  /** Null for the results of a flow that is not stored. */
  readonly flowId: string | null;
  readonly flowVersionId: string | null;
  readonly batchId: string | null;
  readonly record: Pick<RecordOfRun, "id" | "name"> | undefined;
  /** Notes of a retry on steps that are not skipped, by position. */
  readonly notes?: ReadonlyMap<number, string>;
}

/** Collects the step results of one execution for the database, limited in size. */
export class StepResultCollector {
  readonly #execution: Execution;
  readonly #rows: NewStepResultRow[] = [];
  #left = EXECUTION_LIMIT;

  constructor(execution: Execution) {
    this.#execution = execution;
  }

  get rows(): readonly NewStepResultRow[] {
    return this.#rows;
  }

  get bytes(): number {
    return EXECUTION_LIMIT - this.#left;
  }

  get lastPreview(): string | null {
    return this.#rows.findLast(({ outputPreview }) => outputPreview != null)?.outputPreview ?? null;
  }

  readonly add = (event: FlowRunEvent): void => {
    if (event.type === "step-end") this.#rows.push(this.#describe(event.step, event.outcome));
  };

  #describe(step: RunStepDescription, outcome: StepOutcome): NewStepResultRow {
    const { caller, record, notes, ...rest } = this.#execution;
    const wasSkipped = outcome.status === "skipped";
    const text = (value: string | undefined, limit: number) =>
      value === undefined ? null : truncateTextForStore(value, limit);
    return {
      ...rest,
      organizationId: caller.organizationId,
      userId: caller.userId,
      id: createPrefixedId("stepres", Math.floor(outcome.completedAt)),
      recordId: record?.id ?? null,
      recordName: text(record?.name, PREVIEW_LIMIT),
      stepId: truncateTextForStore(step.id, PREVIEW_LIMIT),
      stepName: truncateTextForStore(step.name, PREVIEW_LIMIT),
      stepType: truncateTextForStore(step.type, PREVIEW_LIMIT),
      position: step.position,
      depth: step.depth,
      status: outcome.status,
      skipReason: outcome.skipReason ?? notes?.get(step.position) ?? null,
      ...this.#serializeOutput(outcome.output),
      outputVariable: text(step.outputVariable, PREVIEW_LIMIT),
      errorMessage: text(outcome.error, ERROR_LIMIT),
      resolvedPrompt: text(outcome.resolvedPrompt, PROMPT_LIMIT),
      modelUsed: text(outcome.modelUsed, PREVIEW_LIMIT),
      promptTokens: outcome.promptTokens ?? null,
      completionTokens: outcome.completionTokens ?? null,
      totalTokens: outcome.totalTokens ?? null,
      retryCount: outcome.retryCount ?? null,
      estimatedCost: outcome.cost === undefined ? null : String(outcome.cost),
      inputVariables: serializeIfShort(outcome.inputVariables),
      unresolvedVariables:
        outcome.unresolvedVariables?.map((name) => truncateTextForStore(name, PREVIEW_LIMIT)) ?? null,
      durationMs:
        wasSkipped || notes?.get(step.position) === "taken"
          ? null
          : Math.round(outcome.completedAt - outcome.startedAt),
      startedAt: new Date(outcome.startedAt),
      completedAt: new Date(outcome.completedAt),
      createdAt: new Date(outcome.completedAt),
    };
  }

  #serializeOutput(output: RunValue | undefined): Partial<NewStepResultRow> {
    if (output === undefined) return {};
    const { json } = output;
    const outputPreview = truncateTextForStore(formatOutputAsText(output), PREVIEW_LIMIT);
    const outputShape = JSON.stringify(output.structure);
    const bytes = Buffer.byteLength(json);
    if (bytes > Math.min(MAX_STORED_STEP_OUTPUT_BYTES, this.#left)) {
      // Stores the start of the output as a JSON string, because truncated JSON cannot be parsed.
      const start = Buffer.from(json).subarray(0, STORED_START_BYTES);
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

function serializeIfShort(value: JsonValue | undefined): string | null {
  const json = value === undefined ? undefined : JSON.stringify(value);
  return json === undefined || json.length > VARIABLES_LIMIT ? null : json;
}
