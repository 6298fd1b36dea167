import { expect, it } from "vitest";
import type { StepKey } from "#core/document/flow-document.ts";
import {
  formatReferenceFixValue,
  listReferenceFixOptions,
  parseReferenceFixOptionValue,
  findFixesOfDependentSteps,
} from "./dependents-dialog.tsx";

const reader = (isRemovable: boolean, ...names: readonly string[]) => ({
  step: "reader" as StepKey,
  name: "page",
  references: [],
  isRemovable,
  others: names.map((name) => ({ name, setBy: `by ${name}` as StepKey })),
});

it("a fix that is formatted and parsed stays the same, for any variable name", () => {
  for (const to of ["body", "keep", "remove", "read body", "__proto__", "a b"]) {
    expect(parseReferenceFixOptionValue(formatReferenceFixValue({ type: "rebind", to }))).toEqual({
      type: "rebind",
      to,
    });
  }
  for (const type of ["keep", "remove"] as const) {
    expect(parseReferenceFixOptionValue(formatReferenceFixValue({ type }))).toEqual({ type });
  }
});

it("the fixes are: keep the reference, remove it if possible, then a limited number of variables", () => {
  const labels = (dependent: ReturnType<typeof reader>) =>
    listReferenceFixOptions(dependent, ({ setBy }) => setBy).map(({ label }) => label);
  expect(labels(reader(true, "body"))).toEqual([
    "Leave as is",
    "Remove the reference",
    "Use “body”, set by by body",
  ]);
  expect(labels(reader(false))).toEqual(["Leave as is"]);
  const many = Array.from({ length: 1000 }, (_, index) => `v${index}`);
  expect(labels(reader(false, ...many)).length).toBeLessThan(200);
});

it("the fixes for all references are the variables that every step can read, and removal if one step allows it", () => {
  const shared = findFixesOfDependentSteps([reader(false, "a", "b", "c"), reader(true, "c", "b")]);
  expect(shared.isRemovable).toBe(true);
  expect(shared.others.map(({ name }) => name)).toEqual(["b", "c"]);
  expect(findFixesOfDependentSteps([])).toEqual({ isRemovable: false, others: [] });
});
