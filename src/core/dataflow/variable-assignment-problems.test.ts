import { expect, test } from "vitest";
import {
  type ProblemCase,
  when,
  off,
  prompt,
  record,
  script,
  setter,
  problemsOf,
} from "#core/testing/short-flow.ts";

const fetch = setter("Fetch", "page");
const sum = prompt("Sum", "{{page}}", "summary");
const end = prompt("End", "{{summary}}");

test.each<ProblemCase>([
  [
    "a later step reads the variable",
    [fetch, setter("Load", "page"), sum],
    "info never-read at fetch",
    "info shadowed at load",
  ],
  [
    "a step between the two reads the variable",
    [fetch, sum, setter("Load", "page"), record("Save", "page"), end],
    "info shadowed at load",
  ],
  ["one step is in each branch, so only one runs", [when("If", "x", [fetch], [setter("Load", "page")]), sum]],
  ["the first step is disabled", [off(fetch), setter("Load", "page"), sum]],
  ["the second step is disabled", [fetch, off(setter("Load", "page")), sum]],
  [
    "the second step is in a branch of a later conditional",
    [fetch, when("If", "x", [setter("Load", "page")]), sum],
    "info shadowed at load",
  ],
])(
  "a variable that two steps set is reported only if both steps can run in one run: %s",
  (_, steps, ...problems) => {
    expect(problemsOf(...steps)).toEqual(problems);
  },
);

test.each<ProblemCase>([
  ["a step in the middle of the flow", [fetch, setter("Other", "x"), sum], "info never-read at other"],
  [
    "a step in a branch in the middle of the flow",
    [when("If", "a", [setter("Other", "x")]), fetch, sum],
    "info never-read at other",
  ],
  [
    "a variable that only a comment names",
    [setter("A", "x"), script("B", "// x\nreturn 1")],
    "info never-read at a",
  ],
])("a result that nothing reads is reported in the case “%s”", (_, steps, ...problems) => {
  expect(problemsOf(...steps)).toEqual(problems);
});

test.each<ProblemCase>([
  ["is set by the flow's last step", [fetch, sum]],
  ["is set by the last enabled step", [setter("A", "x"), off(prompt("B", "Go.", "y"))]],
  [
    "is set by the last step of a branch of the last conditional",
    [when("If", "a", [setter("A", "x")], [setter("B", "y")])],
  ],
  ["belongs to a disabled step", [off(setter("A", "x")), fetch, sum]],
  ["is read by a disabled step", [fetch, off(sum), setter("Z", "z")]],
  ["is read too early, which is another problem", [sum, fetch, end], "error read-before-set at sum"],
  ["is read by the step's name", [setter("A", "x"), prompt("B", "{{A}}")]],
  [
    "may be read by code that reads all variables",
    [setter("A", "x"), script("B", "return JSON.stringify(input)")],
  ],
  [
    "may be read by code in a branch that reads all variables",
    [setter("A", "x"), when("If", "a", [script("B", "return input")]), setter("Z", "z")],
  ],
  [
    "may be read by code of a disabled step that reads all variables",
    [setter("A", "x"), off(script("B", "return input")), setter("Z", "z")],
  ],
])("a result that nothing reads is not reported if it %s", (_, steps, ...problems) => {
  expect(problemsOf(...steps)).toEqual(problems);
});

test("a result that nothing reads is reported even if code that runs earlier or in the other branch reads all variables", () => {
  const all = script("B", "return JSON.stringify(input)");
  expect(problemsOf(all, setter("A", "x"), setter("Z", "z"))).toEqual(["info never-read at a"]);
  expect(problemsOf(when("If", "a", [setter("A", "x")], [all]), setter("Z", "z"))).toEqual([
    "info never-read at a",
  ]);
});
