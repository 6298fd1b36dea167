import { expect, test } from "vitest";
import { listBrowserTestDurations, describeSlowestTests, listUnitFileDurations } from "./slowest.mjs";

test("the slowest tests of both runners are listed, the slowest first and twenty at most", () => {
  const unit = listUnitFileDurations({
    testResults: Array.from({ length: 30 }, (_, index) => ({
      name: `${process.cwd()}/src/${index}.test.ts`,
      startTime: 1_000,
      endTime: 1_000 + index * 500,
    })),
  });
  const text = describeSlowestTests("files", unit);
  expect(text.split("\n")).toHaveLength(21);
  expect(text).toMatch(/^The slowest 20 of 30 files:\n +14\.5 s {2}src\/29\.test\.ts\n/);

  const run = (title: string, duration: number) => ({
    title,
    file: "a.spec.ts",
    tests: [{ results: [{ duration }] }],
  });
  const browser = listBrowserTestDurations({
    specs: [run("one", 100)],
    suites: [{ suites: [{ specs: [run("two", 2_000)] }] }],
  });
  expect(describeSlowestTests("tests", browser)).toBe(
    "The slowest 2 of 2 tests:\n    2.0 s  a.spec.ts › two\n    0.1 s  a.spec.ts › one",
  );
});
