/**
 * Creates the clock of one run: the wall clock at its start, advanced by the monotonic clock, so that times of a run
 * are in order and durations right when the system clock is set meanwhile.
 */
export function createRunClock(now: () => number, monotonic: () => number): () => number {
  const offset = now() - monotonic();
  return () => Math.floor(offset + monotonic());
}
