import { expect, test } from "vitest";
import {
  type ProblemCase,
  documentOf,
  off,
  problemsOf,
  prompt,
  python,
  script,
  setter,
  when,
} from "#core/testing/short-flow.ts";
import { sampleStepTypeLookup } from "#core/testing/sample-step-types.ts";
import { analyzeFlow } from "./analyze.ts";

const fetch = setter("Fetch", "page");
const sum = prompt("Sum", "{{page}}", "summary");
const end = prompt("End", "{{summary}}");

test.each<ProblemCase>([
  ["an empty “else”, which is valid", [when("If", "x", [prompt("A", "Go.")])]],
  [
    "three steps with one id, one of them nested",
    [fetch, when("If", "page", [{ ...sum, id: "fetch" }]), { ...end, id: "fetch" }],
    "error duplicate-id at fetch~2",
    "info maybe-unset at fetch~3",
    "error duplicate-id at fetch~3",
  ],
  ["`when` that does not parse", [prompt("Sum", "Go.", undefined, { when: "a >" })], "error bad-code at sum"],
  ["a filter outside Liquid", [fetch, prompt("Sum", "{{ page | upcase }}")], "error bad-template at sum"],
  [
    "a condition that assigns",
    [fetch, when("If", "page.ok = true", [sum])],
    "warning condition-assigns at if",
  ],
  [
    "`when` that assigns",
    [prompt("Sum", "Go.", undefined, { when: "!(_now = 1)" })],
    "warning condition-assigns at sum",
  ],
  ["a script that assigns", [script("Sum", "x = 1")]],
  ["Python code, which is not parsed", [python("Code")]],
  ["invalid code in a disabled step", [off(script("Sum", "return (")), fetch], "error bad-code at sum"],
])("a problem of a single step is found in the case “%s”", (_, steps, ...problems) => {
  expect(problemsOf(...steps).toSorted()).toEqual(problems.toSorted());
});

test("a problem has a message with the step's shortened name and a message without the name", () => {
  for (const name of ["Sum ".repeat(2_500), "invoice \u202Egnp.exe", "דוח 7"]) {
    const document = documentOf({ ...script("Sum", "return ("), name });
    const [problem] = analyzeFlow(document, sampleStepTypeLookup).problems;
    expect(problem?.message).not.toContain("\u202E");
    expect(problem?.message.length).toBeLessThan(130);
    expect(problem?.messageAtStep).toMatch(/^Incomplete JavaScript/);
  }
});
