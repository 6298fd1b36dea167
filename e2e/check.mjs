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

/** @type {{ name: string, needsBuild?: boolean, run: () => Promise<Tally> }[]} */
const stages = [
  { name: "types", run: () => check("tsc -b") },
  { name: "lint", run: () => check("oxlint --type-aware --deny-warnings") },
  { name: "format", run: () => check("oxfmt --check src e2e vite.config.ts") },
  { name: "unused code", run: () => check("knip") },
  { name: "unit and API tests", run: runUnitTests },
  { name: "build", run: () => check("npm run --silent build", "npm run --silent build:test") },
  { name: "bundle budget", needsBuild: true, run: () => check("node e2e/bench/run.mjs bundle") },
  { name: "browser tests", needsBuild: true, run: runBrowserTests },
];

const total = { passed: 0, failed: 0 };
let isBuilt = false;
for (const [index, stage] of stages.entries()) {
  console.log(`\n── ${index + 1}/${stages.length} ${stage.name}`);
  const started = performance.now();
  /** @type {Tally} */
  const tally = stage.needsBuild && !isBuilt ? leaveOut("there is no build") : await stage.run();
  if (stage.name === "build") isBuilt = tally.failed === 0;
  total.passed += tally.passed;
  total.failed += tally.failed;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`── ${stage.name}: ${tally.passed} passed, ${tally.failed} failed in ${seconds} s`);
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

/**
 * A stage that is one test: passed when each command in turn succeeds.
 * @param {string[]} commands
 * @returns {Promise<Tally>}
 */
async function check(...commands) {
  for (const command of commands) {
    if ((await run(command)) !== 0) return { passed: 0, failed: 1 };
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
 * @returns {Promise<number>}
 */
function run(command) {
  console.log(`$ ${command}`);
  const path = `${join(root, "node_modules", ".bin")}:${process.env["PATH"]}`;
  const child = spawn(command, {
    cwd: root,
    shell: true,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, PATH: path },
  });
  return new Promise((resolve) => {
    child.on("error", () => resolve(1));
    child.on("close", (code) => resolve(code ?? 1));
  });
}
