import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findChromium } from "./find-chromium.mjs";

// `npm test`: every check in its order, each with its own output, then one line that counts them all. A failed stage does
// not hide what the later ones say, but for those that need the build.

const root = fileURLToPath(new URL("..", import.meta.url));
const results = join(root, "test-results");
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

/** @typedef {{ passed: number, failed: number }} Tally */

/**
 * Those that can run beside each other are all begun at once, and what they print is kept until it is their turn. Tests
 * have the machine to themselves.
 * @type {{ name: string, needsBuild?: boolean, commands?: string[], run?: () => Promise<Tally> }[]}
 */
const stages = [
  { name: "types", commands: ["tsc -b"] },
  { name: "lint", commands: ["oxlint --type-aware --deny-warnings"] },
  { name: "format", commands: ["oxfmt --check src e2e vite.config.ts"] },
  { name: "unused code", commands: ["knip"] },
  { name: "unit and API tests", run: runUnitTests },
  { name: "build", commands: ["npm run --silent build", "npm run --silent build:test"] },
  { name: "bundle budget", needsBuild: true, run: () => check(["node e2e/bench/run.mjs bundle"]) },
  { name: "browser tests", needsBuild: true, run: runBrowserTests },
];

const begun = stages.map(({ commands }) => {
  /** @type {string[]} */
  const printed = [];
  return commands && { printed, tally: timed(check(commands, printed)) };
});
for (const stage of begun) await stage?.tally;

const total = { passed: 0, failed: 0 };
let isBuilt = false;
for (const [index, stage] of stages.entries()) {
  console.log(`\n── ${index + 1}/${stages.length} ${stage.name}`);
  const { tally, seconds } = await settle(stage, begun[index]);
  if (stage.name === "build") isBuilt = tally.failed === 0;
  total.passed += tally.passed;
  total.failed += tally.failed;
  console.log(`── ${stage.name}: ${tally.passed} passed, ${tally.failed} failed in ${seconds.toFixed(1)} s`);
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

/**
 * @param {(typeof stages)[number]} stage
 * @param {(typeof begun)[number]} begunStage
 */
async function settle(stage, begunStage) {
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
 * A stage that is one test: passed when each command in turn succeeds.
 * @param {string[]} commands
 * @param {string[]} [printed] where their output goes; by itself it is shown as it comes
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
  const code = await run(
    `vitest run --no-color --reporter=dot --reporter=json --outputFile.json=${JSON.stringify(file)}`,
  );
  const report = readReport(file);
  if (!report) return { passed: 0, failed: 1 };
  // A file that cannot be loaded fails without any test of its own; so may what runs before and after the tests.
  const broken = report.testResults.filter(
    (/** @type {{ status: string, assertionResults: unknown[] }} */ file) =>
      file.status === "failed" && file.assertionResults.length === 0,
  ).length;
  const failed = report.numFailedTests + broken;
  return { passed: report.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
}

/** @returns {Promise<Tally>} */
async function runBrowserTests() {
  if (!findChromium()) {
    console.log("No Chromium found; installing Playwright's.");
    await run("playwright install chromium");
  }
  if (!findChromium()) {
    console.log(
      "No Chromium could be had. On Debian, `.ci/run` installs the system's and runs all tests again.",
    );
    return { passed: 0, failed: 1 };
  }
  const code = await run("playwright test --config e2e/playwright.config.ts");
  const report = readReport(join(results, "browser.json"));
  if (!report) return { passed: 0, failed: 1 };
  const failed = report.stats.unexpected + report.stats.flaky + report.errors.length;
  return { passed: report.stats.expected, failed: failed === 0 && code !== 0 ? 1 : failed };
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
 * Runs a command of the project with its own tools on the path, and resolves with its exit code.
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
