import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { countOpenJobs } from "./audit-batches.ts";
import type { EffectCounts } from "./batch-effects.ts";
import { unpackTestStore } from "./open-test-store.ts";
import { createTestDatabase } from "./postgres-server.ts";
import { SeededRandom } from "#core/testing/seeded-random.ts";
import { type BatchPlan, ServerFleet, type StartedBatch } from "./server-fleet.ts";

export interface RunChaosOptions {
  /** Path of the built server. */
  readonly main: string;
  /** The PostgreSQL of three servers; undefined for one server on the embedded store. */
  readonly postgresUrl: string | undefined;
  readonly seed: number;
}

export interface RunChaosRound {
  readonly seed: number;
  readonly batches: number;
  readonly records: number;
  /** One text per kill: how many servers were killed or stopped, and at which moment. */
  readonly kills: readonly string[];
  readonly counts: EffectCounts;
  /** Jobs of the queue that wait or run after all batches have ended. */
  readonly openJobs: number;
  readonly seconds: number;
  /** Sentences about violated invariants; empty if the round passed. */
  readonly findings: readonly string[];
}

const SERVER_COUNT = 3;
/**
 * Number of kills per round. A record may fail after its third interruption, so after two, all must complete.
 */
const WAVE_COUNT = 2;
const EFFECT_STEP_COUNT = 3;
const RECORD_COUNTS = [1, 1, 3, 8, 20, 40];
const CONCURRENCIES = [1, 2, 4, 8, 16];
/** Milliseconds after which servers are killed even if the moment has not come. */
const MOMENT_LIMIT_MS = 20_000;

/** Moments in the life of a record at which servers are killed. */
const MOMENTS = [
  "at a random time",
  "while the request that starts a batch runs",
  "when an effect arrives",
  "after an effect was answered",
  "when the first effect of a record arrives",
  "when the last effect of a record arrives",
  "when a record has ended",
] as const;
type Moment = (typeof MOMENTS)[number];

/**
 * Starts several batches at once, kills servers twice at moments chosen by the seed, starts them again, and checks all
 * records, results and effects when the batches have ended.
 */
export async function playRunChaosRound({
  main,
  postgresUrl,
  seed,
}: RunChaosOptions): Promise<RunChaosRound> {
  const begun = performance.now();
  const database = postgresUrl === undefined ? undefined : await createTestDatabase(postgresUrl);
  const store = database
    ? { databaseUrl: database.url }
    : { directory: await unpackTestStore(await mkdtemp(join(tmpdir(), "flowline-chaos-"))) };
  const fleet = await ServerFleet.open({ main, store, servers: database ? SERVER_COUNT : 1 });
  try {
    const round = await new RunChaos(fleet, new SeededRandom(seed)).run();
    return { seed, ...round, seconds: (performance.now() - begun) / 1000 };
  } finally {
    await fleet.close();
    await database?.drop();
  }
}

class RunChaos {
  readonly #fleet: ServerFleet;
  readonly #random: SeededRandom;
  readonly #kills: string[] = [];
  readonly #findings: string[] = [];

  constructor(fleet: ServerFleet, random: SeededRandom) {
    this.#fleet = fleet;
    this.#random = random;
  }

