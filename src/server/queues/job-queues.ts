import { sql } from "drizzle-orm";
import type { DrizzleTransactionLike, PgBoss, Queue, fromDrizzle as fromDrizzleTransaction } from "pg-boss";

import { DomainError } from "#server/domain/domain-error.ts";
import { describeErrorForLog } from "#server/domain/describe-error.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import { RECORD_QUEUE_SCHEMA } from "#server/store/record-queue.ts";
import type { Store } from "#server/store/store.ts";
import type { ServerLogger } from "#server/telemetry/create-logger.ts";

const SUPERVISE_SECONDS = 3;
const REOPEN_SECONDS = 5;

export type JobQueueDefinition = Pick<Queue, "name"> & Partial<Omit<Queue, "name">>;

interface JobQueuesDependencies {
  readonly store: Store;
  readonly logger: ServerLogger;
  /** A `web` server leaves the upkeep of the queues to workers. */
  readonly role: "all" | "web" | "worker";
}

/** The connection to pg-boss that all queues of a server share. */
export class JobQueues {
  readonly #context: JobQueuesDependencies;
  #starting: Promise<PgBoss> | undefined;
  readonly #opening = new Map<string, Promise<PgBoss>>();
  readonly #opened = new Map<string, PgBoss>();
  #fromDrizzle: typeof fromDrizzleTransaction | undefined;
  #isStopped = false;

  constructor(context: JobQueuesDependencies) {
    this.#context = context;
  }

  /** Creates the queue if needed. Rejects with 503 if the store fails; the next call tries again. */
  async open(queue: JobQueueDefinition): Promise<PgBoss> {
    const opening = this.#opening.get(queue.name) ?? this.#open(queue);
    this.#opening.set(queue.name, opening);
    return opening;
  }

  /** Throws 503 unless the queue is open. For transactions: opening it there could wait for their own connection. */
  getOpen(name: string): PgBoss {
    const boss = this.#opened.get(name);
    if (boss) return boss;
    throw createUnavailableError();
  }

  /** Lets a call of pg-boss take part in the transaction. */
  in(tx: DatabaseTransaction) {
    if (!this.#fromDrizzle) throw new Error("the queues are not open");
    return this.#fromDrizzle(tx as unknown as DrizzleTransactionLike, sql);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    const boss = await this.#starting?.catch(() => undefined);
    await boss?.stop({ graceful: false });
  }

  async #open({ name, ...options }: JobQueueDefinition): Promise<PgBoss> {
    try {
      this.#starting ??= this.#start();
      const boss = await this.#starting;
      await boss.createQueue(name, options);
      this.#opened.set(name, boss);
      return boss;
    } catch (error) {
      this.#starting = undefined;
      this.#opening.delete(name);
      this.#report(error);
      throw createUnavailableError();
    }
  }

  async #start(): Promise<PgBoss> {
    const { PgBoss: Boss, fromDrizzle, fromPglite } = await import("pg-boss");
    const { jobs } = this.#context.store;
    const boss = new Boss({
      ...("pglite" in jobs ? { db: fromPglite(jobs.pglite), backend: "pglite" } : jobs),
      schema: RECORD_QUEUE_SCHEMA,
      // An embedded store has one process, which must not lose jobs because the machine slept.
      supervise: !("pglite" in jobs) && this.#context.role !== "web",
      superviseIntervalSeconds: SUPERVISE_SECONDS,
      monitorIntervalSeconds: SUPERVISE_SECONDS,
      schedule: false,
      registerInstance: false,
      reindex: false,
      monitorVacuum: false,
      openTelemetry: { enabled: false },
    });
    // Adds a listener, because an `error` event without a listener would end the process.
    boss.on("error", (error) => this.#report(error));
    boss.on("warning", ({ message }) => this.#context.logger.debug({ message }, "queue warning"));
    await boss.start();
    this.#fromDrizzle = fromDrizzle;
    return boss;
  }

  #report(error: unknown): void {
    if (this.#isStopped) return;
    // pg-boss reports some errors as objects that are not `Error` instances.
    const { message = String(error) } = error as { readonly message?: string };
    const err = error instanceof Error ? describeErrorForLog(error) : { message };
    this.#context.logger.error({ err }, "the queue failed; retrying");
  }
}

function createUnavailableError(): DomainError {
  const message = "Can’t open the run queue. Retry in a moment.";
  return new DomainError("unavailable", message, { retryAfter: REOPEN_SECONDS });
}
