import { expect, test } from "vitest";
import type { StepKey } from "#core/document/flow-document.ts";
import { createStepSelectionStore, findSingleSelectedStep } from "./step-selection.ts";

const [a, b, c, d] = ["a", "b", "c", "d"] as unknown as readonly [StepKey, StepKey, StepKey, StepKey];
const visible = [a, b, c, d];
const selected = (selection: ReturnType<typeof createStepSelectionStore>) => [...selection.getState().keys];

test("a range extends from its anchor in both directions, and deselects steps it no longer covers", () => {
  const selection = createStepSelectionStore(b);
  selection.extendTo(d, visible);
  expect(selected(selection)).toEqual([b, c, d]);
  selection.extendTo(c, visible);
  expect(selected(selection)).toEqual([b, c]);
  selection.extendTo(a, visible);
  expect(selected(selection)).toEqual([a, b]);
});

test("adding a range to the selection keeps the other selected steps", () => {
  const selection = createStepSelectionStore(a);
  selection.toggle(c);
  selection.extendTo(d, visible, { add: true });
  expect(selected(selection)).toEqual([a, c, d]);
});

test("if the anchor of a range is hidden in a folded conditional, the target becomes the new anchor", () => {
  const selection = createStepSelectionStore(b);
  selection.extendTo(d, [a, c, d]);
  expect(selected(selection)).toEqual([d]);
  expect(selection.getState().anchor).toBe(d);
});

test("the inspector shows a single selected step, but none of several and none in multi-select", () => {
  const selection = createStepSelectionStore(undefined);
  expect(findSingleSelectedStep(selection.getState())).toBeUndefined();
  selection.selectOnly(a);
  expect(findSingleSelectedStep(selection.getState())).toBe(a);
  selection.toggle(b);
  expect(findSingleSelectedStep(selection.getState())).toBeUndefined();
  selection.startMultiSelect(c);
  expect(findSingleSelectedStep(selection.getState())).toBeUndefined();
});

test("multi-select ends when the last step is deselected", () => {
  const selection = createStepSelectionStore(undefined);
  selection.startMultiSelect(a);
  selection.toggle(b);
  selection.toggle(a);
  expect(selection.getState().isMultiSelect).toBe(true);
  selection.toggle(b);
  expect(selection.getState().isMultiSelect).toBe(false);
  selection.selectOnly(c);
  expect(findSingleSelectedStep(selection.getState())).toBe(c);
});
