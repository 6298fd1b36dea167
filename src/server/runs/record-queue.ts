import type { PgBoss } from "pg-boss";
import { MAX_RECORD_CONCURRENCY } from "#contract/run.ts";
import type { JobQueues } from "#server/queues/job-queues.ts";
import type { BatchIdentifier } from "#server/store/batch-record-rows.ts";
import {
  RECORD_QUEUE,
  getQueueGroupOfBatch,
  listCancelledPositions,
  lockRecordQueue,
} from "#server/store/record-queue.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import type { MalformedJobResult } from "#server/telemetry/server-metrics.ts";
import { RETRY_FORMAT, type RecordJob, getRecordJobId, readRecordJob } from "./record-job.ts";
import type { RunServiceDependencies } from "./run-service-dependencies.ts";

/** Seconds after its last heartbeat until a job is given to another worker; longer than the pauses of a busy machine. */
const HEARTBEAT_SECONDS = 20;
/** Time limit of waiting jobs. pg-boss limits running jobs (`MAX_RUN_SECONDS`) to less than a day. */
const YEAR_SECONDS = 365 * 24 * 60 * 60;
const MAX_RUN_SECONDS = 24 * 60 * 60 - 1;
/** Never reached: the record's row counts the attempts, with a much lower limit. */
const RETRY_LIMIT = 30_000;
/** Ids or jobs per statement: PostgreSQL allows 65,535 parameters. */
const SLICE = 5000;

const RECORD_QUEUE_DEFINITION = {
  name: RECORD_QUEUE,
  partition: true,
  retryLimit: RETRY_LIMIT,
  heartbeatSeconds: HEARTBEAT_SECONDS,
  expireInSeconds: MAX_RUN_SECONDS,
  retentionSeconds: YEAR_SECONDS,
};

/** Concurrency limits of job groups: the group of a batch has its limit as tier. */
const GROUP_CONCURRENCY = {
  default: 1,
  tiers: Object.fromEntries(
    Array.from({ length: MAX_RECORD_CONCURRENCY }, (_, index) => [String(index + 1), index + 1]),
  ),
};

export interface BatchToEnqueue extends BatchIdentifier {
  readonly concurrency: number;
  /** Whether a request waits for the batch, whose records then precede those of other batches. */
  readonly isUrgent: boolean;
  /** Whether older servers, which would run it from the start or without its inputs, must leave it. */
  readonly isRetry: boolean;
}

const URGENT_PRIORITY = 1_000_000;
const LAST_PRIORITY = -1_000_000;
/** Priority of jobs that this version cannot run. It fetches none of this priority; newer versions do. */
const NEWER_VERSIONS_PRIORITY = -2_000_000_000;

const MALFORMED_JOB_MESSAGES: Readonly<Record<MalformedJobResult, string>> = {
  newer: "left a job of a newer format to servers of a newer version",
  cancelled: "cancelled a job that names no record",
  run: "a job has unreadable data; running the record that its id names",
};

type JobAttempt = Pick<RecordJob, "id" | "retryCount">;

export interface FetchedRecordJobs {
  readonly jobs: readonly RecordJob[];
  /** Whether jobs were fetched that this version cannot run, so that others may wait behind them. */
  readonly hasOthers: boolean;
}

type RecordQueueDependencies = Pick<RunServiceDependencies, "store" | "logger" | "metrics">;

/** Queue of the waiting and running records of batches, as jobs of pg-boss. */
export class RecordQueue {
  readonly #context: RecordQueueDependencies;
  readonly #queues: JobQueues;

  constructor(context: RecordQueueDependencies, queues: JobQueues) {
    this.#context = context;
    this.#queues = queues;
  }

  /** Creates the tables of the queue if needed. Rejects with 503 if the store fails; the next call tries again. */
  async open(): Promise<void> {
    await this.#boss();
  }

