import { assert, property } from "fast-check";
import { expect, test } from "vitest";
import { flowArbitrary, buildFlowOfNestedConditionals } from "#core/testing/arbitrary-flow.ts";
import { parseOutline, buildConditional } from "#core/testing/flow-builder.ts";
import { type FlowDocument, type StepKey, parseFlowDocument } from "#core/document/flow-document.ts";
import { applyMoveStepsCommand } from "#core/testing/apply-move.ts";
import { findMoveRefusalReason } from "#core/document/step-place.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { describeTargetPlace } from "#core/document/step-place.ts";
import { findPlaceForKey } from "./step-move-controller.ts";
import { type PlaceInGap, listPlacesByGap } from "./list-places-at-gap.ts";
import {
  type PlannedStepMove,
  explainWhyStepsCannotMoveTo,
  findInitialDropPlace,
  isMoveWithoutEffect,
  listPlacesOfMove,
  planStepMove,
} from "./step-move.ts";
import { flattenStepsToRows } from "./step-rows.ts";

const key = (text: string) => text as StepKey;
const gapsOf = (document: FlowDocument) => listPlacesByGap(flattenStepsToRows(document, new Set()));

function plan(document: FlowDocument, ...names: readonly string[]): PlannedStepMove {
  const move = planStepMove(document, names.map(key));
  if (!move) throw new Error("None of these steps is there.");
  return move;
}

const nested = parseOutline("fetch route(queue|hide) notify");
const describePlaces = (move: PlannedStepMove, places: readonly PlaceInGap[]) =>
  places.map((place) => describeTargetPlace(nested, place, move.keys));

test("a step can move to every place except those inside it, and its current position is listed once", () => {
  const route = plan(nested, "route");
  const places = listPlacesOfMove(route, gapsOf(nested)).map(({ place }) => place);
  expect(describePlaces(route, places)).toEqual(["before “Fetch”", "before “Notify”", "at the end"]);
});

test("the step list refuses exactly the moves that the move command refuses", () => {
  assert(
    property(flowArbitrary, (flow) => {
      const document = parseFlowDocument(flow);
      const gaps = gapsOf(document);
      for (const lead of [...getLocationsOfAllSteps(document).keys()].slice(0, 4)) {
        const move = plan(document, lead);
        for (const place of gaps.flat()) {
          expect(explainWhyStepsCannotMoveTo(move, place) !== undefined).toBe(
            findMoveRefusalReason(document, move.keys, place) !== undefined,
          );
          if (explainWhyStepsCannotMoveTo(move, place)) continue;
          expect(isMoveWithoutEffect(move, place)).toBe(
            applyMoveStepsCommand(document, move.keys, place) === document,
          );
        }
        const results = listPlacesOfMove(move, gaps).map(({ place }) =>
          isMoveWithoutEffect(move, place) ? "home" : `${JSON.stringify(place.list)} ${place.index}`,
        );
        expect(new Set(results).size).toBe(results.length);
      }
    }),
    { numRuns: 60 },
  );
});

test("a conditional cannot move where its nested steps would be too deep", () => {
  const deep = parseFlowDocument(buildFlowOfNestedConditionals());
  const [deepest] = [...getLocationsOfAllSteps(deep).values()].toSorted((a, b) => b.level - a.level);
  const outer = parseFlowDocument({
    name: "f",
    flowSteps: [buildConditional("extra", []), ...buildFlowOfNestedConditionals().flowSteps],
  });
  const move = plan(outer, "extra");
  const place = gapsOf(outer)
    .flat()
    .find(({ level }) => level === deepest?.level);
  expect(place && explainWhyStepsCannotMoveTo(move, place)).toMatch(/levels deep/);
});

test("several steps move together, and nested steps move with their conditional", () => {
  expect(plan(nested, "notify", "fetch").keys).toEqual(["fetch", "notify"]);
  expect(plan(nested, "route", "queue")).toMatchObject({ keys: ["route"], name: "“Route”" });
  expect(plan(nested, "fetch", "notify").name).toBe("2 steps");
  expect(planStepMove(nested, [key("gone")])).toBeUndefined();
});

test("while a step moves, Up and Down select the previous and next position, and Left and Right leave and enter branches", () => {
  const move = plan(nested, "fetch");
  const gaps = gapsOf(nested);
  const targets = listPlacesOfMove(move, gaps);
  let place = findInitialDropPlace(move, key("fetch"), gaps)?.place;
  const press = (pressed: string) => {
    const target = place && findPlaceForKey(targets, place, nested, pressed);
    place = target?.place;
    return place && describeTargetPlace(nested, place, move.keys);
  };
  expect(place && describeTargetPlace(nested, place, move.keys)).toBe("before “Route”");
  expect(press("ArrowUp")).toBe("before “Route”");
  expect(press("ArrowRight")).toBe("in “Route” › then, first");
  expect(press("ArrowDown")).toBe("in “Route” › then, last");
  expect(press("ArrowLeft")).toBe("before “Notify”");
  expect(press("ArrowRight")).toBe("in “Route” › else, last");
  expect(press("End")).toBe("at the end");
  expect(press("PageUp")).toBe("before “Route”");
  expect(press("x")).toBeUndefined();
});
