import type { JsonObject } from "#core/json.ts";
import type { RunOutcome } from "#server/runner/run-plan.ts";
import type { BatchRow } from "#server/store/batch-rows.ts";
import { type EndedRun, failedRun } from "./end-records.ts";
import type { ClaimedRecord } from "./exchange-records.ts";
import { type RunContext, storableText } from "./run-context.ts";
import { StepLog } from "./step-log.ts";

const ERROR_LIMIT = 4000;
/** A record whose run ends the server each time must not end it for ever. */
const MAX_BREAKS = 3;

const GONE = "The record no longer exists.";
const BROKEN = `The run of this record broke off ${MAX_BREAKS} times before it came to an end, so it is not tried again.`;
const UNHEARD = "The run stopped, since what its steps did could not be taken down.";

/** Runs a batch's steps over one claimed record, to whatever end. */
export async function runRecord(
  context: RunContext,
  { batch, claim, record }: ClaimedRecord,
  steps: readonly JsonObject[],
  signal: AbortSignal,
): Promise<EndedRun> {
  if (claim.attempts > batch.maxRetries + MAX_BREAKS) return failedRun(BROKEN);
  const caller = callerOf(batch);
  if (!record) return failedRun(GONE);
  const { executionId } = claim;
  const { flowId, flowVersionId, id: batchId } = batch;
  const log = new StepLog({ caller, executionId, flowId, flowVersionId, batchId, record });
  const outcome = await context.runner.run(
    {
      executionId,
      flow: { id: flowId, name: batch.flowName },
      steps,
      record,
      inputs: {},
      messages: record.messages ?? [],
      secrets: {},
      caller,
      modelOverride: undefined,
      upToStep: undefined,
    },
    { signal, onEvent: log.add },
  );
  if (outcome.status === "cancelled" && !signal.aborted) return failedRun(UNHEARD);
  return { ...describeOutcome(outcome), outputPreview: log.lastPreview, steps: log.rows, bytes: log.bytes };
}

/** Steps act for the one who started the batch, in their organisation. */
function callerOf({ organizationId, userId }: BatchRow) {
  return { organizationId, userId, scopes: [] };
}

function describeOutcome(outcome: RunOutcome): Omit<EndedRun, "outputPreview" | "steps" | "bytes"> {
  return {
    status: outcome.status,
    errorMessage: outcome.error === undefined ? null : storableText(outcome.error, ERROR_LIMIT),
    durationMs: Math.max(0, Math.round(outcome.completedAt - outcome.startedAt)),
    contextSteps: outcome.contextSteps,
    promptsExecuted: outcome.promptsExecuted,
    totalTokens: outcome.totalTokens ?? null,
    estimatedCost: outcome.cost === undefined ? null : String(outcome.cost),
  };
}
