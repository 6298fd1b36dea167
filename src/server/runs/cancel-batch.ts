import { describeErrorForLog } from "#server/domain/describe-error.ts";
import type { Caller } from "#server/domain/caller.ts";
import { cancelWaitingBatchRecords } from "#server/store/batch-record-rows.ts";
import { isActiveBatch, lockBatch, updateBatch } from "#server/store/batch-rows.ts";
import { storeRunOutcomes } from "./health/store-run-outcomes.ts";
import { getBatchRowOrThrowNotFound } from "./read-batch-records.ts";
import type { RunService } from "./run-service.ts";

/** Each server aborts its running records of the batch when it receives the change event. */
export async function cancelBatch(
  { context, event, queue, alerts }: Pick<RunService, "context" | "event" | "queue" | "alerts">,
  caller: Caller,
  id: string,
) {
  const { organizationId } = caller;
  const key = { organizationId, batchId: id };
  await getBatchRowOrThrowNotFound(context, caller, id);
  await queue.open();
  await alerts.open();
  const wasActive = await context.store.write(async (tx, publish) => {
    const batch = await lockBatch(tx, organizationId, id);
    if (!batch || !isActiveBatch(batch)) return false;
    const now = new Date(context.now());
    const waiting = await cancelWaitingBatchRecords(tx, key, now);
    const changes = {
      status: "cancelled",
      cancelledRecords: batch.cancelledRecords + waiting,
      completedAt: now,
    } as const;
    await updateBatch(tx, batch, changes);
    const cancelled = { ...batch, ...changes };
    event.publishAtOnce(publish, cancelled);
    if (!batch.isVirtual)
      await storeRunOutcomes(tx, alerts, [{ batch: cancelled, executions: [], hasEnded: true }], now);
    return true;
  });
  // Only logs a failure: a worker that later takes one of these jobs removes the others too.
  if (wasActive)
    await queue.removeJobsOfCancelledRecords(key).catch((error: unknown) => {
      context.logger.warn(
        { err: describeErrorForLog(error) },
        "could not remove the jobs of a cancelled batch yet",
      );
    });
  const message = wasActive
    ? "Batch cancelled. Running records stop now."
    : "The batch had already ended. Nothing was changed.";
  return { success: wasActive, message };
}
