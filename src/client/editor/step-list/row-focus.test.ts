import { expect, test } from "vitest";
import { parseOutline } from "#core/testing/flow-builder.ts";
import { type StepKey } from "#core/document/flow-document.ts";
import { buildBranchRowId, flattenStepsToRows, buildStepRowId } from "./step-rows.ts";
import { findEffectOfStepListRowKey } from "./row-focus.ts";

const key = (text: string) => text as StepKey;
const step = (text: string) => buildStepRowId(key(text));
const document = parseOutline("fetch route(queue) notify");
const open = flattenStepsToRows(document, new Set());
const folded = flattenStepsToRows(document, new Set([key("route")]));
const focus = (id: string) => ({ type: "focus", id });

test("vertical keys move over every row, including branch headings, and stop at the ends", () => {
  expect(findEffectOfStepListRowKey(open, step("route"), "ArrowDown")).toEqual(
    focus(buildBranchRowId(key("route"), "trueSteps")),
  );
  expect(findEffectOfStepListRowKey(open, step("notify"), "ArrowUp")).toEqual(
    focus(buildBranchRowId(key("route"), "falseSteps")),
  );
  expect(findEffectOfStepListRowKey(open, step("fetch"), "ArrowUp")).toEqual(focus(step("fetch")));
  expect(findEffectOfStepListRowKey(open, step("fetch"), "End")).toEqual(focus(step("notify")));
  expect(findEffectOfStepListRowKey(open, step("notify"), "PageUp")).toEqual(focus(step("fetch")));
});

test("Left folds a conditional, or moves the focus from a nested step to its conditional", () => {
  expect(findEffectOfStepListRowKey(open, step("route"), "ArrowLeft")).toEqual({
    type: "fold",
    key: "route",
  });
  expect(findEffectOfStepListRowKey(open, step("queue"), "ArrowLeft")).toEqual(focus(step("route")));
  expect(findEffectOfStepListRowKey(open, buildBranchRowId(key("route"), "falseSteps"), "ArrowLeft")).toEqual(
    focus(step("route")),
  );
  expect(findEffectOfStepListRowKey(folded, step("route"), "ArrowLeft")).toBeUndefined();
  expect(findEffectOfStepListRowKey(open, step("fetch"), "ArrowLeft")).toBeUndefined();
});

test("Right unfolds a folded conditional, or moves the focus into an unfolded one", () => {
  expect(findEffectOfStepListRowKey(folded, step("route"), "ArrowRight")).toEqual({
    type: "unfold",
    key: "route",
  });
  expect(findEffectOfStepListRowKey(open, step("route"), "ArrowRight")).toEqual(
    focus(buildBranchRowId(key("route"), "trueSteps")),
  );
  expect(findEffectOfStepListRowKey(open, step("queue"), "ArrowRight")).toBeUndefined();
});

test("other keys and missing rows are ignored", () => {
  expect(findEffectOfStepListRowKey(open, step("queue"), "x")).toBeUndefined();
  expect(findEffectOfStepListRowKey(folded, step("queue"), "ArrowDown")).toBeUndefined();
});
