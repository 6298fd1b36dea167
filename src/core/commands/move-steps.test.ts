import * as fc from "fast-check";
import { expect, it } from "vitest";
import {
  TEST_CASE_COUNT_MULTIPLIER,
  convertRandomFlowEditToCommand,
  editArbitrary,
  flowArbitrary,
  buildFlowOfNestedConditionals,
  listAllStepListReferences,
} from "#core/testing/arbitrary-flow.ts";
import { parseOutline, buildConditional } from "#core/testing/flow-builder.ts";
import { type FlowDocument, type StepKey, parseFlowDocument } from "#core/document/flow-document.ts";
import { applyMoveStepsCommand } from "#core/testing/apply-move.ts";
import { findMoveRefusalReason } from "#core/document/step-place.ts";
import { getTopmostSteps } from "#core/document/topmost-steps.ts";
import {
  type StepPlace,
  ROOT_STEP_LIST_REF,
  findStepList,
  listKeysOfStepAndNestedSteps,
  getLocationsOfAllSteps,
} from "#core/document/step-list.ts";

const key = (text: string) => text as StepKey;
const keysOf = (document: FlowDocument) => [...getLocationsOfAllSteps(document).keys()];

const anyMove = fc
  .tuple(
    flowArbitrary,
    editArbitrary.map((edit) => ({ ...edit, type: "moveSteps" as const })),
  )
  .map(([source, edit]) => {
    const document = parseFlowDocument(source);
    const command = convertRandomFlowEditToCommand(document, edit, 0);
    if (command.type !== "moveSteps") throw new Error("not a move");
    return { document, keys: command.keys, place: command.place };
  });

const flow = parseOutline("a b if(c|d) e");
const then = { type: "branch", step: key("if"), branch: "trueSteps" } as const;

it("moving steps refuses to move a step into itself", () => {
  expect(findMoveRefusalReason(flow, [key("if")], { list: then, index: 0 })).toBe("inside-itself");
  expect(applyMoveStepsCommand(flow, [key("if")], { list: then, index: 0 })).toBe(flow);
});

it("moving steps refuses to move steps beyond the maximum depth", () => {
  const deep = parseFlowDocument(buildFlowOfNestedConditionals());
  const bottom = { type: "branch", step: key("level-10"), branch: "falseSteps" } as const;
  expect(findMoveRefusalReason(deep, [key("beside")], { list: bottom, index: 0 })).toBeUndefined();
  const deeper = parseFlowDocument({
    name: "f",
    flowSteps: [...buildFlowOfNestedConditionals().flowSteps, buildConditional("another", [])],
  });
  expect(findMoveRefusalReason(deeper, [key("another")], { list: bottom, index: 0 })).toBe("too-deep");
  expect(applyMoveStepsCommand(deeper, [key("another")], { list: bottom, index: 0 })).toBe(deeper);
});

it("moving steps refuses a position that does not exist", () => {
  const nowhere: StepPlace[] = [
    { list: { type: "branch", step: key("a"), branch: "trueSteps" }, index: 0 },
    { list: ROOT_STEP_LIST_REF, index: 5 },
    { list: ROOT_STEP_LIST_REF, index: -1 },
  ];
  expect(nowhere.map((place) => findMoveRefusalReason(flow, [key("b")], place))).toEqual(
    nowhere.map(() => "no-such-place"),
  );
});

it("moving steps changes nothing for missing steps", () => {
  expect(applyMoveStepsCommand(flow, [key("zzz")], { list: ROOT_STEP_LIST_REF, index: 0 })).toBe(flow);
});

it("any move of any steps of any flow keeps the order of the moved steps, and of the other steps in every list", () => {
  fc.assert(
    fc.property(anyMove, ({ document, keys, place }) => {
      const next = applyMoveStepsCommand(document, keys, place);
      if (next === document) return;
      const moved = getTopmostSteps(document, keys).map((node) => node.key);
      for (const list of listAllStepListReferences(document)) {
        const stayed = findStepList(document, list)?.filter((node) => !moved.includes(node.key)) ?? [];
        const now = findStepList(next, list) ?? [];
        const remaining = now.filter((node) => !moved.includes(node.key));
        expect(remaining.map((node) => node.key)).toEqual(stayed.map((node) => node.key));
      }
      const landed = findStepList(next, place.list)?.filter((node) => moved.includes(node.key)) ?? [];
      expect(landed.map((node) => node.key)).toEqual(moved);
    }),
    { numRuns: 400 * TEST_CASE_COUNT_MULTIPLIER },
  );
});

it("any move of any steps of any flow is refused with a reason, or puts the steps at the requested place", () => {
  fc.assert(
    fc.property(anyMove, ({ document, keys, place }) => {
      const moved = getTopmostSteps(document, keys);
      const next = applyMoveStepsCommand(document, keys, place);
      const [first] = moved;
      if (!first || findMoveRefusalReason(document, keys, place)) {
        expect(next).toBe(document);
        return;
      }
      const before = findStepList(document, place.list)?.slice(0, place.index) ?? [];
      const stayedBefore = before.filter((node) => !moved.includes(node)).length;
      expect(findStepList(next, place.list)?.[stayedBefore]?.key).toBe(first.key);
    }),
    { numRuns: 400 * TEST_CASE_COUNT_MULTIPLIER },
  );
});

it("any move of any steps of any flow shares unchanged steps, and returns the same document if nothing changes", () => {
  fc.assert(
    fc.property(anyMove, ({ document, keys, place }) => {
      const next = applyMoveStepsCommand(document, keys, place);
      const isSameOrder = keysOf(next).join("\n") === keysOf(document).join("\n");
      const levels = (of: FlowDocument) =>
        [...getLocationsOfAllSteps(of).values()].map(({ level }) => level).join();
      if (isSameOrder && levels(next) === levels(document)) {
        const parents = (of: FlowDocument) =>
          JSON.stringify([...getLocationsOfAllSteps(of).values()].map(({ list }) => list));
        if (parents(next) === parents(document)) expect(next).toBe(document);
      }
      const touched = new Set(getTopmostSteps(document, keys).map((node) => node.key));
      for (const node of document.steps) {
        const isFar =
          !listKeysOfStepAndNestedSteps(node).some((inside) => touched.has(inside)) &&
          !(place.list.type === "branch" && listKeysOfStepAndNestedSteps(node).includes(place.list.step));
        if (isFar) expect(getLocationsOfAllSteps(next).get(node.key)?.node).toBe(node);
      }
    }),
    { numRuns: 400 * TEST_CASE_COUNT_MULTIPLIER },
  );
});
