import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runStages } from "./run-stages.mjs";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "flowline-stages-"));
  writeFileSync(join(root, "good.mjs"), `console.log("all is well");`);
  writeFileSync(join(root, "bad.mjs"), `console.log("a broken rule"); process.exitCode = 1;`);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const good = { name: "good", commands: ["node good.mjs"] };
const bad = { name: "bad", commands: ["node bad.mjs"] };
const tests = (name: string) => ({
  name,
  tests: {
    run: async () => ({
      passed: 1,
      failures: [{ test: `${name} › wrong`, error: "an untrue claim", canRerun: true }],
      durations: [],
    }),
    rerun: async () => new Set<never>(),
  },
});

async function run(
  stages: Parameters<typeof runStages>[0],
  options: Partial<Parameters<typeof runStages>[1]> = {},
) {
  const printed: string[] = [];
  const print = (text: string) => void printed.push(text);
  const total = await runStages(stages, { root, results: root, print, ...options });
  return { total, text: printed.join("") };
}

test("every stage runs after a failed one, and the failures are printed last", async () => {
  const { total, text } = await run([bad, tests("unit"), good]);
  expect(total).toEqual({ passed: 2, failed: 2 });
  const last = text.slice(text.indexOf("── good: 1 passed"));
  expect(last).toContain("unit › wrong\n    an untrue claim");
  expect(last).toContain("── bad failed\n$ node bad.mjs\na broken rule");
});

test("stages that need a failed build are not run, and fail", async () => {
  const { total, text } = await run([
    { ...bad, isBuild: true },
    { ...good, needsBuild: true },
  ]);
  expect(total).toEqual({ passed: 0, failed: 2 });
  expect(text).not.toContain("all is well");
  expect(text).toContain("good\n    There is no build.");
});
