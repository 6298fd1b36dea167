import { expect, it } from "vitest";
import type { StepKey } from "#core/document/flow-document.ts";
import {
  formatReferenceFixAsOptionValue,
  listLostReferenceFixSelectOptions,
  parseReferenceFixOptionValue,
  findReferenceFixesOfAllDependentSteps,
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
    expect(parseReferenceFixOptionValue(formatReferenceFixAsOptionValue({ type: "rebind", to }))).toEqual({
      type: "rebind",
      to,
    });
  }
  for (const type of ["keep", "remove"] as const) {
    expect(parseReferenceFixOptionValue(formatReferenceFixAsOptionValue({ type }))).toEqual({ type });
  }
});

it("the fixes are: keep the reference, remove it if possible, then a limited number of variables", () => {
  const labels = (dependent: ReturnType<typeof reader>) =>
    listLostReferenceFixSelectOptions(dependent, ({ setBy }) => setBy).map(({ label }) => label);
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
  const shared = findReferenceFixesOfAllDependentSteps([
    reader(false, "a", "b", "c"),
    reader(true, "c", "b"),
  ]);
  expect(shared.isRemovable).toBe(true);
  expect(shared.others.map(({ name }) => name)).toEqual(["b", "c"]);
  expect(findReferenceFixesOfAllDependentSteps([])).toEqual({ isRemovable: false, others: [] });
});
