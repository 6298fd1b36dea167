import { assert, property } from "fast-check";
import { expect, test } from "vitest";
import { flowArbitrary } from "#core/testing/arbitrary-flow.ts";
import { parseOutline } from "#core/testing/flow-builder.ts";
import { type StepKey, parseFlowDocument } from "#core/document/flow-document.ts";
import { describeTargetPlace, listStepPlaces } from "#core/document/step-place.ts";
import { findPlaceNearestToLevel, listPlacesByGap } from "./list-places-at-gap.ts";
import { flattenStepsToRows } from "./step-rows.ts";

const NONE: ReadonlySet<StepKey> = new Set();

const nested = parseOutline("fetch route(queue) notify");
const gaps = listPlacesByGap(flattenStepsToRows(nested, NONE));

test("the places between two rows are listed with the deepest nesting level first", () => {
  const labels = gaps.map((places) => places.map((place) => describeTargetPlace(nested, place)));
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

test("every place of the flow is at exactly one gap between rows, in document order", () => {
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

test("the horizontal pointer position selects among the places between two rows", () => {
  expect(findPlaceNearestToLevel(gaps, 5, 1)?.place).toMatchObject({ index: 0, level: 1 });
  expect(findPlaceNearestToLevel(gaps, 5, 7)?.place.level).toBe(1);
  expect(findPlaceNearestToLevel(gaps, 5, 0)?.place).toMatchObject({ index: 2, level: 0 });
  expect(findPlaceNearestToLevel(gaps, 5, -3)?.place.level).toBe(0);
});

test("a pointer between a conditional and its first branch selects the next place below", () => {
  expect(findPlaceNearestToLevel(gaps, 2, 0)).toMatchObject({
    gap: 3,
    place: { level: 1, index: 0 },
  });
});

test("a pointer above or below the list selects the first or last place", () => {
  expect(findPlaceNearestToLevel(gaps, -4, 0)?.gap).toBe(0);
  expect(findPlaceNearestToLevel(gaps, 99, 0)?.place).toMatchObject({ index: 3, level: 0 });
});
