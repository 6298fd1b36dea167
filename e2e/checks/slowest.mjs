/** @typedef {{ name: string, seconds: number }} Duration */

const SHOWN = 15;

/**
 * @param {string} what
 * @param {readonly Duration[]} durations
 */
export function describeSlowestTests(what, durations) {
  const slowest = durations.toSorted((a, b) => b.seconds - a.seconds).slice(0, SHOWN);
  const lines = slowest.map(({ name, seconds }) => `${seconds.toFixed(1).padStart(7)} s  ${name}`);
  return [`The slowest ${slowest.length} of ${durations.length} ${what}:`, ...lines].join("\n");
}
