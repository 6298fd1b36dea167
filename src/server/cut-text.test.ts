import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { createRunHarness } from "#server/testing/run-harness.ts";
import { set } from "#server/testing/sample-steps.ts";
import { cutText } from "./cut-text.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes that are held once it is done, by what it answers with. */
async function bytesHeldBy(make: () => unknown): Promise<number> {
  collect();
  const before = process.memoryUsage().heapUsed;
  const kept = [await make()];
  collect();
  const held = process.memoryUsage().heapUsed - before;
  expect(kept).toHaveLength(1);
  return held;
}

it("is the beginning of a text, halves of pairs included", () => {
  expect(["abc", "ab", "\u{1F600}"].map((text) => cutText(text, 2))).toEqual(["ab…", "ab", "\u{1F600}"]);
  expect(cutText("a\u{1F600}", 2)).toBe("a\uD83D…");
});

it("keeps nothing else of the text in memory", async () => {
  const held = await bytesHeldBy(() =>
    Array.from({ length: 20 }, (_, index) => cutText(`${index}${"x".repeat(4_000_000)}!`.trim(), 300)),
  );
  expect(held).toBeLessThan(20_000_000);
});

it("leaves nothing else of the variables that steps read in memory", async () => {
  const { run, runner } = createRunHarness();
  const inputs = { big: { a: 1, b: "x".repeat(4_000_000) } };
  const steps = Array.from({ length: 20 }, (_, index) => set(`s${index}`, "{{big.a}}"));
  expect(await bytesHeldBy(() => run(steps, { inputs }))).toBeLessThan(20_000_000);
  await runner.close();
});
