import { expect, test } from "vitest";
import { parseOutline } from "#core/testing/flow-builder.ts";
import { type StepKey } from "#core/document/flow-document.ts";
import type { StepVariableDependency } from "#client/editor/problems/step-dependencies.ts";
import { computeDependencyLinkPath, findDependencyLinks } from "./dependency-links.tsx";
import { flattenStepsToRows } from "./step-rows.ts";

const flow = parseOutline("fetch route(inner) last");
const linksOf = (
  key: string,
  reads: readonly StepVariableDependency[],
  readBy: readonly StepVariableDependency[],
  ...folded: string[]
) =>
  findDependencyLinks(flow, flattenStepsToRows(flow, new Set(folded as StepKey[])), key as StepKey, {
    reads,
    readBy,
  });
const link = (
  step: string | undefined,
  state: StepVariableDependency["state"] = "surely",
): StepVariableDependency => ({ name: "page", state, step: step as StepKey | undefined });

test("links run between rows, from the step that sets a variable to the step that reads it", () => {
  expect(linksOf("inner", [link("fetch"), link(undefined, "input")], [link("last", "maybe")])).toEqual([
    { from: { row: 0, level: 0 }, to: { row: 3, level: 1 }, state: "surely" },
    { from: { row: 3, level: 1 }, to: { row: 5, level: 0 }, state: "maybe" },
  ]);
});

test("links to a step in a folded conditional end at the conditional, and the hidden step has no links", () => {
  expect(linksOf("fetch", [], [link("inner")], "route")).toEqual([
    { from: { row: 0, level: 0 }, to: { row: 1, level: 0 }, state: "surely" },
  ]);
  expect(linksOf("inner", [link("fetch")], [], "route")).toEqual([]);
});

test("two rows are connected by at most two links: one for the most certain value, one for values that are never set", () => {
  const links = [link("fetch", "maybe"), link("fetch"), link("fetch", "unset"), link("fetch", "unset")];
  expect(linksOf("last", links, []).map(({ state }) => state)).toEqual(["surely", "unset"]);
});

test("a link runs through the margin, from the lower half of one node to the upper half of another", () => {
  const ends = { from: { row: 0, level: 0 }, to: { row: 2, level: 1 } };
  const measures = { rowHeight: 40, indent: 28 };
  const { path, start, end } = computeDependencyLinkPath({ ...ends, state: "surely" }, measures);
  expect([start.y, end.y]).toEqual([26, 94]);
  expect(end.x - start.x).toBe(28);
  expect(path).toBe(`M${start.x} 26H12Q7 26 7 31V89Q7 94 12 94H${end.x}`);
  expect(computeDependencyLinkPath({ ...ends, state: "unset" }, measures).path).toMatch(/Q3 26 3 31V95/);
});
