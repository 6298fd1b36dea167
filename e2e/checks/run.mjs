import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findChromiumExecutablePath, findFirefoxExecutablePath } from "#e2e/find-browsers.mjs";
import { runCommand } from "./run-command.mjs";
import { runSecondTry } from "./second-try.mjs";
import { describeSlowestTests } from "./slowest.mjs";
import { createBrowserStage, createUnitStage, createWalkStage } from "./test-stages.mjs";

// Runs every check of `npm test` in order and prints one line of totals. Later stages run even after a failed stage,
// except that a failed build skips the stages that need the build. `--full` adds long simulations and tests tagged
// @full; `--quick` (`npm run check`) omits the build and the browser.

const isFull = process.argv.includes("--full") || process.env["FULL_RUN"] !== undefined;
const isQuick = process.argv.includes("--quick");
if (isFull) process.env["FULL_RUN"] = "1";

/** Tests that kill servers or simulate many sessions: too slow for `npm run check`. */
const SLOW_TESTS = [
  "e2e/checks/second-try.test.ts",
  "src/client/document/saving/nothing-is-lost.test.ts",
  "src/server/full-disk.test.ts",
  "src/server/postgres-outage.test.ts",
  "src/server/runs/crash.test.ts",
  "src/server/server.test.ts",
];

const root = fileURLToPath(new URL("../..", import.meta.url));
const results = join(root, "test-results");
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const unitStage = createUnitStage({
  root,
  results,
  minutes: isFull ? 45 : 20,
  mayBeEmpty: isQuick,
  args: isQuick ? await chooseQuickTests() : [],
});
const browserStage = createBrowserStage({
  root,
  results,
  minutes: isFull ? 60 : 30,
  config: "e2e/playwright.config.ts",
});

const walkStage = createWalkStage({ root, results, engine: "firefox" });

/** @typedef {{ passed: number, failed: number }} Tally */

/**
 * @typedef {object} Stage
 * @property {string} name
 * @property {boolean} [needsBuild]
 * @property {boolean} [startsEarly] starts with the stage before, which often waits; its output is printed later
 * @property {string[]} [commands]
 * @property {import("./test-stages.mjs").TestStage} [tests]
 */

/**
 * All `commands` that need no build start together, and their output is printed in the order of stages. Then the other
 * stages run in turn.
 * @type {Stage[]}
 */
const allStages = [
  { name: "types", commands: ["tsc -b"] },
  { name: "lint", commands: ["oxlint --type-aware --deny-warnings"] },
  { name: "format", commands: ["oxfmt --check public src e2e vite.config.ts"] },
  { name: "unused code", commands: ["npm run --silent unused"] },
  { name: "build", commands: ["npm run --silent build", "npm run --silent build:test"] },
  { name: "bundle budget", needsBuild: true, commands: ["node e2e/bench/run.mjs bundle"] },
  { name: "unit and API tests", tests: unitStage },
  { name: "browser tests", needsBuild: true, tests: browserStage },
  { name: "walk in Firefox", needsBuild: true, startsEarly: true, tests: walkStage },
];

const stages = allStages.filter(({ name, needsBuild, tests }) => {
  if (isQuick) return name !== "build" && needsBuild !== true;
  return tests !== walkStage || findFirefoxExecutablePath() !== undefined;
});
if (!isQuick && !stages.some(({ tests }) => tests === walkStage))
  console.log("No Firefox found; the walk in it is left out. On Debian, `.ci/run` installs it.");

const begun = stages.map(({ commands, needsBuild }) => {
  /** @type {string[]} */
  const printed = [];
  return commands && !needsBuild ? { printed, tally: timed(check(commands, printed)) } : undefined;
});
for (const stage of begun) await stage?.tally;

