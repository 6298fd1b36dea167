import { mintId } from "#server/flows/flow-context.ts";
import type { RunRecord } from "#server/runner/run-plan.ts";
import type { BatchKey } from "#server/store/batch-record-rows.ts";
import { type BatchRow, isActive, lockBatch, updateBatch } from "#server/store/batch-rows.ts";
import { type Claim, claimRecords, countClaims } from "#server/store/claim-rows.ts";
import type { Transaction } from "#server/store/database.ts";
import { keepFlow } from "#server/store/step-result-rows.ts";
import type { BatchNews } from "./batch-news.ts";
import { type EndedRecord, endRecords } from "./end-records.ts";
import type { RunContext } from "./run-context.ts";

export interface ClaimedRecord {
  readonly batch: BatchRow;
  readonly claim: Claim;
  /** Undefined where it is gone. */
  readonly record: RunRecord | undefined;
}

export interface Exchange {
  /** Of one batch and this flow. */
  readonly ended: readonly (EndedRecord & { readonly flowId: string })[];
  /** How many are asked for. */
  readonly wanted: number;
  /** The last place that was claimed. */
  readonly after: number;
}

/**
 * Stores how records of a batch ended, and claims the next ones: in one transaction, all of it or nothing. There are
 * fewer than wanted where the batch has ended, has none left, or has as many under way as it may. The batch's own row is
 * held meanwhile, so that all servers together keep to that number.
 */
export async function exchangeRecords(
  { store, records, now }: RunContext,
  news: BatchNews,
  key: BatchKey,
  { ended, wanted, after }: Exchange,
): Promise<readonly ClaimedRecord[]> {
  const claimed = await store.write(async (tx, tell) => {
    // In this order everywhere: the flow, the batch, its records.
    const flowId = ended[0]?.flowId;
    const hasFlow = flowId !== undefined && (await keepFlow(tx, key.organizationId, flowId));
    const before = await lockBatch(tx, key.organizationId, key.batchId);
    if (!before) return [];
    const date = new Date(now());
    let batch = ended.length === 0 ? before : await endRecords(tx, before, hasFlow, ended, date);
    const claims = isActive(batch) && wanted > 0 ? await claim(tx, batch, wanted, after, date) : [];
    if (claims.length > 0 && batch.status === "scheduled")
      batch = { ...batch, status: "running", startedAt: batch.startedAt ?? date };
    if (batch !== before) {
      const { processedRecords, failedRecords, cancelledRecords, ...rest } = batch;
      const { status, startedAt, completedAt, error } = rest;
      const changes = { processedRecords, failedRecords, cancelledRecords };
      const hasTurned = status !== before.status;
      await updateBatch(tx, batch, {
        ...changes,
        ...(hasTurned && { status, startedAt, completedAt, error }),
      });
      news.tell(tell, batch, hasTurned || !isActive(batch));
    }
    return claims.map((claim) => ({ batch, claim }));
  });
  const ids = claimed.map(({ claim }) => claim.recordId);
  const found =
    ids.length > 0 ? await records.findAll(key.organizationId, ids) : new Map<string, RunRecord>();
  return claimed.map(({ batch, claim }) => ({ batch, claim, record: found.get(claim.recordId) }));
}

async function claim(
  tx: Transaction,
  { organizationId, id: batchId, concurrency }: BatchRow,
  wanted: number,
  after: number,
  now: Date,
): Promise<readonly Claim[]> {
  const key = { organizationId, batchId };
  const room = Math.min(wanted, concurrency - (await countClaims(tx, key)));
  if (room <= 0) return [];
  const executionIds = Array.from({ length: room }, () => mintId("exec", now.getTime()));
  return claimRecords(tx, key, { executionIds, after, now });
}
