import { expect, test } from "vitest";
import { buildConditional, buildFlow, buildStep } from "#core/flow-builder.ts";
import { type StepKey, parseFlow } from "#core/flow-document.ts";
import type { StepLink } from "#client/features/flow-editor/problems/step-links.ts";
import { drawThread } from "./draw-threads.ts";
import { findThreads } from "./find-threads.ts";
import { flattenSteps } from "./step-rows.ts";

// Rows: fetch, route, then, inner, else, last.
const flow = parseFlow(
  buildFlow("Flow", [buildStep("fetch"), buildConditional("route", [buildStep("inner")]), buildStep("last")]),
);
const threadsOf = (
  key: string,
  reads: readonly StepLink[],
  readBy: readonly StepLink[],
  ...folded: string[]
) => findThreads(flow, flattenSteps(flow, new Set(folded as StepKey[])), key as StepKey, { reads, readBy });
const link = (step: string | undefined, state: StepLink["state"] = "surely"): StepLink => ({
  name: "page",
  state,
  step: step as StepKey | undefined,
});

test("threads run between rows, from the step that sets to the one that reads", () => {
  expect(threadsOf("inner", [link("fetch"), link(undefined, "input")], [link("last", "maybe")])).toEqual([
    { from: { row: 0, level: 0 }, to: { row: 3, level: 1 }, state: "surely" },
    { from: { row: 3, level: 1 }, to: { row: 5, level: 0 }, state: "maybe" },
  ]);
});

test("what is folded away is tied to the conditional around it, and a step that is, to nothing", () => {
  expect(threadsOf("fetch", [], [link("inner")], "route")).toEqual([
    { from: { row: 0, level: 0 }, to: { row: 1, level: 0 }, state: "surely" },
  ]);
  expect(threadsOf("inner", [link("fetch")], [], "route")).toEqual([]);
});

test("between two rows there is one thread, the surest, and one that is broken", () => {
  const links = [link("fetch", "maybe"), link("fetch"), link("fetch", "unset"), link("fetch", "unset")];
  expect(threadsOf("last", links, []).map(({ state }) => state)).toEqual(["surely", "unset"]);
});

test("a thread leaves a station below its middle and reaches the other above it, through the margin", () => {
  const ends = { from: { row: 0, level: 0 }, to: { row: 2, level: 1 } };
  const measures = { rowHeight: 40, indent: 28 };
  const { path, start, end } = drawThread({ ...ends, state: "surely" }, measures);
  expect([start.y, end.y]).toEqual([26, 94]);
  expect(end.x - start.x).toBe(28);
  expect(path).toBe("M17.4 26H12Q7 26 7 31V89Q7 94 12 94H45.4");
  expect(drawThread({ ...ends, state: "unset" }, measures).path).toMatch(/Q3 26 3 31V95/);
});
