import { type Answer, objectText } from "#server/answer.ts";
import type { Caller } from "#server/caller.ts";
import { cancelRecords } from "#server/store/batch-record-rows.ts";
import { isActive, lockBatch, updateBatch } from "#server/store/batch-rows.ts";
import { updateFlow } from "#server/store/flow-rows.ts";
import { getBatch } from "./read-batches.ts";
import type { RunService } from "./run-service.ts";

/**
 * What waits is not begun; what is under way is aborted by whichever server runs it, which hears of it as of any news, and
 * ends as cancelled a moment later.
 */
export async function cancelBatch(
  { context, news }: Pick<RunService, "context" | "news">,
  caller: Caller,
  id: string,
): Promise<Answer> {
  const { organizationId } = caller;
  await getBatch(context, caller, id);
  const wasActive = await context.store.write(async (tx, tell) => {
    const batch = await lockBatch(tx, organizationId, id);
    if (!batch || !isActive(batch)) return false;
    const now = new Date(context.now());
    const unbegun = await cancelRecords(tx, { organizationId, batchId: id }, now);
    const changes = {
      status: "cancelled",
      cancelledRecords: batch.cancelledRecords + unbegun,
      completedAt: now,
    } as const;
    await updateBatch(tx, batch, changes);
    await updateFlow(tx, organizationId, batch.flowId, { lastRunAt: now, lastRunStatus: "cancelled" });
    news.tell(tell, { ...batch, ...changes }, true);
    return true;
  });
  const message = wasActive
    ? "The batch was cancelled; what is under way stops now."
    : "The batch had ended already; nothing was changed.";
  return { status: 200, body: objectText({ success: wasActive, message }) };
}
