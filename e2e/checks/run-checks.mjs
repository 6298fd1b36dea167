import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bringPrograms } from "./bring-programs.mjs";
import { runCommand } from "./run-command.mjs";
import { runStages } from "./run-stages.mjs";
import { createBrowserStage, createUnitStage, createWalkStage } from "./test-stages.mjs";

// Runs every check of `npm test` and prints one line of totals. `--full` adds what only the nightly run needs (README.md),
// `--strict` fails without a browser or PostgreSQL, as CI=true does. `--quick` (`npm run check`) omits the build and the
// browser, and ends with the first failed stage.

const isFull = process.argv.includes("--full") || process.env["FULL_RUN"] !== undefined;
const isQuick = process.argv.includes("--quick");
if (isFull) process.env["FULL_RUN"] = "1";
if (process.argv.includes("--strict")) process.env["CI"] = "true";
const isStrict = Boolean(process.env["CI"]);

/** Tests that kill servers or simulate many sessions: too slow for `npm run check`. */
const SLOW_TESTS = [
  "e2e/checks/second-try.test.ts",
  "src/client/document/saving/nothing-is-lost.test.ts",
  "src/server/dev-server.test.ts",
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

/** @type {import("./run-stages.mjs").Stage[]} */
const quickStages = [
  { name: "format", commands: ["oxfmt --check public src e2e vite.config.ts"] },
  { name: "types", commands: ["npm run --silent types"] },
  { name: "lint", commands: ["oxlint --type-aware --deny-warnings"] },
  { name: "unused code", commands: ["npm run --silent unused"] },
  { name: "unit and API tests", tests: unitStage },
];

/** @returns {Promise<{ stages: import("./run-stages.mjs").Stage[], leftOut: string[] }>} */
async function chooseAllStages() {
  const missing = await bringPrograms(root, { isFull });
  const builds = ["npm run --silent build", "npm run --silent build:test"];
  const stages = [
    ...quickStages.slice(0, -1),
    { name: "build", isBuild: true, commands: builds },
    { name: "bundle budget", needsBuild: true, commands: ["node e2e/bench/run.mjs bundle"] },
    ...quickStages.slice(-1),
    {
      name: "browser tests",
      needsBuild: true,
      tests: browserStage,
      missing: missing.get("Chromium"),
    },
    ...(isFull
      ? [{ name: "walk in Firefox", needsBuild: true, tests: walkStage, missing: missing.get("Firefox") }]
      : []),
  ];
  const chosen = stages.filter((stage) => isStrict || stage.missing === undefined);
  return { stages: chosen, leftOut: [...missing.values()] };
}

const { stages, leftOut } = isQuick ? { stages: quickStages, leftOut: [] } : await chooseAllStages();
const { passed, failed } = await runStages(stages, { root, results, leftOut, stopsAtFirst: isQuick });
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

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
