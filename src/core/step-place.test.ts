import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aimEdit, anyEdit, anyFlow, everyList } from "./arbitrary-flow.ts";
import { buildConditional, buildFlow, buildStep } from "./flow-builder.ts";
import { type StepKey, parseFlow } from "./flow-document.ts";
import { moveSteps, refusePlace, topmostSteps } from "./move-steps.ts";
import { type Place, ROOT, findList, isSameList } from "./step-list.ts";
import { describeLanding, describePlace, describePosition, listPlaces } from "./step-place.ts";

const key = (text: string) => text as StepKey;
const flow = parseFlow(
  buildFlow("f", [
    buildStep("fetch"),
    buildConditional(
      "route",
      [buildStep("score"), buildStep("clean")],
      [buildConditional("split", [buildStep("mail")])],
    ),
    buildStep("log"),
  ]),
);
const branch = (step: string, branch: "trueSteps" | "falseSteps") =>
  ({ type: "branch", step: key(step), branch }) as const;
const then = branch("route", "trueSteps");

describe("the places of a flow", () => {
  it("come in the order of the page, the inside of a conditional before the gap after it", () => {
    expect(listPlaces(flow).map((place) => describePlace(flow, place))).toEqual([
      "before Fetch",
      "before Route",
      "in Route › then, first",
      "in Route › then, before Clean",
      "in Route › then, last",
      "in Route › else, first",
      "in Route › else › Split › then, first",
      "in Route › else › Split › then, last",
      "in Route › else › Split › else, first",
      "in Route › else, last",
      "before Log",
      "at the end",
    ]);
  });

  it("leave out what is no list of steps, and there is one in an empty flow", () => {
    const closed = buildStep("if", { type: "conditional", config: { trueSteps: "?", falseSteps: [] } });
    expect(listPlaces(parseFlow(buildFlow("f", [closed])))).toHaveLength(3);
    const empty = parseFlow(buildFlow("f", []));
    expect(listPlaces(empty).map((place) => describePlace(empty, place))).toEqual(["at the end"]);
  });

  it("are every gap of every list, once", () => {
    fc.assert(
      fc.property(anyFlow, (source) => {
        const document = parseFlow(source);
        const gaps = (places: readonly Place[]) => places.map((place) => JSON.stringify(place)).toSorted();
        const expected = everyList(document).flatMap((list) =>
          Array.from({ length: (findList(document, list)?.length ?? 0) + 1 }, (_, index) => ({
            list,
            index,
          })),
        );
        expect(gaps(listPlaces(document))).toEqual(gaps(expected));
      }),
      { numRuns: 200 },
    );
  });

  it("are told by the steps that stay, not by those on their way", () => {
    const say = (place: Place, ...moved: string[]) => describePlace(flow, place, moved.map(key));
    expect(say({ list: ROOT, index: 0 }, "fetch")).toBe("before Route");
    expect(say({ list: ROOT, index: 2 }, "log")).toBe("at the end");
    expect(say({ list: then, index: 1 }, "score", "clean")).toBe("in Route › then, first");
    expect(say({ list: then, index: 1 }, "clean")).toBe("in Route › then, last");
    expect(say({ list: then, index: 1 }, "score")).toBe("in Route › then, first");
  });
});

describe("where a step stands", () => {
  it("is its position in its own list, and the branches that lead there", () => {
    expect(describePosition(flow, key("route"))).toBe("position 2 of 3");
    expect(describePosition(flow, key("clean"))).toBe("position 2 of 2, in Route then");
    expect(describePosition(flow, key("mail"))).toBe("position 1 of 1, in Route else, Split then");
  });

  it("is nothing for a step that is not there", () => {
    expect(describePosition(flow, key("gone"))).toBe("");
  });
});

describe("where steps would land", () => {
  const say = (place: Place, ...moved: string[]) => describeLanding(flow, place, moved.map(key));

  it("is told as it will be after the drop", () => {
    expect(say({ list: ROOT, index: 0 }, "log")).toBe("position 1 of 3, before Fetch");
    expect(say({ list: ROOT, index: 3 }, "fetch")).toBe("position 3 of 3, at the end");
    expect(say({ list: then, index: 0 }, "log")).toBe("position 1 of 3, in Route then, before Score");
    expect(say({ list: then, index: 2 }, "score", "log")).toBe("position 2 of 3, in Route then, at the end");
  });

  it("is where they then stand, for any move of any flow", () => {
    fc.assert(
      fc.property(anyFlow, anyEdit, (source, edit) => {
        const document = parseFlow(source);
        const command = aimEdit(document, { ...edit, type: "moveSteps" }, 0);
        if (command.type !== "moveSteps") throw new Error("not a move");
        const { keys, place } = command;
        const [first] = topmostSteps(document, keys);
        if (!first || refusePlace(document, keys, place)) return;
        const after = moveSteps(document, keys, place);
        const stands = describePosition(after, first.key);
        expect(describeLanding(document, place, keys).startsWith(`${stands}, `)).toBe(true);
        const moved = new Set(topmostSteps(document, keys).map((node) => node.key));
        const list = everyList(after).find((other) => isSameList(other, place.list)) ?? ROOT;
        const isLast = findList(after, list)?.findLastIndex((node) => moved.has(node.key));
        const atEnd = isLast === (findList(after, list)?.length ?? 0) - 1;
        expect(describeLanding(document, place, keys).endsWith(", at the end")).toBe(atEnd);
      }),
      { numRuns: 400 },
    );
  });
});
