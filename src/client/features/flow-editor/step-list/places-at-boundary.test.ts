import { assert, property } from "fast-check";
import { expect, test } from "vitest";
import { anyFlow } from "#core/arbitrary-flow.ts";
import { buildConditional, buildFlow, buildStep } from "#core/flow-builder.ts";
import { type StepKey, parseFlow } from "#core/flow-document.ts";
import { describePlace, listPlaces } from "#core/step-place.ts";
import { findTarget, placesAtBoundaries } from "./places-at-boundary.ts";
import { flattenSteps } from "./step-rows.ts";

const NONE: ReadonlySet<StepKey> = new Set();

const nested = parseFlow(
  buildFlow("f", [
    buildStep("fetch"),
    buildConditional("route", [buildStep("queue")], []),
    buildStep("notify"),
  ]),
);
const boundaries = placesAtBoundaries(flattenSteps(nested, NONE));

test("each boundary has its places, the deepest first", () => {
  const said = boundaries.map((places) => places.map((place) => describePlace(nested, place)));
  expect(said).toEqual([
    ["before Fetch"],
    ["before Route"],
    [],
    ["in Route › then, first"],
    ["in Route › then, last"],
    ["in Route › else, first", "before Notify"],
    ["at the end"],
  ]);
});

test("every gap of the tree is at exactly one boundary, in the order of the page", () => {
  assert(
    property(
      anyFlow.map((flow) => parseFlow(flow)),
      (document) => {
        const rows = flattenSteps(document, NONE);
        const places = placesAtBoundaries(rows);
        expect(places).toHaveLength(rows.length + 1);
        expect(places.flat().map(({ list, index }) => ({ list, index }))).toEqual(listPlaces(document));
      },
    ),
  );
});

test("the sideways way of the pointer chooses among the places of a boundary", () => {
  expect(findTarget(boundaries, 5, 1)?.place).toMatchObject({ index: 0, level: 1 });
  expect(findTarget(boundaries, 5, 7)?.place.level).toBe(1);
  expect(findTarget(boundaries, 5, 0)?.place).toMatchObject({ index: 2, level: 0 });
  expect(findTarget(boundaries, 5, -3)?.place.level).toBe(0);
});

test("between a conditional and its first branch is no place, so the next one below is meant", () => {
  expect(findTarget(boundaries, 2, 0)).toMatchObject({ boundary: 3, place: { level: 1, index: 0 } });
});

test("overshooting the list means its ends", () => {
  expect(findTarget(boundaries, -4, 0)?.boundary).toBe(0);
  expect(findTarget(boundaries, 99, 0)?.place).toMatchObject({ index: 3, level: 0 });
});
