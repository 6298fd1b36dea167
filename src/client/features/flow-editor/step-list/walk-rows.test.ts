import { expect, test } from "vitest";
import { buildConditional, buildFlow, buildStep } from "#core/flow-builder.ts";
import { type StepKey, parseFlow } from "#core/flow-document.ts";
import { branchRowId, flattenSteps, stepRowId } from "./step-rows.ts";
import { walkRows } from "./walk-rows.ts";

const key = (text: string) => text as StepKey;
const step = (text: string) => stepRowId(key(text));
const document = parseFlow(
  buildFlow("f", [buildStep("fetch"), buildConditional("route", [buildStep("queue")]), buildStep("notify")]),
);
const open = flattenSteps(document, new Set());
const folded = flattenSteps(document, new Set([key("route")]));
const focus = (id: string) => ({ type: "focus", id });

test("up and down go over every row, the heads of branches included, and stop at the ends", () => {
  expect(walkRows(open, step("route"), "ArrowDown")).toEqual(focus(branchRowId(key("route"), "trueSteps")));
  expect(walkRows(open, step("notify"), "ArrowUp")).toEqual(focus(branchRowId(key("route"), "falseSteps")));
  expect(walkRows(open, step("fetch"), "ArrowUp")).toEqual(focus(step("fetch")));
  expect(walkRows(open, step("fetch"), "End")).toEqual(focus(step("notify")));
  expect(walkRows(open, step("notify"), "PageUp")).toEqual(focus(step("fetch")));
});

test("left folds a conditional, and from inside leads to it", () => {
  expect(walkRows(open, step("route"), "ArrowLeft")).toEqual({ type: "fold", key: "route" });
  expect(walkRows(open, step("queue"), "ArrowLeft")).toEqual(focus(step("route")));
  expect(walkRows(open, branchRowId(key("route"), "falseSteps"), "ArrowLeft")).toEqual(focus(step("route")));
  expect(walkRows(folded, step("route"), "ArrowLeft")).toBeUndefined();
  expect(walkRows(open, step("fetch"), "ArrowLeft")).toBeUndefined();
});

test("right unfolds a conditional, and then leads into it", () => {
  expect(walkRows(folded, step("route"), "ArrowRight")).toEqual({ type: "unfold", key: "route" });
  expect(walkRows(open, step("route"), "ArrowRight")).toEqual(focus(branchRowId(key("route"), "trueSteps")));
  expect(walkRows(open, step("queue"), "ArrowRight")).toBeUndefined();
});

test("other keys, and rows that are gone, mean nothing", () => {
  expect(walkRows(open, step("queue"), "x")).toBeUndefined();
  expect(walkRows(folded, step("queue"), "ArrowDown")).toBeUndefined();
});
