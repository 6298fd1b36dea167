import { expect, test } from "vitest";
import { buildConditional, buildFlow, buildLongFlow, buildStep } from "#core/flow-builder.ts";
import { type StepKey, parseFlow } from "#core/flow-document.ts";
import type { JsonObject } from "#core/json.ts";
import { createStep } from "#core/new-step.ts";
import { ROOT } from "#core/step-list.ts";
import { describeFull, explainNoRoom, roomFor } from "./explain-no-room.ts";

const node = (step: JsonObject) => createStep(step as JsonObject & { readonly id: string });
const top = { list: ROOT, index: 0 };

test("a flow takes steps until it holds two thousand, nested ones included", () => {
  const full = parseFlow(buildLongFlow("full", 1998));
  expect(roomFor(full)).toBe(2);
  const pair = node(buildConditional("route", [buildStep("inner")]));
  expect(explainNoRoom(full, [pair], top)).toBeUndefined();
  expect(explainNoRoom(full, [pair, node(buildStep("one-more"))], top)).toBe(
    "A flow holds at most 2,000 steps. This one has 1,998, so 3 more do not fit.",
  );
  expect(describeFull(full, 1)).toContain("so 1 more does not fit.");
});

test("a conditional goes no deeper than ten levels", () => {
  const nest = (level: number): JsonObject =>
    level === 0 ? buildStep("plain") : buildConditional(`level-${level}`, [nest(level - 1)]);
  const document = parseFlow(buildFlow("deep", [nest(10)]));
  const deepest = { type: "branch", step: "level-1" as StepKey, branch: "trueSteps" } as const;
  expect(explainNoRoom(document, [node(buildStep("new"))], { list: deepest, index: 0 })).toBeUndefined();
  expect(explainNoRoom(document, [node(buildConditional("new", []))], { list: deepest, index: 0 })).toBe(
    "Steps can be nested 10 levels deep, and this would be deeper.",
  );
});

test("a place that went away meanwhile takes nothing", () => {
  const document = parseFlow(buildFlow("f", [buildStep("a")]));
  const gone = { type: "branch", step: "gone" as StepKey, branch: "trueSteps" } as const;
  const steps = [node(buildStep("new"))];
  expect(explainNoRoom(document, steps, { list: gone, index: 0 })).toMatch(/^The place for it is gone/);
  expect(explainNoRoom(document, steps, { list: ROOT, index: 2 })).toMatch(/^The place for it is gone/);
});
