import { writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {import("./test-stages.mjs").TestFailure} TestFailure
 * @typedef {{ name: string, rerun: import("./test-stages.mjs").TestStage["rerun"], failures: readonly TestFailure[] }} FailedStage
 * @typedef {{ stage: string, test: string, error: string }} FlakyTest
 */

/** A run with more flaky tests than this fails: something is wrong with the code or the machine. */
const MOST_FLAKY = 5;

/** A run with more failures than this is broken, so a second try of each would only take time. */
const MOST_RERUN = 50;

/**
 * Runs failed tests once more. Those that pass are printed as flaky and written to `flaky.json` in `results`.
 * Returns how many count as passed and as failed.
 * @param {readonly FailedStage[]} stages
 * @param {{ results: string, print: (text: string) => void }} options
 */
export async function runSecondTry(stages, { results, print }) {
  const failures = stages.flatMap((stage) => stage.failures);
  /** @type {FlakyTest[]} */
  const flaky = [];
  const failed = failures.filter(({ canRerun }) => !canRerun);
  if (failures.length > MOST_RERUN) {
    print(`\n${failures.length} tests failed, too many for a second try.\n`);
    failed.push(...failures.filter(({ canRerun }) => canRerun));
  } else {
    for (const { name, rerun, failures: all } of stages) {
      const again = all.filter(({ canRerun }) => canRerun);
      if (again.length === 0) continue;
      print(`\n── second try: ${name}, ${again.length} failed\n`);
      const passed = await rerun(again);
      for (const failure of again)
        if (passed.has(failure)) flaky.push({ stage: name, test: failure.test, error: failure.error });
        else failed.push(failure);
    }
  }
  writeFileSync(join(results, "flaky.json"), `${JSON.stringify(flaky, null, 2)}\n`);
  if (flaky.length > 0) print(`\nFlaky: ${flaky.length} failed at first and passed alone:\n`);
  if (flaky.length > 0) print(`${flaky.map(describeFailure).join("\n")}\n`);
  if (failed.length > 0) print(`\nFailed:\n${failed.map(describeFailure).join("\n")}\n`);
  if (flaky.length <= MOST_FLAKY) return { passed: flaky.length, failed: failed.length };
  print(`\n${flaky.length} flaky tests are too many (${MOST_FLAKY} at most), so they count as failed.\n`);
  return { passed: 0, failed: failed.length + flaky.length };
}

/** @param {{ test: string, error: string }} failure */
function describeFailure({ test, error }) {
  const lines = error.split("\n").filter((line) => line.trim() !== "");
  return [`  ${test}`, ...lines.slice(0, 6).map((line) => `    ${line}`)].join("\n");
}