  /** Adds a job for each position. Call this in the transaction that adds the records. */
  async enqueue(tx: DatabaseTransaction, batch: BatchToEnqueue, positions: readonly number[]): Promise<void> {
    const boss = await this.#boss();
    const { organizationId, batchId, concurrency } = batch;
    const group = { id: getQueueGroupOfBatch(batch), tier: String(concurrency) };
    const start = batch.isUrgent ? URGENT_PRIORITY : 0;
    for (let from = 0; from < positions.length; from += SLICE) {
      const jobs = positions.slice(from, from + SLICE).map((position) => ({
        id: getRecordJobId(batch, position),
        data: { ...(batch.isRetry && { v: RETRY_FORMAT }), organizationId, batchId, position },
        group,
        // A small batch need not wait for a large one that was started before it.
        priority: start - position,
      }));
      await boss.insert(RECORD_QUEUE, jobs, { db: this.#queues.in(tx) });
    }
  }

  /** At most as many of each batch as may run, none of a newer format. The caller holds the queue's lock. */
  async fetch(tx: DatabaseTransaction, limit: number): Promise<FetchedRecordJobs> {
    const boss = await this.#boss();
    const fetched = await boss.fetch<unknown>(RECORD_QUEUE, {
      db: this.#queues.in(tx),
      batchSize: limit,
      groupConcurrency: GROUP_CONCURRENCY,
      minPriority: NEWER_VERSIONS_PRIORITY + 1,
      // Ignores start times: no job is deferred, and a clock that is set back must not defer earlier jobs.
      ignoreStartAfter: true,
    });
    const readings = fetched.map(readRecordJob);
    const newer = readings.filter(({ malformed }) => malformed === "newer");
    const nameless = readings.filter(({ malformed }) => malformed === "cancelled");
    if (newer.length > 0) await this.#putBackWithPriority(tx, newer, () => NEWER_VERSIONS_PRIORITY);
    if (nameless.length > 0) await boss.cancel(RECORD_QUEUE, nameless, { db: this.#queues.in(tx) });
    for (const { id, malformed } of readings) if (malformed) this.#reportMalformed(id, malformed);
    return {
      jobs: readings.flatMap(({ job }) => job ?? []),
      hasOthers: newer.length + nameless.length > 0,
    };
  }

  /** Returns the removed ids; the others belong to another attempt by now. */
  async remove(tx: DatabaseTransaction, jobs: readonly RecordJob[]): Promise<ReadonlySet<string>> {
    return this.#apply(jobs, (boss, attempts) =>
      boss.deleteJob(RECORD_QUEUE, attempts, { db: this.#queues.in(tx) }),
    );
  }

  /** Puts jobs back into the queue. Returns the ids of the jobs that still belonged to this attempt. */
  async putBack(tx: DatabaseTransaction, jobs: readonly JobAttempt[]): Promise<ReadonlySet<string>> {
    return this.#apply(jobs, (boss, attempts) =>
      boss.fail(RECORD_QUEUE, attempts, null, { db: this.#queues.in(tx) }),
    );
  }

  /** Lets jobs of failed records run again, after the records that have not run yet. Returns as `putBack` does. */
  async retryLast(tx: DatabaseTransaction, jobs: readonly RecordJob[]): Promise<ReadonlySet<string>> {
    return this.#putBackWithPriority(tx, jobs, ({ position }) => LAST_PRIORITY - position);
  }

  /** Renews the heartbeats. Returns the ids of the jobs that still belong to this attempt. */
  async touch(tx: DatabaseTransaction, jobs: readonly RecordJob[]): Promise<ReadonlySet<string>> {
    return this.#apply(jobs, (boss, attempts) =>
      boss.touch(RECORD_QUEUE, attempts, { db: this.#queues.in(tx) }),
    );
  }

  /** After the transaction that ended the batch: waiting for the queue's lock meanwhile could deadlock. */
  async removeJobsOfCancelledRecords(batch: BatchIdentifier): Promise<void> {
    const boss = await this.#boss();
    const { store } = this.#context;
    const positions = await listCancelledPositions(store.database, batch);
    for (let from = 0; from < positions.length; from += SLICE) {
      const ids = positions.slice(from, from + SLICE).map((position) => getRecordJobId(batch, position));
      await store.write(async (tx) => {
        await lockRecordQueue(tx);
        await boss.deleteJob(RECORD_QUEUE, ids, { db: this.#queues.in(tx) });
      });
    }
  }

  /** Lets the jobs of these records run again, whichever worker had them. */
  async interrupt(batch: BatchIdentifier, positions: readonly number[]): Promise<void> {
    const boss = await this.#boss();
    for (let from = 0; from < positions.length; from += SLICE) {
      const ids = positions.slice(from, from + SLICE).map((position) => getRecordJobId(batch, position));
      await boss.fail(RECORD_QUEUE, ids);
    }
  }

  async #putBackWithPriority<Job extends JobAttempt>(
    tx: DatabaseTransaction,
    jobs: readonly Job[],
    getPriority: (job: Job) => number,
  ): Promise<ReadonlySet<string>> {
    const mine = await this.putBack(tx, jobs);
    const boss = await this.#boss();
    for (const job of jobs.filter(({ id }) => mine.has(id)))
      await boss.update(RECORD_QUEUE, undefined, {
        id: job.id,
        priority: getPriority(job),
        db: this.#queues.in(tx),
      });
    return mine;
  }

  #reportMalformed(jobId: string, result: MalformedJobResult): void {
    const { logger, metrics } = this.#context;
    metrics.countMalformedJob(result);
    if (result === "newer") logger.warn({ jobId }, MALFORMED_JOB_MESSAGES[result]);
    else logger.error({ jobId }, MALFORMED_JOB_MESSAGES[result]);
  }

  async #apply(
    jobs: readonly JobAttempt[],
    change: (boss: PgBoss, attempts: { id: string; retryCount: number }[]) => Promise<object>,
  ): Promise<ReadonlySet<string>> {
    if (jobs.length === 0) return new Set();
    const boss = await this.#boss();
    const attempts = jobs.map(({ id, retryCount }) => ({ id, retryCount }));
    // Reads a field that pg-boss's types lack: the ids of the jobs that the statement changed.
    const response = (await change(boss, attempts)) as Readonly<Record<string, readonly string[]>>;
    return new Set(response["settled"]);
  }

  #boss(): Promise<PgBoss> {
    return this.#queues.open(RECORD_QUEUE_DEFINITION);
  }
}
