import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { describeError } from "#server/describe-error.ts";
import { type BatchKey, cancelRecords, findIdleBatches } from "#server/store/batch-record-rows.ts";
import { lockBatch, updateBatch } from "#server/store/batch-rows.ts";
import { type Claim, expireAllClaims, releaseClaims, renewClaims } from "#server/store/claim-rows.ts";
import { pruneRuns } from "#server/store/prune-rows.ts";
import type { BatchDesk } from "./batch-desk.ts";
import { BatchDesks } from "./batch-desks.ts";
import { BatchJobs } from "./batch-jobs.ts";
import { BatchNews, cancelledBatchId } from "./batch-news.ts";
import type { ClaimedRecord } from "./exchange-records.ts";
import type { RunContext } from "./run-context.ts";
import { runRecord } from "./run-record.ts";

const RENEW_MS = 5000;
/** The server has begun to answer by then. */
const FIRST_LOOK_MS = 300;
const SWEEP_MS = 10_000;
const DAY_MS = 24 * 60 * 60 * 1000;
/** What runs when the server is told to stop may end by itself within this time. */
const GRACE_MS = 1500;
/** A job ends after this much, and another follows, so that every server gets its share of every batch. */
const SLICE_MS = 5000;
const SLICE_RECORDS = 100;

/** How long the whole of that may take; what is left is for whoever comes after this server. */
const STOP_MS = 3000;

/** Why a run was aborted. */
export type AbortReason = "cancelled" | "stopping";

interface HeldClaim {
  readonly claim: Claim;
  readonly abort: AbortController;
}

/** Works on batches, those that other servers began included, for as long as the server runs. */
export class RunService {
  readonly context: RunContext;
  readonly news = new BatchNews();
  readonly #jobs: BatchJobs;
  readonly #desks: BatchDesks;
  readonly #held = new Map<string, HeldClaim>();
  /** Runs outside of batches too. */
  readonly #aborts = new Set<AbortController>();
  readonly #working = new Set<Promise<unknown>>();
  #isStopping = false;
  #timers: NodeJS.Timeout[] = [];
  #stopListening: (() => void) | undefined;

  constructor(context: RunContext) {
    this.context = context;
    this.#desks = new BatchDesks(context, this.news);
    this.#jobs = new BatchJobs(context, (organizationId, batchId) =>
      this.#follow(this.#workSlice(organizationId, batchId)),
    );
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Runs under way. */
  get runs(): number {
    return this.#aborts.size;
  }

