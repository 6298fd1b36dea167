import { describe, expect, test } from "vitest";
import { applyCommand } from "#core/command.ts";
import type { JsonObject } from "#core/json.ts";
import { sampleStepTypes as types } from "#core/references/sample-step-types.ts";
import { analyse } from "./analyse.ts";
import { findRepairs } from "./find-repairs.ts";
import { either, flowOf, off, prompt, python, saves, script, sets, template } from "./short-flow.ts";

const fetch = sets("Fetch", "page");
const sum = prompt("Sum", "{{page}}", "summary");
const clean = prompt("Clean", "{{page}}", "text");
const end = prompt("End", "Go.");

type Repaired = [what: string, steps: readonly JsonObject[], ...labels: string[]];

/** The repairs of the first problem that is no mere information. */
function repair(steps: readonly JsonObject[]) {
  const analysis = analyse(flowOf(...steps), types);
  const problem = analysis.problems.find(({ severity }) => severity !== "info");
  if (!problem) throw new Error("The flow has no problem.");
  return { analysis, problem, repairs: findRepairs(analysis, problem, types) };
}

describe("each repair makes its problem go away and no new one", () => {
  test.each<Repaired>([
    ["read before it is set", [sum, end, fetch], "Move Fetch above Sum", "Move Sum below Fetch"],
    [
      "what sets it needs another",
      [sets("A", "a"), saves("Sum", "text"), end, prompt("Fetch", "{{a}}", "page"), clean],
      "Move Clean and a step that it needs above Sum",
      "Move Sum below Clean",
    ],
    [
      "who reads it is read itself",
      [sum, prompt("Tell", "{{summary}}"), fetch],
      "Move Fetch above Sum",
      "Move Sum and a step that needs it below Fetch",
    ],
    [
      "set inside a later conditional",
      [sum, either("If", "x", [fetch])],
      "Move If above Sum",
      "Move Sum below If",
    ],
    [
      "read inside a conditional, set after it",
      [either("If", "x", [sum]), fetch],
      "Move Fetch above If",
      "Move If below Fetch",
    ],
    [
      "a condition that reads what is set inside",
      [either("If", "page", [fetch, end])],
      "Move Fetch above If",
    ],
    ["set in the other branch", [either("If", "x", [fetch, end], [sum])], "Move Fetch above If"],
    ["set by a step that is off", [off(fetch), sum], "Switch on Fetch"],
    ["set inside a conditional that is off", [off(either("If", "x", [fetch])), sum], "Switch on If"],
    [
      "set by a step that is off inside one that is off",
      [off(either("If", "x", [off(fetch)])), sum],
      "Switch on 2 steps",
    ],
    [
      "by name",
      [prompt("Sum", "{{Fetch}}"), sets("Fetch", "page")],
      "Move Fetch above Sum",
      "Move Sum below Fetch",
    ],
    [
      "a near miss",
      [sets("Fetch", "summary"), prompt("Sum", "{{sumary}} {{summary}}")],
      "Change to “summary”",
    ],
    [
      "a near miss in several steps",
      [sets("Fetch", "summary"), prompt("Sum", "{{sumary}} {{summary}}"), script("Add", "return sumary.x")],
      "Change to “summary”",
      "Change in all 2 steps",
    ],
    ["a secret", [prompt("Sum", "Hi {{ secrets : KEY }}")], "Write it as {{secret:…}}"],
    ["a secret in Liquid", [template("Sum", "{{secrets:KEY}}")], "Write it as {{secret:…}}"],
  ])("%s", (_, steps, ...labels) => {
    const { analysis, problem, repairs } = repair(steps);
    expect(repairs.map(({ label }) => label)).toEqual(labels);
    for (const { command } of repairs) {
      const after = analyse(applyCommand(analysis.document, command), types).problems;
      const same = after.filter(
        ({ code, step, name }) => code === problem.code && step === problem.step && name === problem.name,
      );
      expect(same).toEqual([]);
      const count = (list: typeof after) => list.filter(({ severity }) => severity !== "info").length;
      expect(count(after)).toBeLessThan(count(analysis.problems));
    }
  });

  test.each<Repaired>([
    ["a step that reads what it sets", [script("Add", "return n", "n")]],
    ["two steps that read each other", [prompt("A", "{{b}}", "a"), prompt("B", "{{a}}", "b")]],
    ["code that does not parse", [script("Add", "return (")]],
    ["a template that is never closed", [prompt("Sum", "{{page")]],
  ])("%s can only be mended by its author", (_, steps) => {
    expect(repair(steps).repairs).toEqual([]);
  });
});

test("a problem of a flow with code that nobody can read is mended like any other", () => {
  expect(repair([python("Code"), sum, fetch]).repairs.map(({ label }) => label)).toEqual([
    "Move Fetch above Sum",
    "Move Sum below Fetch",
  ]);
});
