import type { BatchProgress } from "#contract/events.ts";
import type { BatchRow } from "#server/store/batch-rows.ts";
import type { News, Tell } from "#server/store/news.ts";

const EVENT = "batch.progress";
const GAP_MS = 250;
const REMEMBERED = 1000;

/** Tells how far batches are: each a few times a second at most, but always how it ended. */
export class BatchNews {
  readonly #told = new Map<string, number>();

  /** In the transaction that brought the batch there. */
  tell(tell: Tell, batch: BatchRow, isUrgent: boolean): void {
    const now = performance.now();
    if (!isUrgent && now - (this.#told.get(batch.id) ?? -GAP_MS) < GAP_MS) return;
    this.#told.delete(batch.id);
    this.#told.set(batch.id, now);
    const [oldest] = this.#told.keys();
    if (this.#told.size > REMEMBERED && oldest !== undefined) this.#told.delete(oldest);
    const { id, flowId, status, totalRecords, processedRecords, failedRecords } = batch;
    const data: BatchProgress = { id, flowId, status, totalRecords, processedRecords, failedRecords };
    tell({ organizationId: batch.organizationId, event: EVENT, data: JSON.stringify(data) });
  }
}

/** The batch that was cancelled, where that is the news. */
export function cancelledBatchId({ event, data }: News): string | undefined {
  if (event !== EVENT) return undefined;
  const { id, status } = JSON.parse(data) as BatchProgress;
  return status === "cancelled" ? id : undefined;
}
