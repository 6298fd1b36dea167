import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findChromiumExecutablePath } from "#e2e/find-chromium.mjs";
import { listBrowserTestDurations, describeSlowestTests, listUnitFileDurations } from "./slowest.mjs";

// Runs every check of `npm test` in order and prints one line of totals. Later stages run even after a failed stage,
// except that a failed build skips the stages that need the build. `--full` adds long simulations and tests tagged
// @full; `--quick` (`npm run check`) omits the build and the browser.

const isFull = process.argv.includes("--full");
const isQuick = process.argv.includes("--quick");
if (isFull) process.env["FULL_RUN"] = "1";

/** Tests that kill servers or simulate many sessions: too slow for `npm run check`. */
const SLOW_TESTS = [
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

/** @typedef {{ passed: number, failed: number }} Tally */

/**
 * All `commands` start together, and their output is printed in the order of stages. Then each `run` is called in turn.
 * @type {{ name: string, needsBuild?: boolean, commands?: string[], run?: () => Promise<Tally> }[]}
 */
const allStages = [
  { name: "types", commands: ["tsc -b"] },
  { name: "lint", commands: ["oxlint --type-aware --deny-warnings"] },
  { name: "format", commands: ["oxfmt --check src e2e vite.config.ts"] },
  { name: "unused code", commands: ["npm run --silent unused"] },
  { name: "build", commands: ["npm run --silent build", "npm run --silent build:test"] },
  { name: "unit and API tests", run: runUnitTests },
  { name: "bundle budget", needsBuild: true, run: () => check(["node e2e/bench/run.mjs bundle"]) },
  { name: "browser tests", needsBuild: true, run: runBrowserTests },
];

const stages = isQuick
  ? allStages.filter(({ name, needsBuild }) => name !== "build" && needsBuild !== true)
  : allStages;

const begun = stages.map(({ commands }) => {
  /** @type {string[]} */
  const printed = [];
  return commands && { printed, tally: timed(check(commands, printed)) };
});
for (const stage of begun) await stage?.tally;

const total = { passed: 0, failed: 0 };
/** @type {string[]} */
const slowest = [];
let isBuilt = false;
for (const [index, stage] of stages.entries()) {
  console.log(`\n── ${index + 1}/${stages.length} ${stage.name}`);
  const { tally, seconds } = await finish(stage, begun[index]);
  if (stage.name === "build") isBuilt = tally.failed === 0;
  total.passed += tally.passed;
  total.failed += tally.failed;
  console.log(`── ${stage.name}: ${tally.passed} passed, ${tally.failed} failed in ${seconds.toFixed(1)} s`);
}
for (const text of slowest) console.log(`\n${text}`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

/**
 * @param {(typeof stages)[number]} stage
 * @param {(typeof begun)[number]} begunStage
 */
async function finish(stage, begunStage) {
  if (begunStage) {
    process.stdout.write(begunStage.printed.join(""));
    return begunStage.tally;
  }
  if (stage.needsBuild && !isBuilt) return { tally: leaveOut("there is no build"), seconds: 0 };
  return timed(stage.run?.() ?? Promise.resolve({ passed: 0, failed: 1 }));
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
    if ((await run(command, printed)) !== 0) return { passed: 0, failed: 1 };
  }
  return { passed: 1, failed: 0 };
}

/** @returns {Promise<Tally>} */
async function runUnitTests() {
  const file = join(results, "unit.json");
  const changed = isQuick ? await chooseQuickTests() : "";
  const code = await run(
    `vitest run --no-color --reporter=dot --reporter=json --outputFile.json=${JSON.stringify(file)}${changed}`,
  );
  const report = readReport(file);
  if (!report) return { passed: 0, failed: 1 };
  // Counts a file that fails without a failed test: the file cannot be loaded, or a hook outside of tests fails.
  const broken = report.testResults.filter(
    (/** @type {{ status: string, assertionResults: unknown[] }} */ file) =>
      file.status === "failed" && file.assertionResults.length === 0,
  ).length;
  const failed = report.numFailedTests + broken;
  slowest.push(describeSlowestTests("unit and API test files", listUnitFileDurations(report)));
  return { passed: report.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
}

/** @returns {Promise<Tally>} */
async function runBrowserTests() {
  if (!findChromiumExecutablePath()) {
    console.log("No Chromium found; installing Playwright's.");
    await run("playwright install chromium");
  }
  if (!findChromiumExecutablePath()) {
    console.log(
      "No Chromium could be installed. On Debian, `.ci/run` installs the system's and runs all tests.",
    );
    return { passed: 0, failed: 1 };
  }
  const code = await run("playwright test --config e2e/playwright.config.ts");
  const report = readReport(join(results, "browser.json"));
  if (!report) return { passed: 0, failed: 1 };
  const failed = report.stats.unexpected + report.stats.flaky + report.errors.length;
  slowest.push(describeSlowestTests("browser tests", listBrowserTestDurations(report)));
  return { passed: report.stats.expected, failed: failed === 0 && code !== 0 ? 1 : failed };
}

/** @returns {Promise<string>} options that select the tests of changed code */
async function chooseQuickTests() {
  const excluded = SLOW_TESTS.map((file) => ` --exclude ${file}`).join("");
  return ` --changed ${await findBase()} --passWithNoTests${excluded}`;
}

/**
 * Returns the merge base with main; on main itself the last commit, so that only local changes count.
 * @returns {Promise<string>}
 */
async function findBase() {
  /** @type {string[]} */
  const printed = [];
  const code = await run("git merge-base HEAD main", printed);
  return code === 0 ? (printed.at(-1)?.trim() ?? "HEAD") : "HEAD";
}

/**
 * @param {string} reason
 * @returns {Tally}
 */
function leaveOut(reason) {
  console.log(`Left out, since ${reason}.`);
  return { passed: 0, failed: 1 };
}

/** @param {string} file */
function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

/**
 * Runs a command with node_modules/.bin on the path, and resolves with its exit code.
 * @param {string} command
 * @param {string[]} [printed]
 * @returns {Promise<number>}
 */
function run(command, printed) {
  const line = `$ ${command}\n`;
  if (printed) printed.push(line);
  else process.stdout.write(line);
  const path = `${join(root, "node_modules", ".bin")}:${process.env["PATH"]}`;
  const output = printed ? "pipe" : "inherit";
  const child = spawn(command, {
    cwd: root,
    shell: true,
    stdio: ["ignore", output, output],
    env: { ...process.env, PATH: path },
  });
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (/** @type {string} */ text) => printed?.push(text));
  return new Promise((resolve) => {
    child.on("error", () => resolve(1));
    child.on("close", (code) => resolve(code ?? 1));
  });
}
