import { describe, expect, test } from "vitest";
import {
  type ProblemCase,
  either,
  off,
  prompt,
  python,
  saves,
  script,
  sets,
  tellProblems,
} from "./short-flow.ts";

const fetch = sets("Fetch", "page");
const sum = prompt("Sum", "{{page}}", "summary");
const end = prompt("End", "{{summary}}");

describe("a variable that two steps set", () => {
  test.each<ProblemCase>([
    [
      "with a reader after",
      [fetch, sets("Load", "page"), sum],
      "info never-read at fetch",
      "info shadowed at load",
    ],
    [
      "with a reader between",
      [fetch, sum, sets("Load", "page"), saves("Save", "page"), end],
      "info shadowed at load",
    ],
    ["in both branches", [either("If", "x", [fetch], [sets("Load", "page")]), sum]],
    ["where the first is off", [off(fetch), sets("Load", "page"), sum]],
    ["where the second is off", [fetch, off(sets("Load", "page")), sum]],
    [
      "before a conditional and in one branch of it",
      [fetch, either("If", "x", [sets("Load", "page")]), sum],
      "info shadowed at load",
    ],
  ])("%s", (_, steps, ...problems) => {
    expect(tellProblems(...steps)).toEqual(problems);
  });
});

describe("a result that nothing reads", () => {
  test.each<ProblemCase>([
    ["in the middle", [fetch, sets("Other", "x"), sum], "info never-read at other"],
    [
      "in a branch in the middle",
      [either("If", "a", [sets("Other", "x")]), fetch, sum],
      "info never-read at other",
    ],
    [
      "overwritten before anybody reads it",
      [fetch, sets("Load", "page"), sum],
      "info never-read at fetch",
      "info shadowed at load",
    ],
    [
      "read only by the text of a comment",
      [sets("A", "x"), script("B", "// x\nreturn 1")],
      "info never-read at a",
    ],
  ])("%s", (_, steps, ...problems) => {
    expect(tellProblems(...steps)).toEqual(problems);
  });

  test.each<ProblemCase>([
    ["is the flow's last", [fetch, sum]],
    ["is the last of those that are on", [sets("A", "x"), off(prompt("B", "Go.", "y"))]],
    [
      "is the last of either branch of the last conditional",
      [either("If", "a", [sets("A", "x")], [sets("B", "y")])],
    ],
    ["belongs to a step that is off", [off(sets("A", "x")), fetch, sum]],
    ["is read by a step that is off", [fetch, off(sum), sets("Z", "z")]],
    ["is read too early: that is said there", [sum, fetch, end], "error read-before-set at sum"],
    ["is read by the step's name", [sets("A", "x"), prompt("B", "{{A}}")]],
    ["may be read by code that takes all", [sets("A", "x"), script("B", "return JSON.stringify(input)")]],
    ["may be read by code that makes the name", [sets("A", "x"), script("B", "return variables[name]")]],
    ["may be read by Python", [sets("A", "x"), python("Code")]],
    [
      "may be read by code that does not parse",
      [sets("A", "x"), script("B", "return (")],
      "error bad-code at b",
    ],
    [
      "may be read in a branch that takes all",
      [sets("A", "x"), either("If", "a", [script("B", "return input")]), sets("Z", "z")],
    ],
    [
      "may be read by a step that is off and takes all",
      [sets("A", "x"), off(script("B", "return input")), sets("Z", "z")],
    ],
  ])("is none where it %s", (_, steps, ...problems) => {
    expect(tellProblems(...steps)).toEqual(problems);
  });

  test("code that takes all sees neither what comes later nor the other branch", () => {
    const all = script("B", "return JSON.stringify(input)");
    expect(tellProblems(all, sets("A", "x"), sets("Z", "z"))).toEqual(["info never-read at a"]);
    expect(tellProblems(either("If", "a", [sets("A", "x")], [all]), sets("Z", "z"))).toEqual([
      "info never-read at a",
    ]);
  });
});
