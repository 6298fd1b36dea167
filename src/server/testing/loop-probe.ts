import { readFileSync } from "node:fs";

const LOOK_MS = 1;

/**
 * Maximum milliseconds for which a request may block the event loop on a reference machine, which does the reference
 * work in `REFERENCE_MS`.
 */
const MOST_MS = 250;
const REFERENCE_MS = 20;

/**
 * Returns the limit in milliseconds, adjusted to the current speed of the machine: a request is not at fault for a
 * shared or throttled processor.
 */
export function computeMaxAllowedEventLoopBlockMs(): number {
  const before = threadTime();
  doReferenceWork();
  return MOST_MS * Math.max(1, (threadTime() - before) / REFERENCE_MS);
}

function doReferenceWork(): void {
  const text = `[${'{"key":[1,2,3],"text":"abc"},'.repeat(30_000)}0]`;
  let sum = JSON.stringify(JSON.parse(text)).length;
  for (let at = 0; at < text.length; at += 1) sum += text.charCodeAt(at);
  if (sum === 0) throw new Error("The reference work was not done.");
}

/**
 * Measures how long the event loop is blocked, in CPU time of its thread, so that the load of other programs does not
 * count.
 */
export class EventLoopBlockMonitor {
  readonly held: string[] = [];
  #longest = 0;
  #before = threadTime();
  readonly #timer = setInterval(() => this.#look(), LOOK_MS);

  async take(): Promise<number> {
    // Waits for a timer before reading the result: work that blocks the event loop now is measured when the timer
    // fires.
    await new Promise((resolve) => void setTimeout(resolve, LOOK_MS * 2));
    this.#look();
    const longest = this.#longest;
    this.#longest = 0;
    return longest;
  }

  /** Adds the request to `held` if it blocked the event loop for too long. Call this right after the response. */
  check(request: string): void {
    this.#look();
    if (this.#longest > MOST_MS && this.#longest > computeMaxAllowedEventLoopBlockMs())
      this.held.push(`${this.#longest.toFixed(0)} ms: ${request}`);
    this.#longest = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = threadTime();
    this.#longest = Math.max(this.#longest, now - this.#before);
    this.#before = now;
  }
}

function threadTime(): number {
  try {
    return Number(readFileSync("/proc/thread-self/schedstat", "utf8").split(" ", 1)[0]) / 1e6;
  } catch {
    return performance.now();
  }
}
