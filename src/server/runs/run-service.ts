import { setTimeout as wait } from "node:timers/promises";
import { AlertService } from "#server/alerts/alert-service.ts";
import { JobQueues } from "#server/queues/job-queues.ts";
import { describeErrorForLog } from "#server/domain/describe-error.ts";
import type { BatchIdentifier } from "#server/store/batch-record-rows.ts";
import { type BatchRow, findBatch, isActiveBatch, updateBatch } from "#server/store/batch-rows.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import { REPLAY_MS } from "#server/store/idempotency-rows.ts";
import { deleteOldBatchesAndStepResults, deleteOldRows } from "#server/store/delete-old-batches.ts";
import {
  findBatchesToEnqueue,
  listRunningRecords,
  listWaitingPositions,
  lockBatchToEnqueue,
  releaseClaimedRecords,
} from "#server/store/record-queue.ts";
import { BatchProgressPublisher, readBatchEvent } from "./batch-events.ts";
import { RecordQueue } from "./record-queue.ts";
import { RecordWorker } from "./record-worker.ts";
import type { RunAbortReason, RunServiceDependencies } from "./run-service-dependencies.ts";

const FIRST_LOOK_MS = 300;
const ENQUEUE_MS = 60_000;
const ENQUEUED_BATCHES = 100;
/** Jobs that one transaction adds. The one that creates a batch adds the first. */
export const RECORDS_PER_SLICE = 1000;
const DAY_MS = 24 * 60 * 60 * 1000;
const GRACE_MS = 1500;
const STOP_MS = 3000;
/** Interval in which a request checks whether its batch has ended, in case the event is lost. */
const RECHECK_MS = 500;

/** Single runs, and records of batches that any server accepted. Resumes interrupted batches. */
export class RunService {
  readonly context: RunServiceDependencies;
  readonly event: BatchProgressPublisher;
  readonly queues: JobQueues;
  readonly queue: RecordQueue;
  readonly alerts: AlertService;
  readonly #worker: RecordWorker;
  readonly #aborts = new Set<AbortController>();
  readonly #working = new Set<Promise<unknown>>();
  readonly #waiting = new Map<string, Set<() => void>>();
  #isStopping = false;
  #stopped: Promise<void> | undefined;
  #hasBegun = false;
  #timers: NodeJS.Timeout[] = [];
  #stopListening: (() => void) | undefined;

  constructor(context: RunServiceDependencies) {
    this.context = context;
    this.queues = new JobQueues(context);
    this.event = new BatchProgressPublisher(context);
    this.queue = new RecordQueue(context, this.queues);
    this.alerts = new AlertService({ ...context.alerts, ...context }, this.queues);
    this.#worker = new RecordWorker(context, this, this.event);
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Number of single runs under way. Records of batches have a limit of their own. */
  get runs(): number {
    return this.#aborts.size;
  }

  /** Number of runs on this server, single ones and records of batches. */
  get activeRuns(): number {
    return this.runs + this.#worker.activeRecords;
  }

  async start(): Promise<void> {
    const { store } = this.context;
    this.#stopListening = await store.listen({
      onChange: (event) => {
        this.#worker.heed(event);
        const batch = readBatchEvent(event);
        if (!batch) return;
        if (batch.status === "cancelled") this.#worker.cancel(batch.id);
        if (batch.status === "scheduled") this.wakeWorker();
        this.#wakeWaiting(batch.id);
      },
      onGap: () => {
        void this.#worker.heartbeat();
        this.wakeWorker();
      },
    });
    this.#timers = [setInterval(() => void this.#follow(this.#prune()), DAY_MS)];
    this.#timers.push(setTimeout(() => this.#beginOnce(), FIRST_LOOK_MS));
    for (const timer of this.#timers) timer.unref();
  }

  /** Unless its role is `web`. Other servers look on the batch's event. */
  wakeWorker(): void {
    this.#beginOnce();
    this.#worker.look();
  }

  #beginOnce(): void {
    if (this.#isStopping || this.#hasBegun) return;
    this.#hasBegun = true;
    void this.#follow(this.#begin());
  }

  async #begin(): Promise<void> {
    const { role } = this.context;
    if (role === "web") return this.queue.open();
    await this.#recover();
    if (this.#isStopping) return;
    this.#worker.start();
    this.alerts.start();
    const enqueue = setInterval(() => void this.#follow(this.#enqueueBatches()), ENQUEUE_MS);
    enqueue.unref();
    this.#timers.push(enqueue);
    await this.#prune();
  }

  /** Until the store answers, because a server may start before its database. */
  async #recover(): Promise<void> {
    const { store } = this.context;
    for (;;) {
      const isDone = await this.#follow(
        (async () => {
          await this.queue.open();
          await this.alerts.open();
          // Only one process opens an embedded store, so its end interrupted all records marked as running.
          if (store.kind === "embedded")
            for (const { positions, ...batch } of await listRunningRecords(store.database))
              await this.queue.interrupt(batch, positions);
          await this.#enqueueBatches();
        })(),
      );
      if (isDone || this.#isStopping) return;
      await wait(RECHECK_MS);
    }
  }

