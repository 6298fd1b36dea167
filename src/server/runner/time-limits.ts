import { StepFailure } from "./step-failure.ts";

export interface TimeLimit {
  readonly ms: number;
  /** What is thrown when the time is up. */
  readonly message: string;
  readonly signal: AbortSignal;
}

/**
 * Runs something with a signal that is aborted when `signal` is or the time is up, and ends then with the signal's reason,
 * whether or not it listened.
 */
export async function withTimeLimit<T>(
  { ms, message, signal }: TimeLimit,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const forward = () => controller.abort(signal.reason);
  signal.addEventListener("abort", forward, { once: true });
  // Longer times than a timer can hold count as none.
  const timer = ms < 2 ** 31 ? setTimeout(() => controller.abort(new StepFailure(message)), ms) : undefined;
  try {
    return await Promise.race([run(controller.signal), whenAborted(controller.signal)]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", forward);
  }
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}
