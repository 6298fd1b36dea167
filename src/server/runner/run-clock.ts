/** Monotonic from its start, so that times are in order when the system clock is set meanwhile. */
export function createRunClock(now: () => number, monotonic: () => number): () => number {
  const offset = now() - monotonic();
  return () => Math.floor(offset + monotonic());
}
