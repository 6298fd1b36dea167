import { expect, test } from "vitest";
import { applyEditCommand } from "#core/commands/edit-command.ts";
import type { JsonObject } from "#core/json/json.ts";
import { sampleStepTypeLookup as types } from "#core/testing/sample-step-types.ts";
import { analyzeFlow } from "./analyze.ts";
import { findQuickFixes } from "./find-quick-fixes.ts";
import {
  when,
  documentOf,
  off,
  prompt,
  python,
  record,
  script,
  setter,
  liquid,
} from "#core/testing/short-flow.ts";

const fetch = setter("Fetch", "page");
const sum = prompt("Sum", "{{page}}", "summary");
const clean = prompt("Clean", "{{page}}", "text");
const end = prompt("End", "Go.");

type Fixed = [what: string, steps: readonly JsonObject[], ...labels: string[]];

function quickFix(steps: readonly JsonObject[]) {
  const analysis = analyzeFlow(documentOf(...steps), types);
  const problem = analysis.problems.find(({ severity }) => severity !== "info");
  if (!problem) throw new Error("The flow has no problem.");
  return { analysis, problem, quickFixes: findQuickFixes(analysis, problem, types) };
}

test.each<Fixed>([
  ["read before it is set", [sum, end, fetch], "Move “Fetch” above “Sum”", "Move “Sum” below “Fetch”"],
  [
    "the step that sets the variable depends on another step",
    [setter("A", "a"), record("Sum", "text"), end, prompt("Fetch", "{{a}}", "page"), clean],
    "Move “Clean” and 1 dependency above “Sum”",
    "Move “Sum” below “Clean”",
  ],
  [
    "another step depends on the reading step",
    [sum, prompt("Tell", "{{summary}}"), end, fetch],
    "Move “Fetch” above “Sum”",
    "Move “Sum” and 1 dependent below “Fetch”",
  ],
  ["set inside a later conditional", [sum, when("If", "x", [fetch])], "Move “If” above “Sum”"],
  ["read inside a conditional, set after it", [when("If", "x", [sum]), fetch], "Move “Fetch” above “If”"],
  [
    "a condition that reads a variable set inside the conditional",
    [when("If", "page", [fetch, end])],
    "Move “Fetch” above “If”",
  ],
  ["set in the other branch", [when("If", "x", [fetch, end], [sum])], "Move “Fetch” above “If”"],
  ["set by a disabled step", [off(fetch), sum], "Switch on “Fetch”"],
  ["set inside a disabled conditional", [off(when("If", "x", [fetch])), sum], "Switch on “If”"],
  [
    "set by a disabled step inside a disabled conditional",
    [off(when("If", "x", [off(fetch)])), sum],
    "Switch on 2 steps",
  ],
  [
    "a step's result that is read by name",
    [prompt("Sum", "{{Fetch}}"), setter("Fetch", "page")],
    "Move “Fetch” above “Sum”",
  ],
  [
    "a misspelled variable",
    [setter("Fetch", "summary"), prompt("Sum", "{{sumary}} {{summary}}")],
    "Change to “summary”",
  ],
  [
    "a misspelled variable in several steps",
    [setter("Fetch", "summary"), prompt("Sum", "{{sumary}} {{summary}}"), script("Add", "return sumary.x")],
    "Change to “summary”",
    "Change in all 2 steps",
  ],
  ["a misspelled secret", [prompt("Sum", "Hi {{ secrets : KEY }}")], "Change to {{secret:…}}"],
  ["an assignment in a condition", [when("If", "page.ok = 'yes' && true", [end])], "Change to ==="],
  ["an assignment in `when`", [prompt("End", "Go.", undefined, { when: "a = 1" })], "Change to ==="],
  ["a misspelled Liquid secret", [liquid("Sum", "{{secrets:KEY}}")], "Change to {{secret:…}}"],
])("each quick fix removes its problem and causes no other in the case “%s”", (_, steps, ...labels) => {
  const { analysis, problem, quickFixes } = quickFix(steps);
  expect(quickFixes.map(({ label }) => label)).toEqual(labels);
  for (const { command } of quickFixes) {
    const after = analyzeFlow(applyEditCommand(analysis.document, command), types).problems;
    const same = after.filter(
      ({ code, step, name }) => code === problem.code && step === problem.step && name === problem.name,
    );
    expect(same).toEqual([]);
    const count = (list: typeof after) => list.filter(({ severity }) => severity !== "info").length;
    expect(count(after)).toBeLessThan(count(analysis.problems));
  }
});

test.each<Fixed>([
  ["a step that reads a variable it sets", [script("Add", "return n", "n")]],
  ["two steps that read each other", [prompt("A", "{{b}}", "a"), prompt("B", "{{a}}", "b")]],
  ["code that does not parse", [script("Add", "return (")]],
  ["a template that is never closed", [prompt("Sum", "{{page")]],
])("each quick fix removes its problem and causes no other %s has no quick fix", (_, steps) => {
  expect(quickFix(steps).quickFixes).toEqual([]);
});

test("a flow with unparsable code still has quick fixes for other problems", () => {
  expect(quickFix([python("Code"), sum, fetch]).quickFixes.map(({ label }) => label)).toEqual([
    "Move “Fetch” above “Sum”",
  ]);
});
