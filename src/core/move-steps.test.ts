import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aimEdit, anyEdit, anyFlow, buildDeepFlow, everyList } from "./arbitrary-flow.ts";
import { buildConditional, buildFlow, buildStep } from "./flow-builder.ts";
import { type FlowDocument, MAX_LEVEL, type StepKey, parseFlow } from "./flow-document.ts";
import { moveSteps, refusePlace, topmostSteps } from "./move-steps.ts";
import { type Place, ROOT, findList, keysWithin, locateSteps } from "./step-list.ts";

const key = (text: string) => text as StepKey;
const keysOf = (document: FlowDocument) => [...locateSteps(document).keys()];
const names = (document: FlowDocument) => document.steps.map((node) => node.key).join(" ");

const anyMove = fc
  .tuple(
    anyFlow,
    anyEdit.map((edit) => ({ ...edit, type: "moveSteps" as const })),
  )
  .map(([source, edit]) => {
    const document = parseFlow(source);
    const command = aimEdit(document, edit, 0);
    if (command.type !== "moveSteps") throw new Error("not a move");
    return { document, keys: command.keys, place: command.place };
  });

describe("moving steps", () => {
  const flow = parseFlow(
    buildFlow("f", [
      buildStep("a"),
      buildStep("b"),
      buildConditional("if", [buildStep("c")], [buildStep("d")]),
      buildStep("e"),
    ]),
  );
  const then = { type: "branch", step: key("if"), branch: "trueSteps" } as const;

  it("puts one step into another gap of its list, counted before the move", () => {
    expect(names(moveSteps(flow, [key("a")], { list: ROOT, index: 2 }))).toBe("b a if e");
    expect(names(moveSteps(flow, [key("e")], { list: ROOT, index: 0 }))).toBe("e a b if");
  });

  it("keeps several together in the order of the page", () => {
    expect(names(moveSteps(flow, [key("e"), key("a")], { list: ROOT, index: 2 }))).toBe("b a e if");
  });

  it("goes into a branch and out of it", () => {
    const inside = moveSteps(flow, [key("a")], { list: then, index: 1 });
    expect(findList(inside, then)?.map((node) => node.key)).toEqual(["c", "a"]);
    expect(names(moveSteps(inside, [key("c")], { list: ROOT, index: 0 }))).toBe("c b if e");
  });

  it("takes what is inside a moved step along, once", () => {
    expect(names(moveSteps(flow, [key("c"), key("if")], { list: ROOT, index: 0 }))).toBe("if a b e");
  });

  it("never goes into itself", () => {
    expect(refusePlace(flow, [key("if")], { list: then, index: 0 })).toBe("inside-itself");
    expect(moveSteps(flow, [key("if")], { list: then, index: 0 })).toBe(flow);
  });

  it("never goes deeper than a flow may be", () => {
    const deep = parseFlow(buildDeepFlow());
    const bottom = { type: "branch", step: key("level-10"), branch: "falseSteps" } as const;
    expect(refusePlace(deep, [key("beside")], { list: bottom, index: 0 })).toBeUndefined();
    const deeper = parseFlow({
      name: "f",
      flowSteps: [...buildDeepFlow().flowSteps, buildConditional("another", [])],
    });
    expect(refusePlace(deeper, [key("another")], { list: bottom, index: 0 })).toBe("too-deep");
    expect(moveSteps(deeper, [key("another")], { list: bottom, index: 0 })).toBe(deeper);
  });

  it("refuses a place that is not there", () => {
    const nowhere: Place[] = [
      { list: { type: "branch", step: key("a"), branch: "trueSteps" }, index: 0 },
      { list: ROOT, index: 5 },
      { list: ROOT, index: -1 },
    ];
    expect(nowhere.map((place) => refusePlace(flow, [key("b")], place))).toEqual(
      nowhere.map(() => "no-such-place"),
    );
  });

  it("changes nothing for steps that are not there", () => {
    expect(moveSteps(flow, [key("zzz")], { list: ROOT, index: 0 })).toBe(flow);
  });
});

