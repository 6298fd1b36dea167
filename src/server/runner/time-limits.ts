import { StepFailure } from "#server/domain/step-failure.ts";

export interface TimeLimit {
  readonly ms: number;
  readonly message: string;
  readonly signal: AbortSignal;
}

/** Rejects on abort even if the operation ignores the signal. */
export async function withTimeLimit<T>(
  { ms, message, signal }: TimeLimit,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const forward = () => controller.abort(signal.reason);
  signal.addEventListener("abort", forward, { once: true });
  const timer =
    ms < 2 ** 31
      ? setTimeout(() => controller.abort(new StepFailure(message, { code: "TIME_LIMIT" })), ms)
      : undefined;
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
