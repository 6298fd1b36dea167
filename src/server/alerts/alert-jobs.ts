import { parseJson } from "#core/json/json.ts";
import { randomUUID } from "node:crypto";
import * as z from "zod/mini";
import type { JobQueues } from "#server/queues/job-queues.ts";
import { hasDueJobs, listActiveJobs, lockAlertQueue } from "#server/store/alert-rows.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import type { Store } from "#server/store/store.ts";

export const ALERT_QUEUE = "flowline-alerts";

/** Longer than an attempt may take. A job of a server that died is then given to another one. */
const EXPIRE_SECONDS = 60;
const YEAR_SECONDS = 365 * 24 * 60 * 60;
/** Never reached: rows of deliveries count their attempts. */
const RETRY_LIMIT = 30_000;
/** Before a job that was put back or has expired runs again. */
const RETRY_SECONDS = 5;
/** Attempts for one target at once, on all servers together. */
const ATTEMPTS_PER_TARGET = 2;

const DEFINITION = {
  name: ALERT_QUEUE,
  retryLimit: RETRY_LIMIT,
  retryDelay: RETRY_SECONDS,
  expireInSeconds: EXPIRE_SECONDS,
  retentionSeconds: YEAR_SECONDS,
};

const jobSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("deliver"), organizationId: z.string(), deliveryId: z.string() }),
  z.object({
    type: z.literal("summarize"),
    organizationId: z.string(),
    ruleId: z.string(),
    flowId: z.string(),
  }),
  z.object({ type: z.literal("watch"), organizationId: z.string(), ruleId: z.string() }),
]);

export type AlertJobData = z.infer<typeof jobSchema>;

export interface AlertJob {
  readonly id: string;
  readonly retryCount: number;
  /** Undefined for data of a newer version. */
  readonly data: AlertJobData | undefined;
}

interface NewAlertJob {
  readonly seconds?: number;
  /** Jobs with the same target share a limit. */
  readonly targetKey?: string;
}

/** What alerts have to do, now or later, as jobs of pg-boss. */
export class AlertJobs {
  readonly #store: Store;
  readonly #queues: JobQueues;

  constructor(store: Store, queues: JobQueues) {
    this.#store = store;
    this.#queues = queues;
  }

  /** Call this before a transaction that inserts: opening needs another connection. */
  async open(): Promise<void> {
    await this.#queues.open(DEFINITION);
  }

  /** Returns the id of the job. */
  async insert(
    tx: DatabaseTransaction,
    data: AlertJobData,
    { seconds = 0, targetKey }: NewAlertJob = {},
  ): Promise<string> {
    const boss = this.#queues.getOpen(ALERT_QUEUE);
    const id = randomUUID();
    const group = targetKey === undefined ? {} : { group: { id: targetKey } };
    await boss.insert(ALERT_QUEUE, [{ id, data, startAfter: Math.ceil(seconds), ...group }], {
      db: this.#queues.in(tx),
    });
    return id;
  }

  /** Reads before it writes, because servers ask often and mostly for nothing. */
  async fetch(limit: number): Promise<readonly AlertJob[]> {
    const boss = await this.#queues.open(DEFINITION);
    if (!(await hasDueJobs(this.#store.database, ALERT_QUEUE))) return [];
    const jobs = await this.#store.write(async (tx) => {
      await lockAlertQueue(tx);
      return boss.fetch<unknown>(ALERT_QUEUE, {
        db: this.#queues.in(tx),
        batchSize: limit,
        groupConcurrency: ATTEMPTS_PER_TARGET,
      });
    });
    return jobs.map(({ id, retryCount, data }) => ({
      id,
      retryCount,
      data: jobSchema.safeParse(typeof data === "string" ? parseJson(data) : data).data,
    }));
  }

  /** False if the job belongs to another attempt by now, whose server does what there is to do. */
  async remove(tx: DatabaseTransaction, { id, retryCount }: AlertJob): Promise<boolean> {
    const boss = await this.#queues.open(DEFINITION);
    const response: object = await boss.deleteJob(ALERT_QUEUE, [{ id, retryCount }], {
      db: this.#queues.in(tx),
    });
    // Reads a field that pg-boss's types lack: the ids of the jobs that the statement changed.
    const removed = (response as Readonly<Record<string, readonly string[]>>)["settled"];
    return removed?.includes(id) ?? false;
  }

  /** Lets a job run again: of a newer version, of a stopping server, or after a failure of the store. */
  async putBack({ id, retryCount }: AlertJob): Promise<void> {
    const boss = await this.#queues.open(DEFINITION);
    await boss.fail(ALERT_QUEUE, [{ id, retryCount }]);
  }

  /** Puts back the jobs that an embedded store's last process had: no other process can have them. */
  async putBackAll(): Promise<void> {
    const boss = await this.#queues.open(DEFINITION);
    const ids = await listActiveJobs(this.#store.database, ALERT_QUEUE);
    if (ids.length > 0) await boss.fail(ALERT_QUEUE, [...ids]);
  }
}
