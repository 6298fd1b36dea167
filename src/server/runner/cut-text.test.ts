import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { createFlowRunHarness } from "#server/testing/run-harness.ts";
import { createSampleSetVariableStep } from "#server/testing/sample-steps.ts";
import { truncateText } from "./cut-text.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

async function bytesHeldBy(make: () => unknown): Promise<number> {
  collect();
  const before = process.memoryUsage().heapUsed;
  const kept = [await make()];
  collect();
  const held = process.memoryUsage().heapUsed - before;
  expect(kept).toHaveLength(1);
  return held;
}

it("truncateText counts the length in UTF-16 units, and cuts a surrogate pair that crosses the limit", () => {
  expect(["abc", "ab", "\u{1F600}"].map((text) => truncateText(text, 2))).toEqual(["ab…", "ab", "\u{1F600}"]);
  expect(truncateText("a\u{1F600}", 2)).toBe("a\uD83D…");
});

it("a truncated text does not keep the rest of the original text in memory", async () => {
  const held = await bytesHeldBy(() =>
    Array.from({ length: 20 }, (_, index) => truncateText(`${index}${"x".repeat(4_000_000)}!`.trim(), 300)),
  );
  expect(held).toBeLessThan(20_000_000);
});

it("a run does not keep unused parts of the variables in memory", async () => {
  const { run, runner } = createFlowRunHarness();
  const inputs = { big: { a: 1, b: "x".repeat(4_000_000) } };
  const steps = Array.from({ length: 20 }, (_, index) =>
    createSampleSetVariableStep(`s${index}`, "{{big.a}}"),
  );
  expect(await bytesHeldBy(() => run(steps, { inputs }))).toBeLessThan(20_000_000);
  await runner.close();
});
