import { assert, property } from "fast-check";
import { expect, test } from "vitest";
import { anyFlow, buildDeepFlow } from "#core/arbitrary-flow.ts";
import { buildConditional, buildFlow, buildStep } from "#core/flow-builder.ts";
import { type FlowDocument, type StepKey, parseFlow } from "#core/flow-document.ts";
import { moveSteps, refusePlace } from "#core/move-steps.ts";
import { locateSteps } from "#core/step-list.ts";
import { describePlace } from "#core/step-place.ts";
import { findKeyTarget } from "./key-targets.ts";
import { type LevelPlace, placesAtBoundaries } from "./places-at-boundary.ts";
import { type StepMove, explainRefusal, findStart, isHome, listTargets, planMove } from "./step-move.ts";
import { flattenSteps } from "./step-rows.ts";

const key = (text: string) => text as StepKey;
const boundariesOf = (document: FlowDocument) => placesAtBoundaries(flattenSteps(document, new Set()));

function plan(document: FlowDocument, ...names: readonly string[]): StepMove {
  const move = planMove(document, names.map(key));
  if (!move) throw new Error("None of these steps is there.");
  return move;
}

const nested = parseFlow(
  buildFlow("f", [
    buildStep("fetch"),
    buildConditional("route", [buildStep("queue")], [buildStep("hide")]),
    buildStep("notify"),
  ]),
);
const say = (move: StepMove, places: readonly LevelPlace[]) =>
  places.map((place) => describePlace(nested, place, move.keys));

test("a step can go to every place but into itself, and to where it is only once", () => {
  const route = plan(nested, "route");
  const places = listTargets(route, boundariesOf(nested)).map(({ place }) => place);
  expect(say(route, places)).toEqual(["before Fetch", "before Notify", "at the end"]);
});

test("what is said to be refused, or to change nothing, is so for the command too", () => {
  assert(
    property(anyFlow, (flow) => {
      const document = parseFlow(flow);
      const boundaries = boundariesOf(document);
      for (const lead of [...locateSteps(document).keys()].slice(0, 4)) {
        const move = plan(document, lead);
        for (const place of boundaries.flat()) {
          expect(explainRefusal(move, place) !== undefined).toBe(
            refusePlace(document, move.keys, place) !== undefined,
          );
          if (explainRefusal(move, place)) continue;
          expect(isHome(move, place)).toBe(moveSteps(document, move.keys, place) === document);
        }
        const results = listTargets(move, boundaries).map(({ place }) =>
          isHome(move, place) ? "home" : `${JSON.stringify(place.list)} ${place.index}`,
        );
        expect(new Set(results).size).toBe(results.length);
      }
    }),
    { numRuns: 60 },
  );
});

test("a conditional cannot go where its inside would lie too deep", () => {
  const deep = parseFlow(buildDeepFlow());
  const [deepest] = [...locateSteps(deep).values()].toSorted((a, b) => b.level - a.level);
  const outer = parseFlow({
    name: "f",
    flowSteps: [buildConditional("extra", []), ...buildDeepFlow().flowSteps],
  });
  const move = plan(outer, "extra");
  const place = boundariesOf(outer)
    .flat()
    .find(({ level }) => level === deepest?.level);
  expect(place && explainRefusal(move, place)).toMatch(/levels deep/);
});

test("several steps are gathered, and those inside another one go along with it", () => {
  expect(plan(nested, "notify", "fetch").keys).toEqual(["fetch", "notify"]);
  expect(plan(nested, "route", "queue")).toMatchObject({ keys: ["route"], name: "Route" });
  expect(plan(nested, "fetch", "notify").name).toBe("2 steps");
  expect(planMove(nested, [key("gone")])).toBeUndefined();
});

test("keys go through the places in the order of the page, and sideways out of a branch and into one", () => {
  const move = plan(nested, "fetch");
  const boundaries = boundariesOf(nested);
  const targets = listTargets(move, boundaries);
  let place = findStart(move, key("fetch"), boundaries)?.place;
  const press = (pressed: string) => {
    const target = place && findKeyTarget(targets, place, nested, pressed);
    place = target?.place;
    return place && describePlace(nested, place, move.keys);
  };
  expect(place && describePlace(nested, place, move.keys)).toBe("before Route");
  expect(press("ArrowUp")).toBe("before Route");
  expect(press("ArrowRight")).toBe("in Route › then, first");
  expect(press("ArrowDown")).toBe("in Route › then, last");
  expect(press("ArrowLeft")).toBe("before Notify");
  expect(press("ArrowRight")).toBe("in Route › else, last");
  expect(press("End")).toBe("at the end");
  expect(press("PageUp")).toBe("before Route");
  expect(press("x")).toBeUndefined();
});
