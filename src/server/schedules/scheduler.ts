import { describeErrorForLog } from "#server/domain/describe-error.ts";
import { RECORDS_PER_SLICE, type RunService } from "#server/runs/run-service.ts";
import { type BatchRow, isActiveBatch } from "#server/store/batch-rows.ts";
import { listOverdueSchedules } from "#server/store/schedule-rows.ts";
import { getStoreFailureKind } from "#server/store/store-failure.ts";
import { fireSchedule } from "./fire-schedule.ts";
import { type DueSchedule, ScheduleQueue } from "./schedule-queue.ts";

const POLL_MS = 1000;
/** A schedule that is late by this, while no job is due, has lost its job: a backup holds none. */
const LOST_MS = 10_000;
const MAX_RESTORED = 100;
const PUT_OFF_SECONDS = 60;

/** Fires due schedules, one transaction each. Runs on every server that runs records. */
export class Scheduler {
  readonly queue: ScheduleQueue;
  readonly service: RunService;
  #timer: NodeJS.Timeout | undefined;
  #firing: Promise<void> | undefined;
  #isStopped = false;

  constructor(service: RunService) {
    this.service = service;
    this.queue = new ScheduleQueue(service.queues);
  }

  start(): void {
    if (this.service.context.role === "web") return;
    this.#timer = setInterval(() => this.look(), POLL_MS);
    this.#timer.unref();
  }

  /** Call this before a transaction that may start runs. Rejects with 503 if the store fails. */
  async open(): Promise<void> {
    await this.queue.open();
    await this.service.queue.open();
    await this.service.alerts.open();
  }

  /** Fires what is due by now, unless this is under way. */
  look(): void {
    if (this.#isStopped || this.#firing) return;
    this.#firing = this.#fireAll()
      .catch((error: unknown) => {
        const { logger } = this.service.context;
        logger.error({ err: describeErrorForLog(error) }, "could not run schedules; retrying");
      })
      .finally(() => (this.#firing = undefined));
  }

  /** Resolves when what was due is fired. */
  async waitUntilFired(): Promise<void> {
    await this.#firing;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await this.waitUntilFired();
  }

  async #fireAll(): Promise<void> {
    const { store } = this.service.context;
    // An index probe: looking into the queue costs more, and most seconds nothing is due.
    const [overdue] = await listOverdueSchedules(store.database, 1);
    if (!overdue) return;
    await this.open();
    const hasJobs = await this.#fireDue();
    if (hasJobs || overdue.lateMs < LOST_MS) return;
    await this.#restoreJobs();
    await this.#fireDue();
  }

  /** Returns whether any job was due. */
  async #fireDue(): Promise<boolean> {
    let hasJobs = false;
    while (!this.#isStopped && (await this.#fireNext())) hasJobs = true;
    return hasJobs;
  }

  /** Returns whether a job was due. */
  async #fireNext(): Promise<boolean> {
    const service = this.service;
    let due: DueSchedule | undefined;
    try {
      const batch = await service.context.store.write(async (tx, publish) => {
        due = await this.queue.take(tx);
        return due && fireSchedule(service, this.queue, { tx, publish }, due);
      });
      if (batch) this.runStartedBatch(batch);
    } catch (error) {
      if (!due || getStoreFailureKind(error)) throw error;
      await this.#putOff(due, error);
    }
    return due !== undefined;
  }

  /** Lets other schedules go first: the job that fails is again the first that is due. */
  async #putOff({ id }: DueSchedule, error: unknown): Promise<void> {
    const { logger, store } = this.service.context;
    logger.error(
      { err: describeErrorForLog(error), scheduleId: id },
      "could not run a schedule; retrying in a minute",
    );
    await store.write(async (tx) => {
      const first = await this.queue.take(tx);
      if (first) await this.queue.enqueue(tx, first, first.id === id ? PUT_OFF_SECONDS : 0);
    });
  }

  /** Call this after the transaction that created the batch. */
  runStartedBatch(batch: BatchRow): void {
    // A run that could not start may have raised an alert.
    if (!isActiveBatch(batch)) return this.service.alerts.look();
    this.service.wakeWorker();
    if (batch.totalRecords > RECORDS_PER_SLICE)
      this.service.enqueueInBackground({ organizationId: batch.organizationId, batchId: batch.id });
  }

  /** Two jobs for one due time are harmless: the second is stale. */
  async #restoreJobs(): Promise<void> {
    const { store } = this.service.context;
    const overdue = await listOverdueSchedules(store.database, MAX_RESTORED);
    const lost = overdue.filter(({ lateMs }) => lateMs > LOST_MS);
    await store.write(async (tx) => {
      for (const due of lost) await this.queue.enqueue(tx, due);
    });
  }
}