  async run(): Promise<Omit<RunChaosRound, "seed" | "seconds">> {
    const plans: BatchPlan[] = [];
    const batches: StartedBatch[] = [];
    for (let wave = 0; wave < WAVE_COUNT; wave += 1) {
      const added = Array.from({ length: 1 + this.#random.roll(3) }, (_, index) =>
        this.#plan(`batch-${wave}-${index}`),
      );
      plans.push(...added);
      // Waits for the moment from before the requests that start batches, so that a kill can interrupt them
      // too.
      const kill = this.#kill(this.#random.pick(MOMENTS), added, batches);
      batches.push(...(await Promise.all(added.map((plan) => this.#fleet.startBatch(plan)))));
      await kill;
    }
    const late = await this.#fleet.waitForEnd(batches);
    const counts = this.#fleet.countEffects(batches);
    const openJobs = await this.#fleet.withRows(countOpenJobs);
    const findings = [
      ...this.#findings,
      ...late,
      ...(await this.#fleet.audit(batches)),
      ...describeFaults(counts, openJobs),
    ];
    const records = plans.reduce((total, plan) => total + plan.records, 0);
    return { batches: batches.length, records, kills: this.#kills, counts, openJobs, findings };
  }

  #plan(label: string): BatchPlan {
    const records = this.#random.pick(RECORD_COUNTS);
    const concurrency = this.#random.pick(CONCURRENCIES);
    const pauseMs = this.#random.pick([0, 5, 20, 100]);
    return { label, records, concurrency, pauseMs, effectSteps: EFFECT_STEP_COUNT };
  }

  /** Kills or stops servers at the moment, while the given plans are started and earlier batches run. */
  async #kill(moment: Moment, added: readonly BatchPlan[], batches: readonly StartedBatch[]): Promise<void> {
    const { names } = this.#fleet;
    const count = this.#random.pick([1, 1, names.length]);
    const delay = this.#random.pick([0, 0, 300]);
    const signal = this.#random.pick(["SIGKILL", "SIGKILL", "SIGKILL", "SIGTERM"] as const);
    const records = added.reduce((total, plan) => total + plan.records, 0);
    const sender = await Promise.race([this.#reach(moment, records, batches), wait(MOMENT_LIMIT_MS)]);
    const victims = [...new Set([...(sender === undefined ? [] : [sender]), ...names])].slice(0, count);
    this.#kills.push(`${victims.length} ${signal === "SIGTERM" ? "stopped" : "killed"} ${moment}`);
    const codes = await Promise.all(victims.map((name) => this.#fleet.end(name, signal)));
    if (signal === "SIGTERM" && codes.some((code) => code !== 0))
      this.#findings.push(`Servers that were stopped ended with ${codes.join(", ")}.`);
    await wait(delay);
    await Promise.all(victims.map((name) => this.#fleet.start(name)));
  }

  /** Resolves at the moment with the name of the server process that is to be killed first. */
  async #reach(
    moment: Moment,
    records: number,
    batches: readonly StartedBatch[],
  ): Promise<string | undefined> {
    const { names } = this.#fleet;
    const number = 1 + this.#random.roll(Math.min(20, records));
    const milliseconds = this.#random.roll(1500);
    const victim = this.#random.pick(names);
    if (moment === "at a random time") return wait(milliseconds, victim);
    // The first server gets the requests.
    if (moment === "while the request that starts a batch runs") return wait(milliseconds / 20, names[0]);
    if (moment === "when a record has ended" && batches.length > 0)
      return this.#waitForRecord(batches, victim);
    const steps: Partial<Record<Moment, number>> = {
      "when the first effect of a record arrives": 1,
      "when the last effect of a record arrives": EFFECT_STEP_COUNT,
    };
    return this.#waitForEffect(number, steps[moment], moment);
  }

  #waitForEffect(number: number, step: number | undefined, moment: Moment): Promise<string> {
    return new Promise((resolve) => {
      let left = number;
      const stop = this.#fleet.receiver.onEffect((effect) => {
        if (step !== undefined && effect.step !== step) return undefined;
        left -= 1;
        if (left > 0) return undefined;
        stop();
        if (moment === "after an effect was answered") {
          setTimeout(resolve, 5, effect.worker);
          return undefined;
        }
        resolve(effect.worker);
        // Answers after the kill, as a slow service would.
        return wait(50);
      });
    });
  }

  async #waitForRecord(batches: readonly StartedBatch[], victim: string): Promise<string> {
    const before = await this.#countProcessed(batches);
    const kills = this.#kills.length;
    // Also ends after the kill, because all records may have ended before this wait began.
    while (this.#kills.length === kills && (await this.#countProcessed(batches)) === before) await wait(20);
    return victim;
  }

  async #countProcessed(batches: readonly StartedBatch[]): Promise<number> {
    const states = await Promise.all(batches.map((batch) => this.#fleet.readBatch(batch)));
    return states.reduce((total, { processedRecords }) => total + processedRecords, 0);
  }
}

function describeFaults(counts: EffectCounts, openJobs: number): readonly string[] {
  const faults: readonly (readonly [number, string])[] = [
    [counts.missing, "effects never arrived"],
    [counts.repeatsOfEarlierSteps, "effects were repeated after a later one of the same record"],
    [counts.repeatsWithOtherKey, "effects were repeated with another idempotency key"],
    [openJobs, "jobs of the queue are still open"],
  ];
  return faults.flatMap(([count, fault]) => (count > 0 ? [`${count} ${fault}.`] : []));
}
