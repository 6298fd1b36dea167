import { mintId } from "#server/flows/flow-context.ts";
import { type Claim, claimNextRecord, countClaims } from "#server/store/batch-record-rows.ts";
import { type BatchRow, isActive, lockBatch, updateBatch } from "#server/store/batch-rows.ts";
import type { BatchNews } from "./batch-news.ts";
import type { RunContext } from "./run-context.ts";

export interface ClaimedRecord {
  readonly batch: BatchRow;
  readonly claim: Claim;
}

/**
 * The next record of a batch for whoever asks, alone; undefined where the batch has ended, has none left, or has as many
 * under way as it may. The batch's own row is held meanwhile, so that all servers together keep to that number.
 */
export async function claimRecord(
  context: Pick<RunContext, "store" | "now">,
  news: BatchNews,
  organizationId: string,
  batchId: string,
): Promise<ClaimedRecord | undefined> {
  return context.store.write(async (tx, tell) => {
    const batch = await lockBatch(tx, organizationId, batchId);
    if (!batch || !isActive(batch)) return undefined;
    const key = { organizationId, batchId };
    if ((await countClaims(tx, key)) >= batch.concurrency) return undefined;
    const now = context.now();
    const claim = await claimNextRecord(tx, key, mintId("exec", now), new Date(now));
    if (!claim) return undefined;
    if (batch.status === "running") return { batch, claim };
    const begun = { status: "running", startedAt: batch.startedAt ?? new Date(now) } as const;
    await updateBatch(tx, batch, begun);
    const running = { ...batch, ...begun };
    news.tell(tell, running, true);
    return { batch: running, claim };
  });
}
