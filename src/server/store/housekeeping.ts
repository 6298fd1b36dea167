const WRITES = 2000;
const IDLE_MS = 30_000;

/**
 * PGlite runs neither autovacuum nor a checkpointer. This does their work after every 2,000 writes, and when nothing
 * was written for half a minute.
 */
export class Housekeeping {
  readonly #clean: () => Promise<void>;
  #writes = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(clean: () => Promise<void>) {
    this.#clean = clean;
  }

  countWrite(): void {
    this.#writes += 1;
    if (this.#writes >= WRITES) {
      this.#run();
    } else {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#run(), IDLE_MS);
      this.#timer.unref();
    }
  }

  /** Resolves when nothing is under way any more. Writes must have ended, since each may start a round. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#running;
  }

  #run(): void {
    clearTimeout(this.#timer);
    this.#writes = 0;
    // A failure here costs space, not data, and the next round tries again.
    this.#running = this.#running.then(this.#clean).catch(() => undefined);
  }
}
