import { assert, property } from "fast-check";
import { expect, test } from "vitest";
import { flowArbitrary } from "#core/testing/arbitrary-flow.ts";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { type StepKey, parseFlowDocument } from "#core/document/flow-document.ts";
import { describeTargetPlace, listStepPlaces } from "#core/document/step-place.ts";
import { findPlaceNearestToLevel, listPlacesByGap } from "./list-places-at-gap.ts";
import { flattenStepsToRows } from "./step-rows.ts";

const NONE: ReadonlySet<StepKey> = new Set();

const nested = parseFlowDocument(
  buildFlow("f", [
    buildStep("fetch"),
    buildConditional("route", [buildStep("queue")], []),
    buildStep("notify"),
  ]),
);
const boundaries = listPlacesByGap(flattenStepsToRows(nested, NONE));

test("the insertion points between two rows are listed with the deepest nesting level first", () => {
  const labels = boundaries.map((places) => places.map((place) => describeTargetPlace(nested, place)));
  expect(labels).toEqual([
    ["before “Fetch”"],
    ["before “Route”"],
    [],
    ["in “Route” › then, first"],
    ["in “Route” › then, last"],
    ["in “Route” › else, first", "before “Notify”"],
    ["at the end"],
  ]);
});

test("every insertion point of the flow is at exactly one boundary between rows, in document order", () => {
  assert(
    property(
      flowArbitrary.map((flow) => parseFlowDocument(flow)),
      (document) => {
        const rows = flattenStepsToRows(document, NONE);
        const places = listPlacesByGap(rows);
        expect(places).toHaveLength(rows.length + 1);
        expect(places.flat().map(({ list, index }) => ({ list, index }))).toEqual(listStepPlaces(document));
      },
    ),
  );
});

test("the horizontal pointer position selects among the insertion points between two rows", () => {
  expect(findPlaceNearestToLevel(boundaries, 5, 1)?.place).toMatchObject({ index: 0, level: 1 });
  expect(findPlaceNearestToLevel(boundaries, 5, 7)?.place.level).toBe(1);
  expect(findPlaceNearestToLevel(boundaries, 5, 0)?.place).toMatchObject({ index: 2, level: 0 });
  expect(findPlaceNearestToLevel(boundaries, 5, -3)?.place.level).toBe(0);
});

test("a pointer between a conditional and its first branch selects the next insertion point below", () => {
  expect(findPlaceNearestToLevel(boundaries, 2, 0)).toMatchObject({
    boundary: 3,
    place: { level: 1, index: 0 },
  });
});

test("a pointer above or below the list selects the first or last insertion point", () => {
  expect(findPlaceNearestToLevel(boundaries, -4, 0)?.boundary).toBe(0);
  expect(findPlaceNearestToLevel(boundaries, 99, 0)?.place).toMatchObject({ index: 3, level: 0 });
});
