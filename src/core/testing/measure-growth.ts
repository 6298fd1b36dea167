/** Declares the part of Node's `process` that is used here, because the core compiles without Node's types. */
declare const process: { cpuUsage(): { readonly user: number } };

const MIN_MEASURABLE_MS = 20;
const MAX_SIZE = 2 ** 21;

/** Maximum growth that counts as linear: between 4, the growth of linear code, and 16, the growth of quadratic code. */
export const MAX_LINEAR_TIME_GROWTH_FACTOR = 11;

/**
 * Measures by which factor the time of `run` grows if the input becomes four times as large: about 4 if linear, 16 if
 * quadratic. Returns 1 if two million characters take too little time to measure.
 */
export function measureTimeGrowthForFourfoldInput(run: (size: number) => unknown): number {
  let size = 16;
  while (timeOf(run, size, 2) < MIN_MEASURABLE_MS) {
    if (size >= MAX_SIZE) return 1;
    size *= 2;
  }
  let growth = Infinity;
  // Uses the minimum of several attempts, because other processes can slow down single attempts. Quadratic code exceeds
  // the limit in every attempt.
  for (let attempt = 0; attempt < 12 && growth >= MAX_LINEAR_TIME_GROWTH_FACTOR; attempt += 1) {
    const time = timeOf(run, size, 3);
    // The kernel may count no time for a run, which says nothing.
    if (time > 0) growth = Math.min(growth, time / timeOf(run, size / 4, 6));
  }
  return growth;
}

function timeOf(run: (size: number) => unknown, size: number, times: number): number {
  let shortest = Infinity;
  for (let time = 0; time < times; time += 1) {
    const begin = process.cpuUsage().user;
    run(size);
    shortest = Math.min(shortest, (process.cpuUsage().user - begin) / 1000);
  }
  return shortest;
}
