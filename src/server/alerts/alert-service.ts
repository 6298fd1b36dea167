import type { Caller } from "#server/domain/caller.ts";
import { describeErrorForLog } from "#server/domain/describe-error.ts";
import type { JobQueues } from "#server/queues/job-queues.ts";
import { deleteOldDeliveries } from "#server/store/alert-delivery-rows.ts";
import { deleteOldAlertRows, listUnwatchedRules } from "#server/store/alert-rows.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import { ALERT_QUEUE, type AlertJob, AlertJobs } from "./alert-jobs.ts";
import { type EndedRunOfFlow, raiseAlerts } from "./raise-alerts.ts";
import { type AlertDependencies, runAlertJob } from "./run-alert-job.ts";
import { watchRuns } from "./watch-runs.ts";

/** Jobs that a server has at once. An address that does not answer holds one for the time limit of an attempt. */
const CONCURRENCY = 10;
const POLL_MS = 2000;

/** Raises alerts about runs, and sends them on servers that run batches. */
export class AlertService {
  readonly context: AlertDependencies;
  readonly jobs: AlertJobs;
  readonly #running = new Set<Promise<void>>();
  /** Jobs that failed here, until the store is back to know it. */
  readonly #abandoned: AlertJob[] = [];
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #isTaking = false;
  #isRecovered = false;

  constructor(context: AlertDependencies, queues: JobQueues) {
    this.context = context;
    this.jobs = new AlertJobs(context.store, queues);
  }

  /** Call this before a transaction that ends runs. Rejects with 503 if the store fails. */
  open(): Promise<void> {
    return this.jobs.open();
  }

  raise(tx: DatabaseTransaction, run: EndedRunOfFlow): Promise<void> {
    return raiseAlerts(tx, this.jobs, run);
  }

  /** Commits a change of rules or deliveries, and lets pages read them again. */
  change<T>(
    { organizationId }: Pick<Caller, "organizationId">,
    work: (tx: DatabaseTransaction) => Promise<T>,
  ): Promise<T> {
    return this.context.store.write(async (tx, publish) => {
      const result = await work(tx);
      publish({ organizationId, event: "alerts.changed", data: "{}" });
      return result;
    });
  }

  /** Begins to send. */
  start(): void {
    this.#timer = setInterval(() => this.look(), POLL_MS);
    this.#timer.unref();
    this.look();
  }

  /** Takes jobs that are due, if this server sends alerts. */
  look(): void {
    if (this.#timer && !this.#stopping.signal.aborted && !this.#isTaking) void this.#take();
  }

  /** Ends what is under way; its jobs are left to other servers, or to the next start. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await Promise.allSettled(this.#running);
  }

  async prune(cut: Date): Promise<void> {
    const { store } = this.context;
    await store.write(deleteOldAlertRows);
    for (let isMore = true; isMore && !this.#stopping.signal.aborted;)
      isMore = await store.write((tx) => deleteOldDeliveries(tx, cut));
  }

  async #take(): Promise<void> {
    this.#isTaking = true;
    try {
      if (!this.#isRecovered) await this.#recover();
      for (let job = this.#abandoned[0]; job; job = this.#abandoned[0]) {
        await this.jobs.putBack(job);
        this.#abandoned.shift();
      }
      const free = CONCURRENCY - this.#running.size;
      const jobs = free > 0 ? await this.jobs.fetch(free) : [];
      for (const job of jobs) this.#run(job);
    } catch (error) {
      this.#report(error);
    } finally {
      this.#isTaking = false;
    }
  }

  /** Continues what the last process of an embedded store, or a backup, has left. */
  async #recover(): Promise<void> {
    const { store } = this.context;
    await this.jobs.open();
    if (store.kind === "embedded") await this.jobs.putBackAll();
    for (const key of await listUnwatchedRules(store.database, ALERT_QUEUE))
      await store.write((tx) => watchRuns(tx, this.jobs, key));
    this.#isRecovered = true;
  }

  #run(job: AlertJob): void {
    const running = runAlertJob(this.context, this.jobs, job, this.#stopping.signal)
      .catch((error: unknown) => {
        this.#abandoned.push(job);
        this.#report(error);
      })
      .then(() => {
        this.#running.delete(running);
        // At once: more may wait than a server has at a time.
        this.look();
      });
    this.#running.add(running);
  }

  #report(error: unknown): void {
    if (this.#stopping.signal.aborted) return;
    this.context.logger.warn({ err: describeErrorForLog(error) }, "could not send alerts; retrying");
  }
}
