import { expect, test } from "vitest";
import { parseOutline, buildLongFlow } from "#core/testing/flow-builder.ts";
import { type StepKey, parseFlowDocument } from "#core/document/flow-document.ts";
import {
  findNearestMoveDestination,
  searchMoveDestinations,
  listMoveDestinations,
} from "./move-to-dialog.tsx";

const keys = (...ids: readonly string[]) => ids as readonly StepKey[];
const flow = parseOutline("fetch clean route(score) notify");

test("the Move to… dialog lists every place once with the resulting position, and marks the current one", () => {
  expect(
    listMoveDestinations(flow, keys("clean")).map(({ label, position, refusal }) => [
      label,
      position,
      refusal,
    ]),
  ).toEqual([
    ["before “Fetch”", 1, undefined],
    ["before “Route”", 2, "Current position."],
    ["in “Route” › then, first", 1, undefined],
    ["in “Route” › then, last", 2, undefined],
    ["in “Route” › else, first", 1, undefined],
    ["before “Notify”", 3, undefined],
    ["at the end", 4, undefined],
  ]);
});

test("the Move to… dialog disables places inside a moved step, with the reason", () => {
  const refused = listMoveDestinations(flow, keys("route")).filter(({ label }) => label.startsWith("in "));
  expect(refused.map(({ refusal }) => refusal)).toEqual(
    refused.map(() => "A step can’t be moved into itself."),
  );
  expect(refused.length).toBe(3);
});

test("several steps that are not adjacent have no current place", () => {
  const targets = listMoveDestinations(flow, keys("fetch", "notify"));
  expect(targets.filter(({ refusal }) => refusal !== undefined)).toEqual([]);
  expect(targets.map(({ label, position }) => [label, position])).toContainEqual(["at the end", 3]);
});

test("each word of a query narrows the listed places", () => {
  const targets = listMoveDestinations(flow, keys("clean"));
  const labels = (query: string) => searchMoveDestinations(targets, query).shown.map(({ label }) => label);
  expect(labels("route then")).toEqual(["in “Route” › then, first", "in “Route” › then, last"]);
  expect(labels("LAST then")).toEqual(["in “Route” › then, last"]);
  expect(labels("position 4")).toEqual(["at the end"]);
  expect(labels("score")).toEqual(["in “Route” › then, first"]);
  expect(labels("nowhere")).toEqual([]);
});

test("the Move to… dialog lists the places near the step first, and finds any of a thousand by name", () => {
  const long = parseFlowDocument(buildLongFlow("long", 1000));
  const targets = listMoveDestinations(long, keys("step-500"));
  const { shown, more } = searchMoveDestinations(targets, "");
  expect(shown.length).toBe(100);
  expect(more).toBe(900);
  expect(shown.map(({ label }) => label)).toContain("before “Step 501”");
  const found = searchMoveDestinations(targets, "step 997").shown.map(({ label, position }) => [
    label,
    position,
  ]);
  // Step 997 is at position 996 after step 500 has moved away from above it. The match by name ranks first; “before
  // Step 998” matches only by its position, 997.
  expect(found).toEqual([
    ["before “Step 997”", 996],
    ["before “Step 998”", 997],
  ]);
});

test("the preselected destination is the nearest that breaks nothing, in the step's own list if possible", () => {
  const nearest = (moved: readonly StepKey[], impacts: Readonly<Record<string, "changes" | "breaks">>) => {
    const targets = listMoveDestinations(flow, moved);
    const labelOf = (place: object) => targets.find((target) => target.place === place)?.label ?? "";
    return findNearestMoveDestination(targets, (place) => impacts[labelOf(place)] ?? "safe")?.label;
  };
  expect(nearest(keys("clean"), {})).toBe("before “Fetch”");
  expect(nearest(keys("clean"), { "before “Fetch”": "breaks" })).toBe("before “Notify”");
  const allOfList = {
    "before “Fetch”": "breaks",
    "before “Notify”": "breaks",
    "at the end": "changes",
  } as const;
  expect(nearest(keys("clean"), allOfList)).toBe("in “Route” › then, first");
  expect(nearest(keys("fetch", "notify"), {})).toBe("before “Clean”");
  const ask = parseOutline("ask");
  expect(findNearestMoveDestination(listMoveDestinations(ask, keys("ask")), () => "safe")).toBeUndefined();
});
