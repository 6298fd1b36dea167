import { createPrefixedId } from "#server/flows/flow-context.ts";
import type { RecordOfRun } from "#server/runner/run-plan.ts";
import type { BatchIdentifier } from "#server/store/batch-record-rows.ts";
import type { BatchRow } from "#server/store/batch-rows.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import {
  type BegunBatchRecord,
  type RecordAttemptKey,
  beginBatchRecords,
  cancelRecordsOfEndedBatches,
  findBatches,
  getQueueGroupOfBatch,
  lockRecordQueue,
  startBatches,
} from "#server/store/record-queue.ts";
import { parseInlineRecord } from "./batch-request.ts";
import type { RecordJob } from "./record-job.ts";
import type { RecordQueue } from "./record-queue.ts";
import type { RunServiceDependencies } from "./run-service-dependencies.ts";

const MAX_CACHED_BATCHES = 1000;

/** A record that this worker runs, and the job that gives it the right to store the result. */
export interface TakenRecord extends BegunBatchRecord {
  readonly job: RecordJob;
  /** The batch as it was when this worker took its first record. */
  readonly batch: BatchRow;
  /** Undefined if the record no longer exists. */
  readonly record: RecordOfRun | undefined;
}

type AttemptWithJob = RecordAttemptKey & { readonly job: RecordJob };

/** Jobs that a transaction fetched. Once it has committed, call `finishTaking`. */
export interface FetchedJobs {
  readonly begun: readonly Omit<TakenRecord, "record">[];
  /** Jobs whose record or batch has ended. */
  readonly stale: readonly AttemptWithJob[];
  /** Whether the queue may have more jobs to take, although this transaction took fewer than it asked for. */
  readonly mayHaveMore: boolean;
}

/** Within the limit of concurrent records that each batch has on all servers. */
export class RecordTaker {
  readonly #context: Pick<RunServiceDependencies, "store" | "records" | "now">;
  readonly #queue: RecordQueue;
  readonly #running = new Map<string, BatchRow>();

  constructor(context: Pick<RunServiceDependencies, "store" | "records" | "now">, queue: RecordQueue) {
    this.#context = context;
    this.#queue = queue;
  }

  /** Takes up to `limit` records. The transaction may have locked running or ended batches, but no scheduled one. */
  async take(tx: DatabaseTransaction, limit: number): Promise<FetchedJobs> {
    await lockRecordQueue(tx);
    const { jobs, hasOthers } = await this.#queue.fetch(tx, limit);
    if (jobs.length === 0) return { begun: [], stale: [], mayHaveMore: hasOthers };
    const now = new Date(this.#context.now());
    const attempts = new Map(
      jobs.map((job) => {
        const { organizationId, batchId, position } = job;
        const executionId = createPrefixedId("exec", now.getTime());
        return [executionId, { organizationId, batchId, position, executionId, job }];
      }),
    );
    // Locks batches before their records, as all code does, to prevent deadlocks.
    const batches = await this.#startBatchesOf(tx, jobs, now);
    const begun = await beginBatchRecords(tx, [...attempts.values()], now);
    const records = begun.flatMap((record) => {
      const job = attempts.get(record.executionId)?.job;
      const batch = batches.get(getQueueGroupOfBatch(record));
      return job && batch ? [{ ...record, job, batch }] : [];
    });
    for (const { executionId } of begun) attempts.delete(executionId);
    return { begun: records, stale: [...attempts.values()], mayHaveMore: true };
  }

  /** Removes stale jobs and reads the records of the others. */
  async finishTaking({ begun, stale }: FetchedJobs): Promise<readonly TakenRecord[]> {
    if (stale.length > 0) await this.#removeStale(stale);
    const found = await findStoredRecords(this.#context.records, begun);
    return begun.map((taken) => ({
      ...taken,
      record: taken.inlineRecord === null ? found.get(taken.recordId) : parseInlineRecord(taken.inlineRecord),
    }));
  }

  /** Starts scheduled batches. Caches running ones only: a start may still be rolled back. */
  async #startBatchesOf(
    tx: DatabaseTransaction,
    records: readonly BatchIdentifier[],
    now: Date,
  ): Promise<ReadonlyMap<string, BatchRow>> {
    const batches = new Map<string, BatchRow>();
    const unknown = new Map<string, BatchIdentifier>();
    for (const { organizationId, batchId } of records) {
      const key = getQueueGroupOfBatch({ organizationId, batchId });
      const batch = this.#running.get(key);
      if (batch) batches.set(key, batch);
      else unknown.set(key, { organizationId, batchId });
    }
    const scheduled: BatchIdentifier[] = [];
    for (const batch of await findBatches(tx, [...unknown.values()])) {
      const identifier = { organizationId: batch.organizationId, batchId: batch.id };
      const key = getQueueGroupOfBatch(identifier);
      batches.set(key, batch);
      if (batch.status === "running") this.#running.set(key, batch);
      if (batch.status === "scheduled") scheduled.push(identifier);
    }
    if (scheduled.length > 0) await startBatches(tx, scheduled, now);
    for (const key of this.#running.keys()) {
      if (this.#running.size <= MAX_CACHED_BATCHES) break;
      this.#running.delete(key);
    }
    return batches;
  }

  /** Ended batches leave jobs in the queue, for example after a crash. */
  async #removeStale(stale: readonly AttemptWithJob[]): Promise<void> {
    const { store, now } = this.#context;
    await store.write(async (tx) => {
      await cancelRecordsOfEndedBatches(tx, stale, new Date(now()));
      await this.#queue.remove(
        tx,
        stale.map(({ job }) => job),
      );
    });
    const ended = new Map(stale.map((attempt) => [getQueueGroupOfBatch(attempt), attempt]));
    for (const { organizationId, batchId } of ended.values())
      await this.#queue.removeJobsOfCancelledRecords({ organizationId, batchId });
  }
}

async function findStoredRecords(
  records: Pick<RunServiceDependencies["records"], "findAll">,
  taken: readonly BegunBatchRecord[],
): Promise<ReadonlyMap<string, RecordOfRun>> {
  const stored = taken.filter(({ inlineRecord }) => inlineRecord === null);
  const found = new Map<string, RecordOfRun>();
  for (const organizationId of new Set(stored.map((record) => record.organizationId))) {
    const own = stored.filter((record) => record.organizationId === organizationId);
    const ids = own.map(({ recordId }) => recordId);
    for (const [id, record] of await records.findAll(organizationId, ids)) found.set(id, record);
  }
  return found;
}
