import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyFlow, buildDeepFlow } from "./arbitrary-flow.ts";
import { buildConditional, buildFlow, buildStep } from "./flow-builder.ts";
import { type FlowDocument, type StepKey, parseFlow } from "./flow-document.ts";
import { moveSteps, topmostSteps } from "./move-steps.ts";
import { type ShiftDirection, findShift } from "./shift-steps.ts";
import { locateSteps } from "./step-list.ts";

const key = (text: string) => text as StepKey;
const flow = parseFlow(
  buildFlow("f", [
    buildStep("a"),
    buildConditional("route", [buildStep("b"), buildStep("c")], [buildStep("d"), buildStep("e")]),
    buildStep("f"),
    buildStep("g"),
  ]),
);

/** The flow in one line: `a route(b c|d e) f g`. */
function draw(document: FlowDocument): string {
  const list = (nodes: FlowDocument["steps"] = []): string =>
    nodes
      .map(({ key, branches }) =>
        branches ? `${key}(${list(branches.trueSteps)}|${list(branches.falseSteps)})` : key,
      )
      .join(" ");
  return list(document.steps);
}

function shift(document: FlowDocument, direction: ShiftDirection, ...names: string[]): FlowDocument {
  const found = findShift(document, names.map(key), direction);
  if (found.type === "blocked") throw new Error(found.reason);
  return moveSteps(document, names.map(key), found.place);
}

const reasonFor = (direction: ShiftDirection, ...names: string[]) => {
  const found = findShift(flow, names.map(key), direction);
  return found.type === "blocked" ? found.reason : "goes";
};

describe("moving by one", () => {
  it("goes past the neighbour in the same list", () => {
    expect(draw(shift(flow, "up", "g"))).toBe("a route(b c|d e) g f");
    expect(draw(shift(flow, "down", "a"))).toBe("route(b c|d e) a f g");
    expect(draw(shift(flow, "up", "c"))).toBe("a route(c b|d e) f g");
    expect(draw(shift(flow, "up", "f"))).toBe("a f route(b c|d e) g");
  });

  it("takes several along and gathers those that stand apart", () => {
    expect(draw(shift(flow, "up", "f", "g"))).toBe("a f g route(b c|d e)");
    expect(draw(shift(flow, "down", "a", "route"))).toBe("f a route(b c|d e) g");
    expect(draw(shift(flow, "up", "a", "f"))).toBe("a f route(b c|d e) g");
    expect(draw(shift(flow, "down", "f", "a"))).toBe("route(b c|d e) g a f");
    expect(draw(shift(flow, "up", "c", "g"))).toBe("a route(c g b|d e) f");
  });

  it("goes from the end of then to the start of else, and back", () => {
    expect(draw(shift(flow, "down", "c"))).toBe("a route(b|c d e) f g");
    expect(draw(shift(flow, "up", "d"))).toBe("a route(b c d|e) f g");
    expect(draw(shift(flow, "down", "b", "c"))).toBe("a route(|b c d e) f g");
  });

  it("ends where the list ends, with the reason", () => {
    expect(reasonFor("up", "a")).toBe("A is already first.");
    expect(reasonFor("down", "g")).toBe("G is already last.");
    expect(reasonFor("down", "f", "g")).toBe("2 steps are already last.");
    expect(reasonFor("up", "b")).toBe("B is already first in Route.");
    expect(reasonFor("down", "d", "e")).toBe("2 steps are already last in Route.");
    expect(reasonFor("up", "gone")).toBe("There is no step to move.");
  });

  it("stays in then where else is no list of steps", () => {
    const config = { trueSteps: [buildStep("b")], falseSteps: "later" };
    const closed = parseFlow(buildFlow("f", [buildStep("if", { type: "conditional", config })]));
    expect(findShift(closed, [key("b")], "down").type).toBe("blocked");
  });
});

describe("moving to the top or bottom", () => {
  it("goes to the end of its own list", () => {
    expect(draw(shift(flow, "top", "g"))).toBe("g a route(b c|d e) f");
    expect(draw(shift(flow, "bottom", "a", "f"))).toBe("route(b c|d e) g a f");
    expect(draw(shift(flow, "bottom", "b"))).toBe("a route(c b|d e) f g");
  });

  it("ends there, also where a step by one would go on in the other branch", () => {
    expect(reasonFor("top", "d")).toBe("D is already first in Route.");
    expect(reasonFor("bottom", "c")).toBe("C is already last in Route.");
  });
});

describe("moving out and into", () => {
  it("goes out to right after the conditional", () => {
    expect(draw(shift(flow, "out", "b"))).toBe("a route(c|d e) b f g");
    expect(draw(shift(flow, "out", "c", "d"))).toBe("a route(b|e) c d f g");
    expect(reasonFor("out", "a")).toBe("A is not inside a conditional.");
    expect(reasonFor("out", "a", "g")).toBe("2 steps are not inside a conditional.");
    expect(reasonFor("out", "a", "b")).toBe("A is not inside a conditional.");
  });

  it("goes into the conditional above, to the end, else into the one below, to the start", () => {
    expect(draw(shift(flow, "into", "g"))).toBe("a route(b c g|d e) f");
    expect(draw(shift(flow, "into", "a"))).toBe("route(a b c|d e) f g");
    expect(reasonFor("into", "b")).toBe("There is no conditional beside B to move into.");
    expect(reasonFor("into", "b", "c")).toBe("There is no conditional beside these 2 steps to move into.");
    expect(reasonFor("into", "route")).toBe("There is no conditional beside Route to move into.");
  });

  it("never goes deeper than a flow may be", () => {
    const deep = parseFlow({
      name: "f",
      flowSteps: [...buildDeepFlow().flowSteps, buildConditional("another", [])],
    });
    const inside = moveSteps(deep, [key("another")], {
      list: { type: "branch", step: key("level-9"), branch: "trueSteps" },
      index: 1,
    });
    expect(findShift(inside, [key("another")], "into")).toEqual({
      type: "blocked",
      reason: "Steps can be nested 10 levels deep, and this would be deeper.",
    });
  });
});

describe("any steps of any flow", () => {
  const anySteps = fc
    .tuple(anyFlow, fc.array(fc.nat(), { minLength: 1, maxLength: 3 }))
    .map(([source, picks]) => {
      const document = parseFlow(source);
      const all = [...locateSteps(document).keys()];
      return { document, keys: picks.flatMap((pick) => all[pick % all.length] ?? []) };
    });

  it("change places wherever they are not blocked", () => {
    const directions = fc.constantFrom<ShiftDirection[]>("up", "down", "out", "into", "top", "bottom");
    fc.assert(
      fc.property(anySteps, directions, ({ document, keys }, direction) => {
        const found = findShift(document, keys, direction);
        if (found.type === "blocked") return;
        expect(moveSteps(document, keys, found.place)).not.toBe(document);
      }),
      { numRuns: 500 },
    );
  });

  it("come back where they were by the way they went", () => {
    fc.assert(
      fc.property(anySteps, fc.constantFrom("up", "down"), ({ document, keys }, direction) => {
        const one = topmostSteps(document, keys)
          .slice(0, 1)
          .map((node) => node.key);
        const away = findShift(document, one, direction);
        if (away.type === "blocked") return;
        const moved = moveSteps(document, one, away.place);
        const back = findShift(moved, one, direction === "up" ? "down" : "up");
        expect(back.type === "place" && draw(moveSteps(moved, one, back.place))).toBe(draw(document));
      }),
      { numRuns: 500 },
    );
  });
});