  /** Adds the jobs that batches lack, also those that another server did not add before it ended. */
  async #enqueueBatches(): Promise<void> {
    for (const key of await findBatchesToEnqueue(this.context.store.database, ENQUEUED_BATCHES))
      await this.#enqueueRest(key);
  }

  /** Adds the jobs that a new batch lacks, in the background. */
  enqueueInBackground(key: BatchIdentifier): void {
    void this.#follow(this.#enqueueRest(key));
  }

  /** Adds jobs in slices, so that other requests need not wait for the whole of a large batch. */
  async #enqueueRest(key: BatchIdentifier): Promise<void> {
    for (let isMore = true; isMore && !this.#isStopping;) {
      isMore = await this.context.store.write((tx) => this.#enqueueSlice(tx, key));
      this.wakeWorker();
    }
  }

  async #enqueueSlice(tx: DatabaseTransaction, key: BatchIdentifier): Promise<boolean> {
    const batch = await lockBatchToEnqueue(tx, key);
    if (!batch) return false;
    const { queued, total, concurrency, isRetry } = batch;
    const isAlone = this.context.store.kind === "embedded";
    if (queued === 0 && !(await releaseClaimedRecords(tx, key, isAlone))) return false;
    const to = Math.min(total, queued + RECORDS_PER_SLICE);
    const positions = await listWaitingPositions(tx, key, { from: queued, to });
    await this.queue.enqueue(tx, { ...key, concurrency, isUrgent: false, isRetry }, positions);
    await updateBatch(tx, { organizationId: key.organizationId, id: key.batchId }, { queuedRecords: to });
    return to < total;
  }

  /** At most `ms` milliseconds and only until the server stops. Resolves to the current batch. */
  async waitForBatch(
    { organizationId, batchId }: BatchIdentifier,
    until: "running" | "ended",
    ms: number,
  ): Promise<BatchRow | undefined> {
    const end = performance.now() + ms;
    for (;;) {
      const woken = new AbortController();
      const wake = () => woken.abort();
      const all = this.#waiting.get(batchId) ?? new Set();
      this.#waiting.set(batchId, all.add(wake));
      try {
        const batch = await findBatch(this.context.store.database, organizationId, batchId);
        const hasReached = !batch || !isActiveBatch(batch) || (until === "running" && batch.status === until);
        if (hasReached || this.#isStopping || performance.now() > end) return batch;
        await wait(RECHECK_MS, undefined, { signal: woken.signal }).catch(() => undefined);
      } finally {
        all.delete(wake);
        if (all.size === 0) this.#waiting.delete(batchId);
      }
    }
  }

  #wakeWaiting(batchId: string): void {
    for (const wake of this.#waiting.get(batchId) ?? []) wake();
  }

  /** The store closes only after it. Its controller is aborted when the server stops. */
  async run<T>(work: (abort: AbortController) => Promise<T>): Promise<T> {
    const abort = new AbortController();
    this.#aborts.add(abort);
    return this.#track(work(abort).finally(() => this.#aborts.delete(abort)));
  }

  /** Aborts unfinished runs after a grace period; other workers then run those records again. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#isStopping = true;
    this.#stopListening?.();
    for (const timer of this.#timers) clearInterval(timer);
    for (const batchId of this.#waiting.keys()) this.#wakeWaiting(batchId);
    const grace = setTimeout(() => {
      for (const abort of this.#aborts) abort.abort("stopping" satisfies RunAbortReason);
    }, GRACE_MS);
    const timeoutAbort = new AbortController();
    const timeout = wait(STOP_MS, undefined, { signal: timeoutAbort.signal }).catch(() => undefined);
    const ends = Promise.allSettled([this.#worker.stop(GRACE_MS), this.alerts.stop(), ...this.#working]);
    await Promise.race([ends.then(() => this.event.flush()), timeout]);
    timeoutAbort.abort();
    clearTimeout(grace);
  }

  async close(): Promise<void> {
    await this.stop();
    await this.queues.stop();
    await this.context.runner.close();
    await this.context.alerts.http.close();
  }

  #track<T>(work: Promise<T>): Promise<T> {
    this.#working.add(work);
    const forget = () => void this.#working.delete(work);
    work.then(forget, forget);
    return work;
  }

  /** Logs a failure instead of rejecting; resolves to whether the work succeeded. */
  #follow(work: Promise<unknown>): Promise<boolean> {
    return this.#track(work).then(
      () => true,
      (error: unknown) => {
        this.context.logger.error({ err: describeErrorForLog(error) }, "the batch worker failed; retrying");
        return false;
      },
    );
  }

  async #prune(): Promise<void> {
    const { store, now, retentionDays } = this.context;
    const mayGoOn = () => !this.#isStopping;
    const cut = new Date(now() - retentionDays * DAY_MS);
    await deleteOldBatchesAndStepResults(store, cut, mayGoOn);
    await deleteOldRows(store, "schedule_runs", cut, mayGoOn);
    await this.alerts.prune(cut);
    await deleteOldRows(store, "idempotency_keys", new Date(now() - REPLAY_MS), mayGoOn);
  }
}
