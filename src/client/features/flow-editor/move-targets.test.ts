import { expect, test } from "vitest";
import { buildConditional, buildFlow, buildLongFlow, buildStep } from "#core/flow-builder.ts";
import { type StepKey, parseFlow } from "#core/flow-document.ts";
import { findMoveTargets, listMoveTargets } from "./move-targets.ts";

const keys = (...ids: readonly string[]) => ids as readonly StepKey[];
const flow = parseFlow(
  buildFlow("f", [
    buildStep("fetch"),
    buildStep("clean"),
    buildConditional("route", [buildStep("score")], []),
    buildStep("notify"),
  ]),
);

test("every place is there once, with the position that the step would have, and where it is now is said", () => {
  expect(
    listMoveTargets(flow, keys("clean")).map(({ label, position, refusal }) => [label, position, refusal]),
  ).toEqual([
    ["before Fetch", 1, undefined],
    ["before Route", 2, "It is here now."],
    ["in Route › then, first", 1, undefined],
    ["in Route › then, last", 2, undefined],
    ["in Route › else, first", 1, undefined],
    ["before Notify", 3, undefined],
    ["at the end", 4, undefined],
  ]);
});

test("places inside what moves are refused with the reason", () => {
  const refused = listMoveTargets(flow, keys("route")).filter(({ label }) => label.startsWith("in "));
  expect(refused.map(({ refusal }) => refusal)).toEqual(refused.map(() => "A step cannot go inside itself."));
  expect(refused.length).toBe(3);
});

test("steps that stand apart have no place where they are now", () => {
  const targets = listMoveTargets(flow, keys("fetch", "notify"));
  expect(targets.filter(({ refusal }) => refusal !== undefined)).toEqual([]);
  expect(targets.map(({ label, position }) => [label, position])).toContainEqual(["at the end", 3]);
});

test("each word that is typed narrows the places", () => {
  const targets = listMoveTargets(flow, keys("clean"));
  const labels = (query: string) => findMoveTargets(targets, query).shown.map(({ label }) => label);
  expect(labels("route then")).toEqual(["in Route › then, first", "in Route › then, last"]);
  expect(labels("LAST then")).toEqual(["in Route › then, last"]);
  expect(labels("position 4")).toEqual(["at the end"]);
  expect(labels("score")).toEqual(["in Route › then, first"]);
  expect(labels("nowhere")).toEqual([]);
});

test("of a thousand places those around the step are shown first, and any is found by its name", () => {
  const long = parseFlow(buildLongFlow("long", 1000));
  const targets = listMoveTargets(long, keys("step-500"));
  const { shown, more } = findMoveTargets(targets, "");
  expect(shown.length).toBe(100);
  expect(more).toBe(900);
  expect(shown.map(({ label }) => label)).toContain("before Step 501");
  const found = findMoveTargets(targets, "step 997").shown.map(({ label, position }) => [label, position]);
  // It is at position 996 once the step has left its own, and what it says of itself comes before what it is counted as.
  expect(found).toEqual([
    ["before Step 997", 996],
    ["before Step 998", 997],
  ]);
});
