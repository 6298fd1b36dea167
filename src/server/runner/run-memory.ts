import { getHeapStatistics } from "node:v8";
import { estimateJsonHeapBytes } from "#core/json/json-size.ts";
import type { RunValue } from "#server/domain/run-value.ts";
import { StepFailure } from "#server/domain/step-failure.ts";

const MIB = 1024 * 1024;
/** Enough for most runs. */
const FIRST_BYTES = MIB;
const MAX_RUN_BYTES = 256 * MIB;
const WAIT_MS = 10_000;

export interface RunMemoryLimits {
  /** Maximum bytes of all runs together. */
  readonly all: number;
  /** Maximum bytes of one run; at most half of `all`. */
  readonly run: number;
  /** Bytes that each run holds from its start to its end. */
  readonly first: number;
  /** Maximum milliseconds that a request waits until its run may start. */
  readonly waitMs: number;
}

/** Bytes in use by all runs, and the numbers of runs that wait for memory before or after their start. */
export interface RunMemoryUsage {
  readonly used: number;
  readonly limit: number;
  readonly starting: number;
  readonly growing: number;
}

interface WaitingRun {
  readonly run: RunMemory;
  readonly bytes: number;
  readonly proceed: () => void;
}

/** Allows all runs together two fifths of the heap: the rest is for requests, and for values that exceed their estimate. */
export function readRunMemoryLimits(heapBytes = getHeapStatistics().heap_size_limit): RunMemoryLimits {
  const all = Math.floor(heapBytes * 0.4);
  return { all, run: Math.min(MAX_RUN_BYTES, Math.floor(all / 2)), first: FIRST_BYTES, waitMs: WAIT_MS };
}

/**
 * Limits the memory of all runs of this process. A run that needs more than is free waits. Runs that wait while they hold
 * memory could wait for each other for ever, so a part large enough for any one run is reserved: the run that has waited
 * longest takes from it until it ends.
 */
export class RunMemoryBudget {
  readonly #limits: RunMemoryLimits;
  readonly #starting: WaitingRun[] = [];
  readonly #growing: WaitingRun[] = [];
  /** Bytes that runs hold outside the reserve. */
  #shared = 0;
  #reserveOwner: RunMemory | undefined;
  #reserved = 0;

  constructor(limits: RunMemoryLimits = readRunMemoryLimits()) {
    this.#limits = limits;
  }

  get usage(): RunMemoryUsage {
    return {
      used: this.#shared + this.#reserved,
      limit: this.#limits.all,
      starting: this.#starting.length,
      growing: this.#growing.length,
    };
  }

  /** Number of further runs that could start at once. */
  get startable(): number {
    if (this.#growing.length > 0) return 0;
    return Math.max(0, Math.floor(this.#free / this.#limits.first) - this.#starting.length);
  }

  get limits(): RunMemoryLimits {
    return this.#limits;
  }

  get #free(): number {
    const { all, run } = this.#limits;
    return all - run - this.#shared;
  }

  /** Waits until there is memory for another run. Rejects with the signal's reason. Release the memory when the run has ended. */
  async start(signal: AbortSignal): Promise<RunMemory> {
    const run = new RunMemory(this.#limits, {
      take: (bytes, signal) => this.#take(this.#growing, { run, bytes }, signal),
      give: (bytes) => this.#give(run, bytes),
    });
    await this.#take(this.#starting, { run, bytes: this.#limits.first }, signal);
    return run;
  }

  async #take(queue: WaitingRun[], wanted: Omit<WaitingRun, "proceed">, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    // Grants the owner's requests at once: behind a run that waits for the reserve, they would never be granted.
    if (wanted.run === this.#reserveOwner) {
      this.#reserved += wanted.bytes;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const onAbort = () => {
        queue.splice(queue.indexOf(waiting), 1);
        reject(signal.reason as Error);
        this.#proceed();
      };
      const waiting = {
        ...wanted,
        proceed: () => {
          signal.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      signal.addEventListener("abort", onAbort, { once: true });
      queue.push(waiting);
      this.#proceed();
    });
  }

  #give(run: RunMemory, bytes: number): void {
    const fromReserve = run === this.#reserveOwner ? Math.min(bytes, this.#reserved) : 0;
    this.#reserved -= fromReserve;
    this.#shared -= bytes - fromReserve;
    if (this.#reserved === 0) this.#reserveOwner = undefined;
    this.#proceed();
  }

  /** Lets waiting runs proceed in their order; runs that have started come before those that have not. */
  #proceed(): void {
    for (const queue of [this.#growing, this.#starting]) {
      for (let next = queue[0]; next; next = queue[0]) {
        const { run, bytes } = next;
        if (bytes <= this.#free) this.#shared += bytes;
        else if (queue === this.#growing && this.#reserveOwner === undefined) {
          this.#reserveOwner = run;
          this.#reserved = bytes;
        } else return;
        queue.shift();
        next.proceed();
      }
    }
  }
}

interface RunMemorySource {
  readonly take: (bytes: number, signal: AbortSignal) => Promise<void>;
  readonly give: (bytes: number) => void;
}

/** The memory of one run, from the budget of the process. */
export class RunMemory {
  readonly #limits: RunMemoryLimits;
  readonly #source: RunMemorySource;
  readonly #charged = new WeakSet<RunValue>();
  #needed = 0;
  #held: number;
  #isReleased = false;

  constructor(limits: RunMemoryLimits, source: RunMemorySource) {
    this.#limits = limits;
    this.#source = source;
    this.#held = limits.first;
  }

  /** Charges a value that the run keeps until it ends, once however often the run keeps it. */
  async charge(value: RunValue, signal: AbortSignal): Promise<void> {
    if (this.#charged.has(value)) return;
    await this.#take(estimateJsonHeapBytes(value.size), signal);
    this.#charged.add(value);
  }

  /** Charges memory that the run needs for a while, such as a response that is being received. */
  open(): TemporaryRunMemory {
    let taken = 0;
    return {
      take: async (bytes, signal) => {
        await this.#take(bytes, signal);
        taken += bytes;
      },
      release: () => {
        this.#give(taken);
        taken = 0;
      },
    };
  }

  /** Returns all memory of the run to the budget. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#source.give(this.#held);
  }

  /** Throws a `StepFailure` if the run would need more than one run may have, or the signal's reason. */
  async #take(bytes: number, signal: AbortSignal): Promise<void> {
    const needed = this.#needed + bytes;
    if (needed > this.#limits.run) {
      const megabytes = Math.floor(this.#limits.run / MIB);
      throw new StepFailure(
        `This run needs more than ${megabytes} MB of memory. Request less data at once, or return only what later steps use.`,
        { code: "MEMORY_LIMIT" },
      );
    }
    this.#needed = needed;
    const missing = needed - this.#held;
    if (missing <= 0) return;
    try {
      await this.#source.take(missing, signal);
    } catch (error) {
      this.#needed -= bytes;
      throw error;
    }
    this.#held += missing;
    if (this.#isReleased) this.#source.give(missing);
  }

  #give(bytes: number): void {
    if (this.#isReleased) return;
    this.#needed -= bytes;
    const spare = this.#held - Math.max(this.#needed, this.#limits.first);
    if (spare <= 0) return;
    this.#held -= spare;
    this.#source.give(spare);
  }
}

export interface TemporaryRunMemory {
  take(bytes: number, signal: AbortSignal): Promise<void>;
  release(): void;
}
