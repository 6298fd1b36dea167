import { relative } from "node:path";

/** @typedef {{ name: string, seconds: number }} Duration */

const SHOWN = 20;

/**
 * @param {{ testResults: { name: string, startTime: number, endTime: number }[] }} report
 * @returns {Duration[]}
 */
export function listUnitFileDurations({ testResults }) {
  return testResults.map(({ name, startTime, endTime }) => ({
    name: relative(process.cwd(), name),
    seconds: (endTime - startTime) / 1000,
  }));
}

/**
 * @typedef {object} Suite
 * @property {Suite[]} [suites]
 * @property {{ title: string, file: string, tests: { results: { duration: number }[] }[] }[]} [specs]
 */

/**
 * @param {Suite} suite
 * @returns {Duration[]}
 */
export function listBrowserTestDurations({ suites = [], specs = [] }) {
  const own = specs.flatMap(({ title, file, tests }) =>
    tests.flatMap(({ results }) =>
      results.map(({ duration }) => ({ name: `${file} › ${title}`, seconds: duration / 1000 })),
    ),
  );
  return [...own, ...suites.flatMap(listBrowserTestDurations)];
}

/**
 * @param {string} what
 * @param {Duration[]} durations
 */
export function describeSlowestTests(what, durations) {
  const slowest = durations.toSorted((a, b) => b.seconds - a.seconds).slice(0, SHOWN);
  const lines = slowest.map(({ name, seconds }) => `${seconds.toFixed(1).padStart(7)} s  ${name}`);
  return [`The slowest ${slowest.length} of ${durations.length} ${what}:`, ...lines].join("\n");
}
