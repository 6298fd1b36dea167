import { setTimeout as wait } from "node:timers/promises";
import type { AlertService } from "#server/alerts/alert-service.ts";
import { describeErrorForLog } from "#server/domain/describe-error.ts";
import type { BatchIdentifier } from "#server/store/batch-record-rows.ts";
import { isActiveBatch } from "#server/store/batch-rows.ts";
import type { PublishChangeEvent } from "#server/store/change-listeners.ts";
import { isRejectedValueError } from "#server/store/sql-state.ts";
import { getStoreFailureKind } from "#server/store/store-failure.ts";
import type { BatchProgressPublisher } from "./batch-events.ts";
import { storeRunOutcomes } from "./health/store-run-outcomes.ts";
import {
  type BatchAfterResults,
  type FinishedRecord,
  createFailedRunResult,
  storeFinishedRecords,
} from "./store-finished-records.ts";
import type { RecordJob } from "./record-job.ts";
import type { RecordQueue } from "./record-queue.ts";
import type { RunServiceDependencies } from "./run-service-dependencies.ts";
import type { FetchedJobs, RecordTaker } from "./record-taker.ts";

const MAX_BYTES = 1024 * 1024;
const MAX_WAIT_MS = 20;
const FIRST_RETRY_MS = 250;
/** Before pg-boss looks for jobs without heartbeats. */
const LAST_RETRY_MS = 1000;

const UNSTORABLE =
  "The step results could not be stored, but the steps ran. Check what they changed before you run the flow again.";

interface PendingCommit {
  readonly finished: FinishedRecord;
  readonly resolve: () => void;
}

interface ResultCommitterOptions {
  readonly context: RunServiceDependencies;
  readonly queue: RecordQueue;
  readonly alerts: AlertService;
  readonly event: BatchProgressPublisher;
  readonly taker: RecordTaker;
  /** Number of running records, each of which will commit a result. */
  readonly countRunning: () => number;
  /** Number of records that may be taken when `ended` of the running ones have ended. */
  readonly countFree: (ended: number) => number;
  /** May publish that the others are left to other workers. */
  readonly share: (publish: PublishChangeEvent, count: number) => number;
  /** Called after a commit with the jobs that it fetched. */
  readonly onTaken: (fetched: FetchedJobs) => void;
  /** Called with the job of a record whose result cannot be stored, so that the record runs again. */
  readonly onGivenUp: (job: RecordJob) => void;
  /** Called after a commit that took fewer records than ended. */
  readonly onRoom: () => void;
}

/** Group commit: one transaction stores all results and takes the next records, for one sync to disk. */
export class ResultCommitter {
  readonly #options: ResultCommitterOptions;
  readonly #pending: PendingCommit[] = [];
  readonly #stopping = new AbortController();
  #isServing = false;
  #whenAllAreHere: (() => void) | undefined;
  #lastMs = 0;

  constructor(options: ResultCommitterOptions) {
    this.#options = options;
  }