const total = { passed: 0, failed: 0 };
/** @type {string[]} */
const slowest = [];
/** @type {import("./second-try.mjs").FailedStage[]} */
const failedStages = [];
let isBuilt = true;
for (const [index, stage] of stages.entries()) {
  console.log(`\n── ${index + 1}/${stages.length} ${stage.name}`);
  const next = stages[index + 1];
  if (next?.startsEarly && isBuilt) {
    /** @type {string[]} */
    const printed = [];
    begun[index + 1] = {
      printed,
      tally: timed(runTests(next, undefined, (text) => void printed.push(text))),
    };
  }
  const { tally, seconds } = await finish(stage, begun[index]);
  if (stage.name === "build") isBuilt = tally.failed === 0;
  console.log(`── ${stage.name}: ${tally.passed} passed, ${tally.failed} failed in ${seconds.toFixed(1)} s`);
  total.passed += tally.passed;
  if (!stage.tests) total.failed += tally.failed;
}
const again = await runSecondTry(isQuick ? failedStages.map(withoutRerun) : failedStages, {
  results,
  print: (text) => void process.stdout.write(text),
});
total.passed += again.passed;
total.failed += again.failed;
for (const text of slowest) console.log(`\n${text}`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

/**
 * @param {(typeof stages)[number]} stage
 * @param {(typeof begun)[number]} begunStage
 */
async function finish(stage, begunStage) {
  if (begunStage) {
    const finished = await begunStage.tally;
    process.stdout.write(begunStage.printed.join(""));
    return finished;
  }
  const missing = stage.needsBuild && !isBuilt ? "Left out, since there is no build." : undefined;
  if (!stage.commands) return timed(runTests(stage, missing));
  if (missing === undefined) return timed(check(stage.commands));
  console.log(missing);
  return { tally: { passed: 0, failed: 1 }, seconds: 0 };
}

/** @param {Promise<Tally>} work */
async function timed(work) {
  const started = performance.now();
  const tally = await work;
  return { tally, seconds: (performance.now() - started) / 1000 };
}

/**
 * Runs commands one after the other. Counts as one test, which passes if every command succeeds.
 * @param {string[]} commands
 * @param {string[]} [printed] collects the output, which is otherwise shown at once
 * @returns {Promise<Tally>}
 */
async function check(commands, printed) {
  for (const command of commands) {
    const print = printed && ((/** @type {string} */ text) => void printed.push(text));
    const code = await runCommand(command.split(" "), { cwd: root, print });
    if (code !== 0) return { passed: 0, failed: 1 };
  }
  return { passed: 1, failed: 0 };
}

/**
 * @param {(typeof stages)[number]} stage
 * @param {string} [missingBuild]
 * @param {(text: string) => void} [print] receives the output, which is otherwise shown at once
 * @returns {Promise<Tally>}
 */
async function runTests({ name, tests = unitStage }, missingBuild, print) {
  const missing = missingBuild ?? (tests === browserStage ? await findMissingBrowser() : undefined);
  if (missing !== undefined) console.log(missing);
  const { passed, failures, durations } =
    missing === undefined
      ? await tests.run(print)
      : { passed: 0, failures: [{ test: name, error: missing, canRerun: false }], durations: [] };
  if (failures.length > 0) failedStages.push({ name, failures, rerun: tests.rerun });
  if (durations.length > 0) slowest.push(describeSlowestTests(name, durations));
  return { passed, failed: failures.length };
}

async function findMissingBrowser() {
  if (findChromiumExecutablePath()) return undefined;
  console.log("No Chromium found; installing Playwright's.");
  await runCommand(["playwright", "install", "chromium"], { cwd: root });
  if (findChromiumExecutablePath()) return undefined;
  return "No Chromium could be installed. On Debian, `.ci/run` installs the system's and runs all tests.";
}

/** @param {import("./second-try.mjs").FailedStage} stage */
function withoutRerun(stage) {
  return { ...stage, failures: stage.failures.map((failure) => ({ ...failure, canRerun: false })) };
}

/** @returns {Promise<string[]>} options that select the tests of changed code */
async function chooseQuickTests() {
  const excluded = SLOW_TESTS.flatMap((file) => ["--exclude", file]);
  return ["--changed", await findBase(), "--passWithNoTests", ...excluded];
}

/**
 * Returns the merge base with main; on main itself the last commit, so that only local changes count.
 * @returns {Promise<string>}
 */
async function findBase() {
  /** @type {string[]} */
  const printed = [];
  const code = await runCommand(["git", "merge-base", "HEAD", "main"], {
    cwd: root,
    print: (text) => printed.push(text),
  });
  return code === 0 ? (printed.at(-1)?.trim() ?? "HEAD") : "HEAD";
}
