import type { JsonObject } from "#core/json/json.ts";
import { parseStepsJson } from "#server/flows/normalize-step-order.ts";
import { describeErrorForLog } from "#server/domain/describe-error.ts";
import type { AlertService } from "#server/alerts/alert-service.ts";
import { type RunCheckpoint, saveUnsavedCheckpoints } from "#server/runner/run-checkpoint.ts";
import type { BatchIdentifier } from "#server/store/batch-record-rows.ts";
import { findBatchDefinition } from "#server/store/batch-rows.ts";
import type { ChangeEvent } from "#server/store/change-listeners.ts";
import {
  type RecordAttemptKey,
  countActiveRecords,
  findBatches,
  getQueueGroupOfBatch,
  listRunningRecords,
  putBackBatchRecords,
  storeBatchRecordCheckpoints,
} from "#server/store/record-queue.ts";
import type { BatchProgressPublisher } from "./batch-events.ts";
import type { RecordJob } from "./record-job.ts";
import type { RecordQueue } from "./record-queue.ts";
import { ResultCommitter } from "./result-committer.ts";
import type { RunAbortReason, RunServiceDependencies } from "./run-service-dependencies.ts";
import { createCancelledRunResult, createFailedRunResult } from "./store-finished-records.ts";
import { openRecordCheckpoint } from "./record-checkpoint.ts";
import { RecordSharing } from "./record-sharing.ts";
import { RESULTS_EXPIRED, readTakenOutcomes } from "./retry-start.ts";
import { type RunInputs, parseRunInputs } from "./run-inputs.ts";
import { runFlowOnRecord } from "./run-record.ts";
import { type FetchedJobs, RecordTaker, type TakenRecord } from "./record-taker.ts";

/** An event may be lost, or the last worker dead. */
const POLL_MS = 2000;
/** Interval in which a worker looks at all jobs, including those of ended batches. */
const SWEEP_MS = 15_000;
const HEARTBEAT_MS = 5000;
const CACHED_DEFINITIONS = 100;

/** What a batch runs on each record. */
interface RunDefinition {
  readonly steps: readonly JsonObject[];
  readonly given: RunInputs | undefined;
}

interface StartingRecord {
  readonly taken: TakenRecord;
  readonly abort: AbortController;
}

/** Has a checkpoint once the record and the steps of its batch are read. */
interface RunningRecord {
  readonly taken: Pick<TakenRecord, keyof RecordAttemptKey | "job">;
  readonly abort: AbortController;
  readonly checkpoint?: RunCheckpoint;
}

/** Runs the records of all batches concurrently, and stores their results. */
export class RecordWorker {
  readonly #context: RunServiceDependencies;
  readonly #queue: RecordQueue;
  readonly #event: BatchProgressPublisher;
  readonly #taker: RecordTaker;
  readonly #committer: ResultCommitter;
  /** Keyed by execution id, not by job: a retried record has the same job as its earlier attempt. */
  readonly #running = new Map<string, RunningRecord>();
  readonly #runs = new Set<Promise<void>>();
  readonly #abandoned: RecordJob[] = [];
  #missing: ReadonlySet<string> = new Set();
  readonly #definitions = new Map<string, Promise<RunDefinition>>();
  #timers: NodeJS.Timeout[] = [];
  #taking: Promise<void> | undefined;
  #isAsked = false;
  readonly #sharing: RecordSharing;
  #isAskedForAll = false;
  #hasRoom = false;
  #isStarted = false;
  #isStopping = false;

