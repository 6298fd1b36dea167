import type { AlertService } from "#server/alerts/alert-service.ts";
import { addRecordOfSingleRun, insertBatch } from "#server/store/batch-rows.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import { insertStepResults, lockFlowAgainstDeletion } from "#server/store/step-result-rows.ts";
import type { FlowRow } from "#server/store/flow-rows.ts";
import type { FlowRunOutcome, FlowRunPlan } from "#server/runner/run-plan.ts";
import { storeRunOutcomes } from "./health/store-run-outcomes.ts";
import { NEW_RUN, type RunOrigin, describeOrigin } from "./start-batch.ts";
import { serializeRunInputs } from "./run-inputs.ts";
import { describeRunOutcome } from "./run-record.ts";
import type { StepResultCollector } from "./step-result-collector.ts";

export interface EndedSingleRun {
  readonly plan: FlowRunPlan;
  readonly flow: FlowRow;
  readonly flowVersionId: string | null;
  readonly origin: RunOrigin;
  readonly startedAt: Date;
  readonly completedAt: Date;
  readonly outcome: FlowRunOutcome;
  readonly results: StepResultCollector;
}

/** Stores the run of a dispatch as a batch of one record, with its results. Returns undefined if the flow is gone. */
export async function storeSingleRun(tx: DatabaseTransaction, alerts: AlertService, run: EndedSingleRun) {
  const { plan, flow, flowVersionId, origin, results, startedAt, completedAt } = run;
  const { caller, record, executionId } = plan;
  const { organizationId, userId, scopes } = caller;
  if (!(await lockFlowAgainstDeletion(tx, organizationId, flow.id))) return undefined;
  const outcome = describeRunOutcome(run.outcome);
  const { status, errorMessage, totalTokens, estimatedCost } = outcome;
  const batch = {
    ...NEW_RUN,
    ...describeOrigin(caller, origin),
    organizationId,
    id: executionId,
    userId,
    scopes: [...scopes],
    flowId: flow.id,
    flowName: plan.flow.name,
    flowVersionId,
    recordType: record?.type ?? null,
    isVirtual: false,
    isSingle: true,
    recordName: record?.name ?? null,
    status,
    totalRecords: 1,
    processedRecords: status === "cancelled" ? 0 : 1,
    failedRecords: status === "failed" ? 1 : 0,
    cancelledRecords: status === "cancelled" ? 1 : 0,
    maxRetries: 0,
    concurrency: 1,
    totalTokens,
    estimatedCost,
    firstError: errorMessage,
    createdAt: startedAt,
    startedAt,
    completedAt,
  };
  await insertBatch(tx, batch, { steps: JSON.stringify(plan.steps), runInputs: serializeRunInputs(plan) });
  await addRecordOfSingleRun(tx, {
    ...outcome,
    organizationId,
    batchId: executionId,
    position: 0,
    // A run without a stored record is found by its own id.
    recordId: record?.id ?? executionId,
    recordName: record?.name ?? null,
    ...(record?.id == null && { record: JSON.stringify(record ?? {}) }),
    attempts: 1,
    executionId,
    outputPreview: results.lastPreview,
    startedAt,
    completedAt,
  });
  await insertStepResults(tx, results.rows);
  const execution = { ...outcome, steps: results.rows };
  await storeRunOutcomes(tx, alerts, [{ batch, executions: [execution], hasEnded: true }], completedAt);
  return batch;
}
