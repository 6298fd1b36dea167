import { expect, it } from "vitest";
import type { StepKey } from "#core/flow-document.ts";
import { formatMending, listMendings, parseMending, shareMendings } from "./mending-choices.ts";

const reader = (isRemovable: boolean, ...names: readonly string[]) => ({
  step: "reader" as StepKey,
  name: "page",
  references: [],
  isRemovable,
  others: names.map((name) => ({ name, setBy: `by ${name}` as StepKey })),
});

it("a choice comes back from its option as it was, whatever the variable is called", () => {
  for (const to of ["body", "keep", "remove", "read body", "__proto__", "a b"]) {
    expect(parseMending(formatMending({ type: "rebind", to }))).toEqual({ type: "rebind", to });
  }
  for (const type of ["keep", "remove"] as const) {
    expect(parseMending(formatMending({ type }))).toEqual({ type });
  }
});

it("offers to keep first, to take out only where that can be, and a bounded number of variables", () => {
  const labels = (dependent: ReturnType<typeof reader>) =>
    listMendings(dependent, ({ setBy }) => setBy).map(({ label }) => label);
  expect(labels(reader(true, "body"))).toEqual([
    "Keep it, as a problem",
    "Take it out of the text",
    "Read “body”, set by by body",
  ]);
  expect(labels(reader(false))).toEqual(["Keep it, as a problem"]);
  const many = Array.from({ length: 1000 }, (_, index) => `v${index}`);
  expect(labels(reader(false, ...many)).length).toBeLessThan(200);
});

it("for all at once: what all of them can read, and taking out where any of them can", () => {
  const shared = shareMendings([reader(false, "a", "b", "c"), reader(true, "c", "b")]);
  expect(shared.isRemovable).toBe(true);
  expect(shared.others.map(({ name }) => name)).toEqual(["b", "c"]);
  expect(shareMendings([])).toEqual({ isRemovable: false, others: [] });
});