  constructor(
    context: RunServiceDependencies,
    { queue, alerts }: { readonly queue: RecordQueue; readonly alerts: AlertService },
    event: BatchProgressPublisher,
  ) {
    this.#context = context;
    this.#queue = queue;
    this.#event = event;
    this.#taker = new RecordTaker(context, queue);
    this.#sharing = new RecordSharing({
      store: context.store,
      countRunning: () => this.#running.size,
      look: () => this.look(),
    });
    this.#committer = new ResultCommitter({
      context,
      queue,
      alerts,
      event,
      taker: this.#taker,
      countRunning: () => this.#running.size,
      countFree: (ended) => (this.#isOpen ? this.#countFree(ended) : 0),
      share: (publish, count) => this.#sharing.leaveHalf(publish, count),
      onTaken: (fetched) => this.#track(this.#beginFetched(fetched)),
      onRoom: () => (this.#hasRoom = true),
      onGivenUp: (job) => this.#abandoned.push(job),
    });
  }

  get #isOpen(): boolean {
    return this.#isStarted && !this.#isStopping;
  }

  get #mayTake(): boolean {
    return this.#isOpen && !this.#sharing.isLeaving;
  }

  /** Records that no memory is left for stay in the queue, where another worker may take them. */
  #countFree(ended = 0): number {
    const { concurrency, memory } = this.#context;
    if (memory.usage.growing > 0) return 0;
    return Math.min(concurrency - this.#running.size, memory.startable) + ended;
  }

  get activeRecords(): number {
    return this.#running.size;
  }

  start(): void {
    this.#isStarted = true;
    this.#timers = [
      setInterval(() => this.look(), POLL_MS),
      setInterval(() => {
        this.look(true);
        void this.#interruptLostRecords();
      }, SWEEP_MS),
      setInterval(() => void this.heartbeat(), HEARTBEAT_MS),
    ];
    for (const timer of this.#timers) timer.unref();
    this.look(true);
  }

  /** Until none are left or this worker is full. `all`: also jobs that ended batches have left. */
  look(all = false): void {
    this.#isAsked = true;
    this.#isAskedForAll ||= all;
    if (!this.#mayTake || this.#taking) return;
    this.#taking = this.#take()
      .catch((error: unknown) => {
        this.#context.logger.error({ err: describeErrorForLog(error) }, "could not fetch records; retrying");
      })
      .finally(() => {
        this.#taking = undefined;
        if (this.#isAsked) this.look();
      });
  }

  /** Handles the events of other workers about sharing. */
  heed(event: ChangeEvent): void {
    this.#sharing.heed(event);
  }

  cancel(batchId: string): void {
    this.#abort(({ taken }) => taken.batchId === batchId);
  }

  /** Aborts runs after `graceMs` and puts their records back. Resolves when nothing runs any more. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#taking;
    const heartbeat = setInterval(() => void this.heartbeat(), HEARTBEAT_MS);
    const grace = setTimeout(() => {
      for (const { abort } of this.#running.values()) abort.abort("stopping" satisfies RunAbortReason);
      this.#committer.stop();
    }, graceMs);
    // Repeats, because a commit that was under way may have started further runs.
    while (this.#runs.size > 0) await Promise.allSettled(this.#runs);
    clearTimeout(grace);
    clearInterval(heartbeat);
  }

  /** One write, with checkpoints. Aborts runs whose jobs were lost or whose batches were cancelled. */
  async heartbeat(): Promise<void> {
    await this.#putBackAbandoned();
    const running = [...this.#running.values()];
    if (running.length === 0) return;
    const { store } = this.#context;
    const jobs = running.map(({ taken }) => taken.job);
    try {
      let touched: ReadonlySet<string> | undefined;
      const started = running.flatMap(({ checkpoint, ...rest }) =>
        checkpoint ? [{ ...rest, checkpoint }] : [],
      );
      await saveUnsavedCheckpoints(started, (unsaved) =>
        store.write(async (tx) => {
          touched = await this.#queue.touch(tx, jobs);
          await storeBatchRecordCheckpoints(
            tx,
            unsaved.map(({ run, json }) => ({ attempt: run.taken, json })),
          );
        }),
      );
      const held = touched ?? (await store.write((tx) => this.#queue.touch(tx, jobs)));
      const batches = await findBatches(
        store.database,
        running.map(({ taken }) => taken),
      );
      // If a batch fails because its flow was deleted, its running records may finish.
      const continuing = new Set(batches.filter(({ status }) => status !== "cancelled").map(({ id }) => id));
      const mustEnd = ({ taken }: RunningRecord) => !held.has(taken.job.id) || !continuing.has(taken.batchId);
      this.#abort((record) => running.includes(record) && mustEnd(record));
    } catch (error) {
      this.#context.logger.warn(
        { err: describeErrorForLog(error) },
        "the heartbeat of running records failed; retrying",
      );
    }
  }

  /** For the embedded store, where a failed commit may take effect. Acts on the second time only. */
  async #interruptLostRecords(): Promise<void> {
    const { store, logger } = this.#context;
    if (store.kind !== "embedded") return;
    const keyOf = (batch: BatchIdentifier, position: number) => `${getQueueGroupOfBatch(batch)}/${position}`;
    try {
      const missing = new Set<string>();
      for (const { positions, ...batch } of await listRunningRecords(store.database)) {
        const running = new Set([...this.#running.values()].map(({ taken }) => keyOf(taken, taken.position)));
        const lost = positions.filter((position) => !running.has(keyOf(batch, position)));
        for (const position of lost) missing.add(keyOf(batch, position));
        const again = lost.filter((position) => this.#missing.has(keyOf(batch, position)));
        if (again.length > 0) await this.#queue.interrupt(batch, again);
      }
      this.#missing = missing;
    } catch (error) {
      logger.warn({ err: describeErrorForLog(error) }, "could not check running records; retrying");
    }
  }

  async #take(): Promise<void> {
    while (this.#isAsked && this.#mayTake) {
      this.#isAsked = false;
      const free = this.#countFree();
      if (free <= 0) return;
      const isWhole = this.#isAskedForAll;
      this.#isAskedForAll = false;
      const limit = isWhole ? free : Math.min(free, await this.#countStartable());
      if (limit === 0) continue;
      const fetched = await this.#context.store.write((tx) => this.#taker.take(tx, limit));
      await this.#beginFetched(fetched);
      // The queue skips records above their batch's limit; after all jobs, other workers are asked.
      if (isWhole || fetched.mayHaveMore) this.#isAsked = true;
      // Asks for records, because another worker took all of them first.
      else if (this.#running.size === 0) await this.#sharing.ask();
    }
  }

  async #beginFetched(fetched: FetchedJobs): Promise<void> {
    // Registers the records before they are read, or a take in the meantime would exceed the concurrency of this server.
    for (const taken of fetched.begun)
      this.#running.set(taken.executionId, { taken, abort: new AbortController() });
    try {
      for (const taken of await this.#taker.finishTaking(fetched)) this.#begin(taken);
    } catch (error) {
      for (const { executionId } of fetched.begun) this.#running.delete(executionId);
      this.#abandoned.push(...[...fetched.begun, ...fetched.stale].map(({ job }) => job));
      throw error;
    }
  }

  /** The next heartbeat retries a failed attempt. */
  async #putBackAbandoned(): Promise<void> {
    const jobs = this.#abandoned.splice(0);
    if (jobs.length === 0) return;
    try {
      await this.#context.store.write((tx) => this.#queue.putBack(tx, jobs));
      this.look(true);
    } catch {
      this.#abandoned.push(...jobs);
    }
  }

  async #countStartable(): Promise<number> {
    const { startable, running } = await countActiveRecords(this.#context.store.database);
    if (startable === 0 && running > 0 && this.#running.size === 0) await this.#sharing.ask();
    return startable;
  }

  #begin(taken: TakenRecord): void {
    this.#event.note(taken.batch);
    const abort = this.#running.get(taken.executionId)?.abort ?? new AbortController();
    const run = this.#run({ taken, abort }).catch((error: unknown) => {
      this.#abandoned.push(taken.job);
      throw error;
    });
    this.#track(
      run.finally(() => {
        this.#running.delete(taken.executionId);
        if (this.#hasRoom) this.look();
        this.#hasRoom = false;
      }),
    );
  }

  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => {
        this.#context.logger.error(
          { err: describeErrorForLog(error) },
          "the run of a record was interrupted; retrying",
        );
        this.look();
      })
      .finally(() => this.#runs.delete(tracked));
    this.#runs.add(tracked);
  }

  async #run({ taken, abort }: StartingRecord): Promise<void> {
    const { signal } = abort;
    const memory = await this.#context.memory.start(signal).catch(() => undefined);
    if (!memory) {
      // The run was ended from outside before there was memory for it.
      if (signal.reason === ("stopping" satisfies RunAbortReason)) return this.#putBack(taken, undefined);
      return this.#committer.commit({ taken, run: createCancelledRunResult() });
    }
    try {
      const { steps, given } = await this.#readDefinition(taken);
      const outcomes = await this.#readTakenOutcomes(taken, steps);
      if (!outcomes) {
        const expired = createFailedRunResult(RESULTS_EXPIRED);
        return await this.#committer.commit({ taken, run: expired });
      }
      const { finished, notes } = outcomes;
      const cancel = () => abort.abort("cancelled" satisfies RunAbortReason);
      const checkpoint = openRecordCheckpoint(this.#context, taken, { steps, finished }, cancel);
      this.#running.set(taken.executionId, { taken, abort, checkpoint });
      const options = { steps, given, notes, signal, checkpoint, memory };
      const run = await runFlowOnRecord(this.#context, taken, options);
      const isPutBack = run.status === "cancelled" && signal.reason === ("stopping" satisfies RunAbortReason);
      if (isPutBack) await this.#putBack(taken, checkpoint.takeUnsaved()?.json);
      else await this.#committer.commit({ taken, run });
    } finally {
      memory.release();
    }
  }

  async #putBack(taken: TakenRecord, checkpoint: string | undefined): Promise<void> {
    await this.#context.store.write(async (tx) => {
      const mine = await this.#queue.putBack(tx, [taken.job]);
      if (mine.size === 0) return;
      if (checkpoint !== undefined)
        await storeBatchRecordCheckpoints(tx, [{ attempt: taken, json: checkpoint }]);
      await putBackBatchRecords(tx, [taken]);
    });
  }

  /** Undefined if the results that the record starts with have expired: running all steps would repeat effects. */
  async #readTakenOutcomes({ batch, recordId }: TakenRecord, steps: readonly JsonObject[]) {
    const { organizationId, retryOf, retryFrom } = batch;
    if (retryFrom !== "failedStep" || retryOf === null)
      return { finished: [], notes: new Map<number, string>() };
    const { steps: earlierSteps } = await this.#readDefinition({ organizationId, batchId: retryOf });
    const { store, now } = this.#context;
    const request = { batch, earlier: retryOf, recordId, earlierSteps, steps, now: now() };
    return readTakenOutcomes(store.database, request);
  }

  #readDefinition({ organizationId, batchId }: BatchIdentifier): Promise<RunDefinition> {
    const key = `${organizationId}/${batchId}`;
    const definition =
      this.#definitions.get(key) ??
      findBatchDefinition(this.#context.store.database, organizationId, batchId).then(
        ({ steps, runInputs }) => ({ steps: parseStepsJson(steps), given: parseRunInputs(runInputs) }),
      );
    // Moves the entry to the end at each use, so that the least recently used definition is removed first.
    this.#definitions.delete(key);
    this.#definitions.set(key, definition);
    definition.catch(() => this.#definitions.delete(key));
    const [oldest] = this.#definitions.keys();
    if (this.#definitions.size > CACHED_DEFINITIONS && oldest !== undefined) this.#definitions.delete(oldest);
    return definition;
  }

  #abort(shouldAbort: (record: RunningRecord) => boolean): void {
    for (const record of this.#running.values())
      if (shouldAbort(record)) record.abort.abort("cancelled" satisfies RunAbortReason);
  }
}
