import type { PgBoss } from "pg-boss";
import type { JobQueues } from "#server/queues/job-queues.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import type { ScheduleKey } from "#server/store/schedule-rows.ts";

const SCHEDULE_QUEUE = "flowline-schedules";
const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** Jobs are taken and deleted in one transaction, so none is ever active. */
const DEFINITION = { name: SCHEDULE_QUEUE, retentionSeconds: YEAR_SECONDS };

/** A due time of a schedule. It is stale unless the schedule still has this next time. */
export interface DueSchedule extends ScheduleKey {
  readonly dueAt: Date;
}

/** Queue of the next due time of each schedule, as deferred jobs of pg-boss. */
export class ScheduleQueue {
  readonly #queues: JobQueues;

  constructor(queues: JobQueues) {
    this.#queues = queues;
  }

  async open(): Promise<void> {
    await this.#boss();
  }

  /** Call this in the transaction that gives the schedule this next time. By default, the job is due at that time. */
  async enqueue(
    tx: DatabaseTransaction,
    { organizationId, id, dueAt }: DueSchedule,
    startAfter: Date | number = dueAt,
  ): Promise<void> {
    const boss = await this.#boss();
    const data = { organizationId, id, dueAt: dueAt.toISOString() };
    await boss.insert(SCHEDULE_QUEUE, [{ data, startAfter }], { db: this.#queues.in(tx) });
  }

  /** Removes a job that is due by the clock of the database. If the transaction fails, the job is there again. */
  async take(tx: DatabaseTransaction): Promise<DueSchedule | undefined> {
    const boss = await this.#boss();
    const db = this.#queues.in(tx);
    const [job] = await boss.fetch<{ organizationId: string; id: string; dueAt: string }>(SCHEDULE_QUEUE, {
      db,
      batchSize: 1,
    });
    if (!job) return undefined;
    await boss.deleteJob(SCHEDULE_QUEUE, job.id, { db });
    return { ...job.data, dueAt: new Date(job.data.dueAt) };
  }

  #boss(): Promise<PgBoss> {
    return this.#queues.open(DEFINITION);
  }
}
