import { type QueueState, readQueueState } from "#server/store/queue-state.ts";
import type { Store } from "#server/store/store.ts";

const MAX_AGE_MS = 5000;
const CHECK_MS = 30_000;
/** Milliseconds for which records may wait without any worker before a warning is given. */
const STALL_MS = 60_000;

interface QueueMonitorDependencies {
  readonly store: Pick<Store, "database">;
  readonly now: () => number;
  readonly monotonic: () => number;
  readonly logger: { warn(text: string): void; info(text: string): void };
}

export interface QueueReading extends QueueState {
  /** Seconds since the oldest batch with waiting records was created; 0 if no record waits. */
  readonly oldestSeconds: number;
  /** A sentence for the operator if records wait and no worker runs any; otherwise undefined. */
  readonly warning: string | undefined;
}

/** Reads how many records wait and run on all servers, at most every five seconds. */
export class QueueMonitor {
  readonly #dependencies: QueueMonitorDependencies;
  #latest: { readonly reading: Promise<QueueReading>; readonly at: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isStalled = false;

  constructor(dependencies: QueueMonitorDependencies) {
    this.#dependencies = dependencies;
  }

  /** Returns a reading at most five seconds old. Rejects if the store fails; the next call reads again. */
  read(): Promise<QueueReading> {
    const at = this.#dependencies.monotonic();
    if (this.#latest && at - this.#latest.at < MAX_AGE_MS) return this.#latest.reading;
    const reading = this.#read();
    this.#latest = { reading, at };
    reading.catch(() => {
      this.#latest = undefined;
    });
    return reading;
  }

  /** Logs when records begin to wait without a worker, and when that is over. */
  watch(): void {
    this.#timer = setInterval(() => void this.check(), CHECK_MS);
    this.#timer.unref();
  }

  async check(): Promise<void> {
    const { logger } = this.#dependencies;
    const warning = await this.read().then(
      (reading) => reading.warning ?? "",
      () => undefined,
    );
    // A failure of the store says nothing about the workers.
    if (warning === undefined) return;
    if (warning !== "" && !this.#isStalled) logger.warn(warning);
    if (warning === "" && this.#isStalled) logger.info("Workers are running batch records again.");
    this.#isStalled = warning !== "";
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #read(): Promise<QueueReading> {
    const state = await readQueueState(this.#dependencies.store.database);
    const since = state.waitingSince?.getTime();
    const waitedMs = since === undefined ? 0 : Math.max(0, this.#dependencies.now() - since);
    const oldestSeconds = Math.round(waitedMs / 1000);
    const isStalled = state.active === 0 && waitedMs > STALL_MS;
    const records =
      state.waiting === 1 ? "1 record of a batch waits" : `${state.waiting} records of batches wait`;
    return {
      ...state,
      oldestSeconds,
      warning: isStalled
        ? `${records} for ${oldestSeconds} s, and no worker is running. Start a server with FLOWLINE_ROLE=worker.`
        : undefined,
    };
  }
}