  /** Resolves when the result is stored, or dropped because another worker has taken over the record. */
  commit(finished: FinishedRecord): Promise<void> {
    return new Promise((resolve) => {
      this.#pending.push({ finished, resolve });
      if (this.#pending.length >= this.#options.countRunning()) this.#whenAllAreHere?.();
      if (!this.#isServing) void this.#serve();
    });
  }

  /** Gives up results that cannot be stored because the store is away: other workers then run those records again. */
  stop(): void {
    this.#stopping.abort();
  }

  async #serve(): Promise<void> {
    this.#isServing = true;
    while (this.#pending.length > 0) {
      await this.#collect();
      const begun = performance.now();
      await this.#storeGroup(this.#pending.splice(0, this.#countNext()));
      this.#lastMs = Math.min(performance.now() - begun, MAX_WAIT_MS);
    }
    this.#isServing = false;
  }

  /** For all running records, but no longer than the last transaction took. */
  #collect(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(
        resolve,
        this.#pending.length >= this.#options.countRunning() ? 0 : this.#lastMs,
      );
      this.#whenAllAreHere = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #countNext(): number {
    let bytes = 0;
    const isTooMuch = ({ finished }: PendingCommit) => (bytes += finished.run.bytes) > MAX_BYTES;
    const first = this.#pending.findIndex(isTooMuch);
    return first === -1 ? this.#pending.length : Math.max(first, 1);
  }

  /** If that fails, one by one, so that one bad record does not fail the others. */
  async #storeGroup(group: readonly PendingCommit[]): Promise<void> {
    for (let retryMs = FIRST_RETRY_MS; ; retryMs = Math.min(retryMs * 2, LAST_RETRY_MS)) {
      try {
        await this.#store(group.map(({ finished }) => finished));
        for (const { resolve } of group) resolve();
        return;
      } catch (error) {
        if (this.#stopping.signal.aborted) return this.#giveUp(group, error);
        const isAway = getStoreFailureKind(error) !== undefined;
        if (!isAway && group.length > 1) {
          for (const single of group) await this.#storeGroup([single]);
          return;
        }
        if (!isAway) return this.#storeAsFailed(group, error);
        // The results stay in memory until the store is back: to run the records again would repeat their side effects.
        await wait(retryMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      }
    }
  }

  /** Without results: running the record again would repeat effects such as an email. */
  async #storeAsFailed(group: readonly PendingCommit[], error: unknown): Promise<void> {
    const [only] = group;
    if (!only || !isRejectedValueError(error) || only.finished.run.steps.length === 0)
      return this.#giveUp(group, error);
    const { taken } = only.finished;
    await this.#storeGroup([{ ...only, finished: { taken, run: createFailedRunResult(UNSTORABLE) } }]);
  }

  #giveUp(group: readonly PendingCommit[], error: unknown): void {
    this.#options.onRoom();
    this.#options.context.logger.error(
      { err: describeErrorForLog(error) },
      "could not store results of records; running the records again",
    );
    for (const { finished, resolve } of group) {
      this.#options.onGivenUp(finished.taken.job);
      resolve();
    }
  }

  async #store(finished: readonly FinishedRecord[]): Promise<void> {
    const { context, queue, alerts, event, taker, share, onTaken, onRoom } = this.#options;
    const { batches, fetched } = await context.store.write(async (tx, publish) => {
      const now = new Date(context.now());
      const after = await storeFinishedRecords(tx, queue, finished, now);
      for (const { batch } of after) if (!isActiveBatch(batch)) event.publishAtOnce(publish, batch);
      const limit = share(publish, this.#countNextRecords(finished, after));
      const taken = limit > 0 ? await taker.take(tx, limit) : undefined;
      const progress = after.flatMap((batch) => batch.progress ?? []);
      await storeRunOutcomes(tx, alerts, progress, now);
      return { batches: after, fetched: taken };
    });
    if (fetched) onTaken(fetched);
    if ((fetched?.begun.length ?? 0) < finished.length) onRoom();
    if (batches.some(({ batch }) => !isActiveBatch(batch))) alerts.look();
    for (const { batch, hasJobsLeft } of batches) {
      if (isActiveBatch(batch)) event.note(batch);
      if (hasJobsLeft) this.#removeJobs({ organizationId: batch.organizationId, batchId: batch.id });
    }
  }

  /** In each batch as many as have just ended, or all that are left if fewer. */
  #countNextRecords(finished: readonly FinishedRecord[], after: readonly BatchAfterResults[]): number {
    const next = after.map(({ batch }) => {
      const ended = finished.filter(({ taken }) => taken.batchId === batch.id).length;
      const open = batch.totalRecords - batch.processedRecords - batch.cancelledRecords;
      return isActiveBatch(batch) ? Math.min(ended, open) : 0;
    });
    const free = this.#options.countFree(finished.length);
    return Math.min(
      free,
      next.reduce((sum, count) => sum + count, 0),
    );
  }

  /** Only logs a failure: a worker that later takes one of these jobs removes the others too. */
  #removeJobs(batch: BatchIdentifier): void {
    this.#options.queue.removeJobsOfCancelledRecords(batch).catch((error: unknown) => {
      this.#options.context.logger.warn(
        { err: describeErrorForLog(error) },
        "could not remove the jobs of an ended batch yet",
      );
    });
  }
}
