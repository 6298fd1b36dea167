import { expect, test } from "vitest";
import type { StepKey } from "#core/flow-document.ts";
import { createStepSelection, onlySelected } from "./step-selection.ts";

const [a, b, c, d] = ["a", "b", "c", "d"] as unknown as readonly [StepKey, StepKey, StepKey, StepKey];
const visible = [a, b, c, d];
const selected = (selection: ReturnType<typeof createStepSelection>) => [...selection.getState().keys];

test("a range goes from where it began, up and down, and gives back what it leaves", () => {
  const selection = createStepSelection(b);
  selection.extendTo(d, visible);
  expect(selected(selection)).toEqual([b, c, d]);
  selection.extendTo(c, visible);
  expect(selected(selection)).toEqual([b, c]);
  selection.extendTo(a, visible);
  expect(selected(selection)).toEqual([a, b]);
});

test("a range that adds keeps what was selected besides", () => {
  const selection = createStepSelection(a);
  selection.toggle(c);
  selection.extendTo(d, visible, { add: true });
  expect(selected(selection)).toEqual([a, c, d]);
});

test("a range that began in what is folded away now begins anew", () => {
  const selection = createStepSelection(b);
  selection.extendTo(d, [a, c, d]);
  expect(selected(selection)).toEqual([d]);
  expect(selection.getState().anchor).toBe(d);
});

test("one alone is shown in the inspector, several are not, and one that is being gathered is not", () => {
  const selection = createStepSelection(undefined);
  expect(onlySelected(selection.getState())).toBeUndefined();
  selection.selectOnly(a);
  expect(onlySelected(selection.getState())).toBe(a);
  selection.toggle(b);
  expect(onlySelected(selection.getState())).toBeUndefined();
  selection.gather(c);
  expect(onlySelected(selection.getState())).toBeUndefined();
});

test("gathering ends with the last step that is taken away", () => {
  const selection = createStepSelection(undefined);
  selection.gather(a);
  selection.toggle(b);
  selection.toggle(a);
  expect(selection.getState().isGathering).toBe(true);
  selection.toggle(b);
  expect(selection.getState().isGathering).toBe(false);
  selection.selectOnly(c);
  expect(onlySelected(selection.getState())).toBe(c);
});

test("folding is kept apart from what is selected", () => {
  const selection = createStepSelection(a);
  selection.fold(b);
  selection.fold(b);
  expect([...selection.getState().folded]).toEqual([b]);
  selection.unfold(b);
  expect(selection.getState().folded.size).toBe(0);
  expect(selected(selection)).toEqual([a]);
});
