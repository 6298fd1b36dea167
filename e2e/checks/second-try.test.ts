import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runSecondTry } from "./second-try.mjs";
import { createBrowserStage, createUnitStage } from "./test-stages.mjs";

/**
 * Code of a function that fails the first time: it creates a file and throws unless the file existed before.
 */
const FLAKY = `
import { existsSync, writeFileSync } from "node:fs";
const failOnce = (name) => {
  const isSecond = existsSync(name);
  writeFileSync(name, "");
  if (!isSecond) throw new Error("fails the first time: " + name);
};
`;

let root: string;
let printed: string[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "flowline-runner-"));
  printed = [];
  symlinkSync(join(process.cwd(), "node_modules"), join(root, "node_modules"));
  mkdirSync(join(root, "results"));
  write("vitest.config.mjs", `export default { test: { include: ["*.test.mjs"], reporters: ["dot"] } };`);
  write(
    "playwright.config.mjs",
    `export default { testMatch: "*.spec.mjs", reporter: [["list"], ["json"]], outputDir: "results/browser" };`,
  );
  write("package.json", `{ "type": "module" }`);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(join(root, name), text);
const print = (text: string) => void printed.push(text);
const unitFile = (name: string, body: string) =>
  write(name, `import { beforeAll, test } from "vitest";${FLAKY}${body}`);
const browserFile = (name: string, body: string) =>
  write(name, `import { test } from "@playwright/test";${FLAKY}${body}`);

/** Runs the tests of both stages, then the second try. */
async function run(names: readonly ("unit" | "browser")[] = ["unit", "browser"]) {
  const options = { root, results: join(root, "results"), print, minutes: 1 };
  const total = { passed: 0, failed: 0 };
  const failedStages = [];
  for (const name of names) {
    const stage =
      name === "unit"
        ? createUnitStage(options)
        : createBrowserStage({ ...options, config: "playwright.config.mjs" });
    const { passed, failures } = await stage.run();
    total.passed += passed;
    failedStages.push({ name, failures, rerun: stage.rerun });
  }
  const again = await runSecondTry(failedStages, options);
  const flaky: { test: string; error: string }[] = JSON.parse(
    readFileSync(join(root, "results", "flaky.json"), "utf8"),
  );
  return { passed: total.passed + again.passed, failed: again.failed, flaky, text: printed.join("") };
}

test("a test that fails twice fails the run, in both stages", { timeout: 120_000 }, async () => {
  unitFile("a.test.mjs", `test("good", () => {}); test("bad", () => { throw new Error("always one"); });`);
  browserFile("a.spec.mjs", `test("good", () => {}); test("bad", () => { throw new Error("always two"); });`);
  const { text, ...totals } = await run();
  expect(totals).toEqual({ passed: 2, failed: 2, flaky: [] });
  expect(text).toContain("a.test.mjs › bad\n    always one");
  expect(text).toContain("a.spec.mjs › bad\n    Error: always two");
});

test("a stage without tests, and a file that does not load, fail the run", { timeout: 120_000 }, async () => {
  expect(await run()).toMatchObject({ passed: 0, failed: 2 });
  unitFile("a.test.mjs", `import "./missing.mjs"; test("unreachable", () => {});`);
  browserFile("a.spec.mjs", `import "./missing.mjs"; test("unreachable", () => {});`);
  const { text, ...totals } = await run();
  expect(totals.passed).toBe(0);
  expect(totals.failed).toBeGreaterThanOrEqual(2);
  expect(text).toContain("missing.mjs");
});
