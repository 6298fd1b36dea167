import { readFileSync } from "node:fs";

const LOOK_MS = 1;

/**
 * Measures how long requests block the event loop, in CPU time of its thread, so that the load of other programs does not
 * count. `npm run bench:fuzz` prints the longest block; tests assert no time, which depends on the machine.
 */
export class EventLoopBlockMonitor {
  #longest = 0;
  #worst = { ms: 0, request: "none" };
  #before = readThreadTime();
  readonly #timer = setInterval(() => this.#look(), LOOK_MS);

  /**
   * Attributes the longest block since the previous call to `request`. Call this right after the response.
   */
  note(request: string): void {
    this.#look();
    if (this.#longest > this.#worst.ms) this.#worst = { ms: this.#longest, request };
    this.#longest = 0;
  }

  stop(name: string): void {
    clearInterval(this.#timer);
    if (process.env["FUZZ_REQUESTS"] === undefined) return;
    const { ms, request } = this.#worst;
    process.stdout.write(
      `${name}: the event loop was blocked for ${ms.toFixed(0)} ms at most, by ${request}\n`,
    );
  }

  #look(): void {
    const now = readThreadTime();
    this.#longest = Math.max(this.#longest, now - this.#before);
    this.#before = now;
  }
}

function readThreadTime(): number {
  try {
    return Number(readFileSync("/proc/thread-self/schedstat", "utf8").split(" ", 1)[0]) / 1e6;
  } catch {
    return performance.now();
  }
}