  /** Takes up what was left behind, by a crash too, and goes on to look after it. */
  async start(): Promise<void> {
    const { store } = this.context;
    if (store.kind === "embedded") await store.write((tx) => expireAllClaims(tx));
    this.#stopListening = await store.listen({
      onNews: (news) => {
        const id = cancelledBatchId(news);
        if (id !== undefined) this.#cancel(id);
      },
      onGap: () => void this.#renew(),
    });
    this.#timers = [
      setInterval(() => void this.#follow(this.#renew()), RENEW_MS),
      setInterval(() => void this.#follow(this.#sweep()), SWEEP_MS),
      setInterval(() => void this.#follow(this.#prune()), DAY_MS),
    ];
    this.#timers.push(setTimeout(() => this.#takeUp(), FIRST_LOOK_MS));
    for (const timer of this.#timers) timer.unref();
  }

  #takeUp(): void {
    // Other servers' batches come through the queue; a store that is one server's alone needs it with the first batch.
    if (this.context.store.kind === "postgres") void this.#follow(this.#jobs.open());
    void this.#follow(this.#sweep());
    void this.#follow(this.#prune());
  }

  /** Asks for workers, on whichever server; without a queue this one has to do. */
  async wake(organizationId: string, batchId: string, workers: number): Promise<void> {
    for (let worker = 0; worker < workers; worker += 1) {
      if (await this.#jobs.send({ organizationId, batchId }, String(worker))) continue;
      void this.work(organizationId, batchId, workers);
      return;
    }
  }

  /** Works on a batch here and now, until it has no record left that nobody works on. */
  async work(organizationId: string, batchId: string, workers: number): Promise<void> {
    const key = { organizationId, batchId };
    const all = Array.from({ length: workers }, () => this.#workOn(key, () => true));
    await this.#follow(Promise.all(all));
  }

  /** Does something that has to be over before the store is closed, with a signal that ends it when the server ends. */
  async run<T>(work: (abort: AbortController) => Promise<T>): Promise<T> {
    const abort = new AbortController();
    this.#aborts.add(abort);
    return this.#track(work(abort).finally(() => this.#aborts.delete(abort)));
  }

  /** Begins nothing more, and ends what does not end by itself in time: other workers do it again from the start. */
  async stop(): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#stopListening?.();
    const grace = setTimeout(() => {
      for (const abort of this.#aborts) abort.abort("stopping" satisfies AbortReason);
    }, GRACE_MS);
    const patience = new AbortController();
    const last = wait(STOP_MS, undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([Promise.allSettled(this.#working), last]);
    patience.abort();
    clearTimeout(grace);
    for (const timer of this.#timers) clearInterval(timer);
  }

  async close(): Promise<void> {
    await this.stop();
    await this.#jobs.stop();
    await this.context.runner.close();
  }

  /** Counts work that has to be over before the store is closed. */
  #track<T>(work: Promise<T>): Promise<T> {
    this.#working.add(work);
    const forget = () => void this.#working.delete(work);
    work.then(forget, forget);
    return work;
  }

  /** Work that nobody waits for: where it fails, the log says so. */
  async #follow(work: Promise<unknown>): Promise<void> {
    await this.#track(work).catch((error: unknown) => {
      const err = error instanceof Error ? describeError(error) : { message: String(error) };
      this.context.logger.error({ err }, "a batch could not be worked on; it is taken up again");
    });
  }

  async #workSlice(organizationId: string, batchId: string): Promise<void> {
    const end = performance.now() + SLICE_MS;
    let left = this.context.store.kind === "embedded" ? Infinity : SLICE_RECORDS;
    const isLeft = () => left > 0 && performance.now() < end;
    await this.#workOn({ organizationId, batchId }, () => (left -= 1) > 0 && isLeft());
    if (isLeft()) return;
    const isSent = await this.#jobs.send({ organizationId, batchId }, randomUUID());
    if (!isSent) void this.work(organizationId, batchId, 1);
  }

  /** One worker's share of a batch: record after record, until there is none to be had, or it may not go on. */
  async #workOn(key: BatchKey, mayGoOn: () => boolean): Promise<void> {
    if (this.isStopping) return;
    await this.#desks.use(key, async (desk) => {
      let claimed = await desk.visit(undefined, true);
      while (claimed) claimed = await this.#runClaimed(desk, claimed, () => !this.isStopping && mayGoOn());
    });
  }

  /** Answers the record to go on with, where there is one and it is wanted. */
  async #runClaimed(
    desk: BatchDesk,
    claimed: ClaimedRecord,
    mayGoOn: () => boolean,
  ): Promise<ClaimedRecord | undefined> {
    const { claim } = claimed;
    return this.run(async (abort) => {
      this.#held.set(claim.executionId, { claim, abort });
      if (desk.isCancelled) abort.abort("cancelled" satisfies AbortReason);
      try {
        const run = await runRecord(this.context, claimed, await desk.steps(), abort.signal);
        const isPutOff =
          run.status === "cancelled" && abort.signal.reason === ("stopping" satisfies AbortReason);
        if (!isPutOff) return await desk.visit({ claimed, run }, mayGoOn());
        await this.context.store.write((tx) => releaseClaims(tx, [claim]));
        return undefined;
      } finally {
        this.#held.delete(claim.executionId);
      }
    });
  }

  #cancel(batchId: string): void {
    this.#desks.cancel(batchId);
    this.#abort((claim) => claim.batchId === batchId);
  }

  #abort(isMeant: (claim: Claim) => boolean): void {
    for (const { claim, abort } of this.#held.values())
      if (isMeant(claim)) abort.abort("cancelled" satisfies AbortReason);
  }

  /** Keeps what is under way, and stops what somebody else has taken over or cancelled. */
  async #renew(): Promise<void> {
    const claims = [...this.#held.values()].map(({ claim }) => claim);
    if (claims.length === 0) return;
    const kept = await renewClaims(this.context.store.database, claims);
    this.#abort((claim) => claims.includes(claim) && !kept.has(claim.executionId));
  }

  /** Looks for batches that nobody works on: their workers died, or the queue did not take them. */
  async #sweep(): Promise<void> {
    if (this.isStopping) return;
    const idle = await findIdleBatches(this.context.store.database);
    for (const { organizationId, batchId, isActive, room } of idle) {
      if (isActive) await this.wake(organizationId, batchId, room);
      else await this.#tidy(organizationId, batchId);
    }
  }

  /** Forgets what is older than results are kept. */
  async #prune(): Promise<void> {
    const { store, now, retentionDays } = this.context;
    await pruneRuns(store, new Date(now() - retentionDays * DAY_MS), () => !this.isStopping);
  }

  /** A batch that has ended has no records under way: what a dead worker left there is cancelled. */
  #tidy(organizationId: string, batchId: string): Promise<void> {
    return this.context.store.write(async (tx, tell) => {
      const batch = await lockBatch(tx, organizationId, batchId);
      if (!batch) return;
      const unbegun = await cancelRecords(tx, { organizationId, batchId }, new Date(this.context.now()));
      const cancelledRecords = batch.cancelledRecords + unbegun;
      await updateBatch(tx, batch, { cancelledRecords });
      this.news.tell(tell, { ...batch, cancelledRecords }, true);
    });
  }
}
