import type { PgBoss } from "pg-boss";
import { describeError } from "#server/describe-error.ts";
import type { RunContext } from "./run-context.ts";

const QUEUE = "flowline-batches";
const SCHEMA = "pgboss";
/** Batches' workers in one process. */
const WORKERS = 10;
const CONNECTIONS = 4;
/** Its jobs have ended before the queue is closed, so there is nothing to wait for. */
const STOP_MS = 500;

interface BatchJob {
  readonly organizationId: string;
  readonly batchId: string;
}

export type BatchHandler = (organizationId: string, batchId: string) => Promise<void>;

/**
 * The queue that hands batches to workers, of whichever server on the store. A job says no more than “work on this batch”:
 * what there is to do, and who does what, is in the batch's own rows, so a lost job costs time and a doubled one nothing.
 */
export class BatchJobs {
  readonly #context: Pick<RunContext, "store" | "logger">;
  readonly #handle: BatchHandler;
  #boss: PgBoss | undefined;
  #opening: Promise<boolean> | undefined;
  #isStopped = false;

  constructor(context: Pick<RunContext, "store" | "logger">, handle: BatchHandler) {
    this.#context = context;
    this.#handle = handle;
  }

  /**
   * Asks for a worker on the batch; of one name no second one while the first still waits. False where the queue does not
   * take it.
   */
  async send(job: BatchJob, name: string): Promise<boolean> {
    if (!(await this.open()) || this.#isStopped || !this.#boss) return false;
    try {
      await this.#boss.send(QUEUE, { ...job }, { singletonKey: `${job.batchId} ${name}` });
      return true;
    } catch (error) {
      this.#report(error);
      return false;
    }
  }

  /** Resolves when no worker is under way, or patience is at its end. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#opening;
    await this.#boss?.stop({ graceful: true, timeout: STOP_MS });
  }

  /** Begins to take jobs. Never rejects: where it fails it is tried again with the next job. */
  open(): Promise<boolean> {
    this.#opening ??= this.#start().then(
      () => true,
      (error: unknown) => {
        this.#report(error);
        this.#opening = undefined;
        return false;
      },
    );
    return this.#opening;
  }

  async #start(): Promise<void> {
    // Loaded with the first need, so that the server starts without it.
    const { PgBoss, fromPglite } = await import("pg-boss");
    const { jobs } = this.#context.store;
    const boss = new PgBoss({
      ...("pglite" in jobs
        ? { db: fromPglite(jobs.pglite), backend: "pglite" }
        : { ...jobs, max: CONNECTIONS, application_name: "flowline jobs" }),
      schema: SCHEMA,
      useListenNotify: true,
      schedule: false,
      registerInstance: false,
      reindex: false,
      monitorVacuum: false,
      openTelemetry: { enabled: false },
    });
    // Unheard, an error event would end the process.
    boss.on("error", (error) => this.#report(error));
    boss.on("warning", ({ message }) => this.#context.logger.debug({ message }, "the queue of jobs warns"));
    this.#boss = boss;
    await boss.start();
    await boss.createQueue(QUEUE, {
      // One job of a key waits at most, and another may be under way.
      policy: "short",
      notify: true,
      retryLimit: 0,
      expireInSeconds: 23 * 60 * 60,
      heartbeatSeconds: 60,
      retentionSeconds: 24 * 60 * 60,
      deleteAfterSeconds: 10 * 60,
    });
    await boss.work<BatchJob>(
      QUEUE,
      { localConcurrency: WORKERS, pollingIntervalSeconds: 5 },
      async (list) => {
        for (const { data } of list) await this.#handle(data.organizationId, data.batchId);
      },
    );
  }

  #report(error: unknown): void {
    if (this.#isStopped) return;
    const err = error instanceof Error ? describeError(error) : { message: String(error) };
    this.#context.logger.error(
      { err },
      "the queue of jobs has a fault; this server works on its batches without it",
    );
  }
}
