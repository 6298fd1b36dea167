import type { BatchProgressPayload } from "#contract/events.ts";
import { describeErrorForLog } from "#server/domain/describe-error.ts";
import type { BatchIdentifier } from "#server/store/batch-record-rows.ts";
import { type BatchRow, isActiveBatch } from "#server/store/batch-rows.ts";
import type {
  ChangeEvent,
  ChangeEventWithoutId,
  PublishChangeEvent,
} from "#server/store/change-listeners.ts";
import { findBatches } from "#server/store/record-queue.ts";
import type { RunServiceDependencies } from "./run-service-dependencies.ts";

const EVENT = "batch.progress";
const GAP_MS = 1000;

/** At most once a second, all batches in one transaction. Start and end are published with their change. */
export class BatchProgressPublisher {
  readonly #context: Pick<RunServiceDependencies, "store" | "logger">;
  readonly #noted = new Map<string, BatchIdentifier>();
  #timer: NodeJS.Timeout | undefined;
  #publishing: Promise<void> = Promise.resolve();

  constructor(context: Pick<RunServiceDependencies, "store" | "logger">) {
    this.#context = context;
  }

  /** Publishes in the transaction that changes the batch, when it commits. */
  publishAtOnce(publish: PublishChangeEvent, batch: BatchRow): void {
    this.#noted.delete(batch.id);
    publish(describeProgress(batch));
  }

  note({ organizationId, id }: Pick<BatchRow, "organizationId" | "id">): void {
    this.#noted.set(id, { organizationId, batchId: id });
    this.#timer ??= setTimeout(() => void this.flush(), GAP_MS);
    this.#timer.unref();
  }

  /** Publishes the noted progress at once. Resolves when the progress is published. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const keys = [...this.#noted.values()];
    this.#noted.clear();
    if (keys.length > 0) this.#publishing = this.#publishing.then(() => this.#publish(keys));
    return this.#publishing;
  }

  async #publish(keys: readonly BatchIdentifier[]): Promise<void> {
    const { store, logger } = this.#context;
    try {
      await store.write(async (tx, publish) => {
        // Another server may have changed the batches meanwhile.
        const batches = await findBatches(tx, keys);
        for (const batch of batches) if (isActiveBatch(batch)) publish(describeProgress(batch));
      });
    } catch (error) {
      // Only logs the failure, because the next progress event replaces this one.
      logger.warn({ err: describeErrorForLog(error) }, "could not publish the progress of batches");
    }
  }
}

function describeProgress(batch: BatchRow): ChangeEventWithoutId {
  const { id, flowId, status, totalRecords, processedRecords, failedRecords } = batch;
  const data: BatchProgressPayload = { id, flowId, status, totalRecords, processedRecords, failedRecords };
  return { organizationId: batch.organizationId, event: EVENT, data: JSON.stringify(data) };
}

/** Returns the id and status of the batch that an event is about; undefined for other events. */
export function readBatchEvent({
  event,
  data,
}: ChangeEvent): Pick<BatchProgressPayload, "id" | "status"> | undefined {
  return event === EVENT ? (JSON.parse(data) as BatchProgressPayload) : undefined;
}
