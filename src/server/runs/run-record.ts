import type { JsonObject } from "#core/json/json.ts";
import type { RunCheckpoint } from "#server/runner/run-checkpoint.ts";
import type { RunMemory } from "#server/runner/run-memory.ts";
import type { FlowRunOutcome } from "#server/runner/run-plan.ts";
import { type BatchRecordRunResult, createFailedRunResult } from "./store-finished-records.ts";
import { type RunServiceDependencies, truncateTextForStore } from "./run-service-dependencies.ts";
import type { RunInputs } from "./run-inputs.ts";
import { StepResultCollector } from "./step-result-collector.ts";
import type { TakenRecord } from "./record-taker.ts";

const ERROR_LIMIT = 4000;
/** A record that crashes the server each time must not run forever. */
const MAX_BREAKS = 3;

const GONE = "The record no longer exists.";
const BROKEN = `The run of this record was interrupted ${MAX_BREAKS} times and is not retried.`;
const RESULTS_NOT_STORED = "The run stopped because its step results could not be stored.";

interface RecordRunOptions {
  readonly steps: readonly JsonObject[];
  /** What a single run is given besides its record. */
  readonly given: RunInputs | undefined;
  readonly notes: ReadonlyMap<number, string>;
  readonly signal: AbortSignal;
  /** Contains the finished steps of an interrupted run of this record. */
  readonly checkpoint: RunCheckpoint;
  readonly memory: RunMemory;
}

export async function runFlowOnRecord(
  context: RunServiceDependencies,
  { batch, record: current, attempts, recordId, runKey, inlineRecord }: TakenRecord,
  { steps, given, notes, signal, checkpoint, memory }: RecordRunOptions,
): Promise<BatchRecordRunResult> {
  if (attempts > batch.maxRetries + MAX_BREAKS) return createFailedRunResult(BROKEN);
  // Runs the steps as the user who started the batch, with the scopes that the user's API key had at that time.
  const { organizationId, userId, scopes } = batch;
  const caller = { organizationId, userId, scopes };
  if (!current) return createFailedRunResult(GONE);
  const record = checkpoint.record ?? current;
  const { flowVersionId, id: batchId } = batch;
  const flowId = batch.isVirtual ? null : batch.flowId;
  // Attempts at the same run have the same execution id, so that a repeated request has the same content.
  const executionId = runKey;
  const log = new StepResultCollector({
    caller,
    executionId,
    flowId,
    flowVersionId,
    batchId,
    record: { id: recordId, name: record.name },
    notes,
  });
  const outcome = await context.runner.run(
    {
      executionId,
      flow: { id: flowId, name: batch.flowName },
      steps,
      // The run before had no record at all.
      record: batch.isSingle && inlineRecord === "{}" ? undefined : record,
      inputs: given?.inputs ?? {},
      messages: given?.messages ?? record.messages ?? [],
      secrets: {},
      caller,
      modelOverride: given?.modelOverride,
      upToStep: given?.upToStep,
      idempotencyKey: runKey,
    },
    { signal, onEvent: log.add, checkpoint, memory },
  );
  if (outcome.status === "cancelled" && !signal.aborted) return createFailedRunResult(RESULTS_NOT_STORED);
  return {
    ...describeRunOutcome(outcome),
    outputPreview: log.lastPreview,
    steps: log.rows,
    bytes: log.bytes,
  };
}

export function describeRunOutcome(
  outcome: FlowRunOutcome,
): Omit<BatchRecordRunResult, "outputPreview" | "steps" | "bytes"> {
  return {
    status: outcome.status,
    errorMessage: outcome.error === undefined ? null : truncateTextForStore(outcome.error, ERROR_LIMIT),
    durationMs: Math.round(outcome.completedAt - outcome.startedAt),
    contextSteps: outcome.contextSteps,
    promptsExecuted: outcome.promptsExecuted,
    totalTokens: outcome.totalTokens ?? null,
    estimatedCost: outcome.cost === undefined ? null : String(outcome.cost),
  };
}
