import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  convertRandomFlowEditToCommand,
  editArbitrary,
  flowArbitrary,
  listAllStepListReferences,
} from "#core/testing/arbitrary-flow.ts";
import { parseOutline, buildDocument, buildStep } from "#core/testing/flow-builder.ts";
import { type StepKey, parseFlowDocument } from "./flow-document.ts";
import { applyMoveStepsCommand } from "#core/testing/apply-move.ts";
import { findMoveRefusalReason } from "./step-place.ts";
import { getTopmostSteps } from "./topmost-steps.ts";
import { type StepPlace, ROOT_STEP_LIST_REF, findStepList, isSameStepListRef } from "./step-list.ts";
import {
  describeDroppedPlace,
  describeTargetPlace,
  describeStepPlace,
  listStepPlaces,
} from "./step-place.ts";

const key = (text: string) => text as StepKey;
const flow = parseOutline("fetch route(score clean|split(mail)) log");
const branch = (step: string, branch: "trueSteps" | "falseSteps") =>
  ({ type: "branch", step: key(step), branch }) as const;
const then = branch("route", "trueSteps");

it("the possible positions for a step in a flow are in document order, with positions inside a conditional before the position after it", () => {
  expect(listStepPlaces(flow).map((place) => describeTargetPlace(flow, place))).toEqual([
    "before “Fetch”",
    "before “Route”",
    "in “Route” › then, first",
    "in “Route” › then, before “Clean”",
    "in “Route” › then, last",
    "in “Route” › else, first",
    "in “Route” › else › “Split” › then, first",
    "in “Route” › else › “Split” › then, last",
    "in “Route” › else › “Split” › else, first",
    "in “Route” › else, last",
    "before “Log”",
    "at the end",
  ]);
});

it("the possible positions for a step in a flow exclude branches that are not lists of steps, and include one position in an empty flow", () => {
  const closed = buildStep("if", { type: "conditional", config: { trueSteps: "?", falseSteps: [] } });
  expect(listStepPlaces(buildDocument(closed))).toHaveLength(3);
  const empty = parseOutline("");
  expect(listStepPlaces(empty).map((place) => describeTargetPlace(empty, place))).toEqual(["at the end"]);
});

it("the possible positions for a step in a flow are described relative to the steps that stay in place", () => {
  const say = (place: StepPlace, ...moved: string[]) => describeTargetPlace(flow, place, moved.map(key));
  expect(say({ list: ROOT_STEP_LIST_REF, index: 0 }, "fetch")).toBe("before “Route”");
  expect(say({ list: ROOT_STEP_LIST_REF, index: 2 }, "log")).toBe("at the end");
  expect(say({ list: then, index: 1 }, "score", "clean")).toBe("in “Route” › then, first");
  expect(say({ list: then, index: 1 }, "clean")).toBe("in “Route” › then, last");
  expect(say({ list: then, index: 1 }, "score")).toBe("in “Route” › then, first");
});

it("the position of a step is its index in its list, with the path of branches", () => {
  expect(describeStepPlace(flow, key("route"))).toBe("position 2 of 3");
  expect(describeStepPlace(flow, key("clean"))).toBe("position 2 of 2, in “Route” then");
  expect(describeStepPlace(flow, key("mail"))).toBe("position 1 of 1, in “Route” else, “Split” then");
});

it("the position of a step is empty for a missing step", () => {
  expect(describeStepPlace(flow, key("gone"))).toBe("");
});

describe("the target position of a move", () => {
  const say = (place: StepPlace, ...moved: string[]) => describeDroppedPlace(flow, place, moved.map(key));

  it("is described as it will be after the move", () => {
    expect(say({ list: ROOT_STEP_LIST_REF, index: 0 }, "log")).toBe("position 1 of 3, before “Fetch”");
    expect(say({ list: ROOT_STEP_LIST_REF, index: 3 }, "fetch")).toBe("position 3 of 3, at the end");
    expect(say({ list: then, index: 0 }, "log")).toBe("position 1 of 3, in “Route” then, before “Score”");
    expect(say({ list: then, index: 2 }, "score", "log")).toBe(
      "position 2 of 3, in “Route” then, at the end",
    );
  });

  it("equals the actual position after any move of any flow", () => {
    fc.assert(
      fc.property(flowArbitrary, editArbitrary, (source, edit) => {
        const document = parseFlowDocument(source);
        const command = convertRandomFlowEditToCommand(document, { ...edit, type: "moveSteps" }, 0);
        if (command.type !== "moveSteps") throw new Error("not a move");
        const { keys, place } = command;
        const [first] = getTopmostSteps(document, keys);
        if (!first || findMoveRefusalReason(document, keys, place)) return;
        const after = applyMoveStepsCommand(document, keys, place);
        const stands = describeStepPlace(after, first.key);
        expect(describeDroppedPlace(document, place, keys).startsWith(`${stands}, `)).toBe(true);
        const moved = new Set(getTopmostSteps(document, keys).map((node) => node.key));
        const list =
          listAllStepListReferences(after).find((other) => isSameStepListRef(other, place.list)) ??
          ROOT_STEP_LIST_REF;
        const isLast = findStepList(after, list)?.findLastIndex((node) => moved.has(node.key));
        const atEnd = isLast === (findStepList(after, list)?.length ?? 0) - 1;
        expect(describeDroppedPlace(document, place, keys).endsWith(", at the end")).toBe(atEnd);
      }),
      { numRuns: 400 },
    );
  });
});