describe("any move of any steps of any flow", () => {
  it("loses and doubles no step, and leaves each as it was", () => {
    fc.assert(
      fc.property(anyMove, ({ document, keys, place }) => {
        const next = moveSteps(document, keys, place);
        const after = locateSteps(next);
        expect([...after.keys()].toSorted()).toEqual(keysOf(document).toSorted());
        for (const [step, { node }] of locateSteps(document)) {
          expect(after.get(step)?.node.fields).toBe(node.fields);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("keeps the order among the moved steps, and among those that stayed, in every list", () => {
    fc.assert(
      fc.property(anyMove, ({ document, keys, place }) => {
        const next = moveSteps(document, keys, place);
        if (next === document) return;
        const moved = topmostSteps(document, keys).map((node) => node.key);
        for (const list of everyList(document)) {
          const stayed = findList(document, list)?.filter((node) => !moved.includes(node.key)) ?? [];
          const now = findList(next, list) ?? [];
          const kept = now.filter((node) => !moved.includes(node.key));
          expect(kept.map((node) => node.key)).toEqual(stayed.map((node) => node.key));
        }
        const landed = findList(next, place.list)?.filter((node) => moved.includes(node.key)) ?? [];
        expect(landed.map((node) => node.key)).toEqual(moved);
      }),
      { numRuns: 400 },
    );
  });

  it("is refused with a reason or lands in the gap", () => {
    fc.assert(
      fc.property(anyMove, ({ document, keys, place }) => {
        const moved = topmostSteps(document, keys);
        const next = moveSteps(document, keys, place);
        const [first] = moved;
        if (!first || refusePlace(document, keys, place)) {
          expect(next).toBe(document);
          return;
        }
        const before = findList(document, place.list)?.slice(0, place.index) ?? [];
        const stayedBefore = before.filter((node) => !moved.includes(node)).length;
        expect(findList(next, place.list)?.[stayedBefore]?.key).toBe(first.key);
      }),
      { numRuns: 400 },
    );
  });

  it("shares what it does not touch, and returns the same document when nothing changes", () => {
    fc.assert(
      fc.property(anyMove, ({ document, keys, place }) => {
        const next = moveSteps(document, keys, place);
        const isSameOrder = keysOf(next).join("\n") === keysOf(document).join("\n");
        const levels = (of: FlowDocument) => [...locateSteps(of).values()].map(({ level }) => level).join();
        if (isSameOrder && levels(next) === levels(document)) {
          const parents = (of: FlowDocument) =>
            JSON.stringify([...locateSteps(of).values()].map(({ list }) => list));
          if (parents(next) === parents(document)) expect(next).toBe(document);
        }
        const touched = new Set(topmostSteps(document, keys).map((node) => node.key));
        for (const node of document.steps) {
          const isFar =
            !keysWithin(node).some((inside) => touched.has(inside)) &&
            !(place.list.type === "branch" && keysWithin(node).includes(place.list.step));
          if (isFar) expect(locateSteps(next).get(node.key)?.node).toBe(node);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("stays within the depth that a flow may have", () => {
    const deep = parseFlow({
      name: "f",
      flowSteps: [...buildDeepFlow(6).flowSteps, ...buildDeepFlow(5).flowSteps],
    });
    const lists = everyList(deep);
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), fc.nat(), (steps, list) => {
        const keys = steps.map((pick) => keysOf(deep)[pick % keysOf(deep).length] ?? key(""));
        const next = moveSteps(deep, keys, { list: lists[list % lists.length] ?? ROOT, index: 0 });
        for (const { node, level } of locateSteps(next).values()) {
          expect(level + (node.branches ? 1 : 0)).toBeLessThanOrEqual(MAX_LEVEL);
        }
      }),
      { numRuns: 300 },
    );
  });
});
