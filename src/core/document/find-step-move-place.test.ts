import * as fc from "fast-check";
import { expect, it } from "vitest";
import { flowArbitrary, buildFlowOfNestedConditionals } from "#core/testing/arbitrary-flow.ts";
import { parseOutline, buildConditional } from "#core/testing/flow-builder.ts";
import { type FlowDocument, type StepKey, parseFlowDocument } from "./flow-document.ts";
import { applyMoveStepsCommand } from "#core/testing/apply-move.ts";
import { getTopmostSteps } from "./topmost-steps.ts";
import { type StepMoveDirection, findStepMovePlace } from "./find-step-move-place.ts";
import { getLocationsOfAllSteps } from "./step-list.ts";

const key = (text: string) => text as StepKey;
const flow = parseOutline("a route(b c|d e) f g");

function draw(document: FlowDocument): string {
  const list = (nodes: FlowDocument["steps"] = []): string =>
    nodes
      .map(({ key, branches }) =>
        branches ? `${key}(${list(branches.trueSteps)}|${list(branches.falseSteps)})` : key,
      )
      .join(" ");
  return list(document.steps);
}

function shift(document: FlowDocument, direction: StepMoveDirection, ...names: string[]): FlowDocument {
  const found = findStepMovePlace(document, names.map(key), direction);
  if (found.type === "blocked") throw new Error(found.reason);
  return applyMoveStepsCommand(document, names.map(key), found.place);
}

const reasonFor = (direction: StepMoveDirection, ...names: string[]) => {
  const found = findStepMovePlace(flow, names.map(key), direction);
  return found.type === "blocked" ? found.reason : "goes";
};

it("moving by one moves past the next step of the same list", () => {
  expect(draw(shift(flow, "up", "g"))).toBe("a route(b c|d e) g f");
  expect(draw(shift(flow, "down", "a"))).toBe("route(b c|d e) a f g");
  expect(draw(shift(flow, "up", "c"))).toBe("a route(c b|d e) f g");
  expect(draw(shift(flow, "up", "f"))).toBe("a f route(b c|d e) g");
});

it("moving by one moves several steps together, also from separate places", () => {
  expect(draw(shift(flow, "up", "f", "g"))).toBe("a f g route(b c|d e)");
  expect(draw(shift(flow, "down", "a", "route"))).toBe("f a route(b c|d e) g");
  expect(draw(shift(flow, "up", "a", "f"))).toBe("a f route(b c|d e) g");
  expect(draw(shift(flow, "down", "f", "a"))).toBe("route(b c|d e) g a f");
  expect(draw(shift(flow, "up", "c", "g"))).toBe("a route(c g b|d e) f");
});

it("moving by one moves from the end of “then” to the start of “else”, and back", () => {
  expect(draw(shift(flow, "down", "c"))).toBe("a route(b|c d e) f g");
  expect(draw(shift(flow, "up", "d"))).toBe("a route(b c d|e) f g");
  expect(draw(shift(flow, "down", "b", "c"))).toBe("a route(|b c d e) f g");
});

it("moving by one is blocked at the end of the list, with the reason", () => {
  expect(reasonFor("up", "a")).toBe("“A” is already first.");
  expect(reasonFor("down", "g")).toBe("“G” is already last.");
  expect(reasonFor("down", "f", "g")).toBe("2 steps are already last.");
  expect(reasonFor("up", "b")).toBe("“B” is already first in “Route”.");
  expect(reasonFor("down", "d", "e")).toBe("2 steps are already last in “Route”.");
  expect(reasonFor("up", "gone")).toBe("No steps to move.");
});

it("moving to the top or bottom moves the step to the start or end of its own list", () => {
  expect(draw(shift(flow, "top", "g"))).toBe("g a route(b c|d e) f");
  expect(draw(shift(flow, "bottom", "a", "f"))).toBe("route(b c|d e) g a f");
  expect(draw(shift(flow, "bottom", "b"))).toBe("a route(c b|d e) f g");
});

it("moving to the top or bottom is blocked at the start and end of a branch, even if another branch is next to it", () => {
  expect(reasonFor("top", "d")).toBe("“D” is already first in “Route”.");
  expect(reasonFor("bottom", "c")).toBe("“C” is already last in “Route”.");
});

it("moving out of or into a conditional moves the step out, directly after its conditional", () => {
  expect(draw(shift(flow, "out", "b"))).toBe("a route(c|d e) b f g");
  expect(draw(shift(flow, "out", "c", "d"))).toBe("a route(b|e) c d f g");
  expect(reasonFor("out", "a")).toBe("“A” is not inside a conditional.");
  expect(reasonFor("out", "a", "g")).toBe("2 steps are not inside a conditional.");
  expect(reasonFor("out", "a", "b")).toBe("“A” is not inside a conditional.");
});

it("moving out of or into a conditional moves the step to the end of the conditional above, or if there is none, to the start of the conditional below", () => {
  expect(draw(shift(flow, "into", "g"))).toBe("a route(b c g|d e) f");
  expect(draw(shift(flow, "into", "a"))).toBe("route(a b c|d e) f g");
  expect(reasonFor("into", "b")).toBe("No conditional next to “B” to move into.");
  expect(reasonFor("into", "b", "c")).toBe("No conditional next to these 2 steps to move into.");
  expect(reasonFor("into", "route")).toBe("No conditional next to “Route” to move into.");
});

it("moving out of or into a conditional is blocked beyond the maximum depth", () => {
  const deep = parseFlowDocument({
    name: "f",
    flowSteps: [...buildFlowOfNestedConditionals().flowSteps, buildConditional("another", [])],
  });
  const inside = applyMoveStepsCommand(deep, [key("another")], {
    list: { type: "branch", step: key("level-9"), branch: "trueSteps" },
    index: 1,
  });
  expect(findStepMovePlace(inside, [key("another")], "into")).toEqual({
    type: "blocked",
    reason: "Steps can be nested up to 10 levels deep.",
  });
});

const anySteps = fc
  .tuple(flowArbitrary, fc.array(fc.nat(), { minLength: 1, maxLength: 3 }))
  .map(([source, picks]) => {
    const document = parseFlowDocument(source);
    const all = [...getLocationsOfAllSteps(document).keys()];
    return { document, keys: picks.flatMap((pick) => all[pick % all.length] ?? []) };
  });

it("moving any steps of any flow changes their position unless the move is blocked", () => {
  const directions = fc.constantFrom<StepMoveDirection[]>("up", "down", "out", "into", "top", "bottom");
  fc.assert(
    fc.property(anySteps, directions, ({ document, keys }, direction) => {
      const found = findStepMovePlace(document, keys, direction);
      if (found.type === "blocked") return;
      expect(applyMoveStepsCommand(document, keys, found.place)).not.toBe(document);
    }),
    { numRuns: 500 },
  );
});

it("moving any steps of any flow is undone by the opposite move", () => {
  fc.assert(
    fc.property(anySteps, fc.constantFrom("up", "down"), ({ document, keys }, direction) => {
      const one = getTopmostSteps(document, keys)
        .slice(0, 1)
        .map((node) => node.key);
      const away = findStepMovePlace(document, one, direction);
      if (away.type === "blocked") return;
      const moved = applyMoveStepsCommand(document, one, away.place);
      const back = findStepMovePlace(moved, one, direction === "up" ? "down" : "up");
      expect(back.type === "place" && draw(applyMoveStepsCommand(moved, one, back.place))).toBe(
        draw(document),
      );
    }),
    { numRuns: 500 },
  );
});
