import { expect, test } from "vitest";
import { type JsonObject, getJsonAtPath } from "#core/json/json.ts";
import { sampleStepTypeLookup as types } from "#core/testing/sample-step-types.ts";
import { analyzeFlow } from "./analyze.ts";
import { when, documentOf, off, prompt, script, setter, liquid, mayFail } from "#core/testing/short-flow.ts";

type Sentence = [message: string, steps: readonly JsonObject[]];

const fetch = setter("Fetch page", "page");
const sum = prompt("Summarise", "Sum up {{page}}.");
const named = prompt("Fetch page", "Go.");
const byName = prompt("Summarise", "{{Fetch page}}");
const end = prompt("End", "Go.");

test.each<Sentence>([
  ["error read-before-set: “Summarise” needs “page”, but “Fetch page” sets it later (step 2).", [sum, fetch]],
  [
    "error read-before-set: “Summarise” needs “page”, but “Fetch page” sets it later.",
    [sum, when("Route", "x", [fetch])],
  ],
  [
    "error read-before-set: “Add” reads “n”, which is only available after the step runs.",
    [script("Add", "return n", "n")],
  ],
  [
    "error read-before-set: “Route” needs “page”, but “Fetch page” sets it only inside it.",
    [when("Route", "page", [fetch]), end],
  ],
  ["error read-from-disabled: “Summarise” reads “page” from “Fetch page”, which is off.", [off(fetch), sum]],
  [
    "error read-from-disabled: “Summarise” reads “page” from “Fetch page” inside “Route”, which is off.",
    [off(when("Route", "x", [fetch])), sum],
  ],
  [
    "error read-from-other-branch: “Summarise” needs “page”, but “Fetch page” sets it only in the other branch of “Route”.",
    [when("Route", "x", [fetch], [sum])],
  ],
  [
    "error read-before-set: “Summarise” needs the result of “Fetch page”, which runs later (step 2).",
    [byName, named],
  ],
  [
    "error read-before-set: “Sum” reads its own result, which is only available after the step runs.",
    [prompt("Sum", "{{Sum}}")],
  ],
  [
    "error read-from-disabled: “Summarise” reads the result of “Fetch page”, which is off.",
    [off(named), byName],
  ],
  [
    "info maybe-unset: “Summarise” reads “page”, which may not be set: “Fetch page” runs only in “else” of “Route”.",
    [when("Route", "x", [], [fetch]), sum],
  ],
  [
    "info maybe-unset: “Summarise” reads “page”, which may not be set: “Fetch page” runs only if its condition is true.",
    [setter("Fetch page", "page", { when: "x" }), sum],
  ],
  [
    "info maybe-unset: “Summarise” reads “page”, which may not be set: the flow continues if “Fetch page” fails.",
    [mayFail("Fetch page", "page"), sum],
  ],
  [
    "warning unknown-variable: “Summarise” reads “custmer”, which no step sets. Did you mean “customer”?",
    [setter("Fetch page", "customer"), prompt("Summarise", "{{custmer}} {{customer}}")],
  ],
  [
    "info shadowed: “Load” overwrites “page”, set by “Fetch page”. Later steps read the new value.",
    [fetch, sum, setter("Load", "page"), prompt("End", "{{page}}")],
  ],
  ["info never-read: “Fetch page” sets “page”, which no step uses.", [fetch, end]],
  ["error bad-code: “Clean”: Incomplete JavaScript: the end is missing.", [script("Clean", "return (")]],
  ["error bad-template: “Sum”: Unclosed “{{”. Add “}}” after the variable name.", [prompt("Sum", "{{page")]],
  ['error bad-template: “Sum”: Invalid Liquid: tag "nothing" not found.', [liquid("Sum", "{% nothing %}")]],
  [
    "error bad-secret: “Sum”: Write secrets as {{secret:KEY}}, not “{{secrets:KEY}}”.",
    [prompt("Sum", "{{secrets:KEY}}")],
  ],
  [
    "error bad-config: “Sum”: Limit must be a number.",
    [prompt("Sum", "", undefined, { config: { limit: "a" } })],
  ],
  ["info empty-flow: The flow has no steps.", []],
  ["info empty-branch: “Route” has no steps in either branch.", [when("Route", "x", []), end]],
  ["info empty-branch: “Route” has no steps in “then”.", [when("Route", "x", [], [end])]],
  [
    "error duplicate-id: “Other” has the same ID as “End”. The flow can’t be saved.",
    [end, { ...prompt("Other", "Go."), id: "end" }],
  ],
])("a problem is reported as: %s", (message, steps) => {
  expect(
    analyzeFlow(documentOf(...steps), types).problems.map(
      ({ severity, code, message: text }) => `${severity} ${code}: ${text}`,
    ),
  ).toContain(message);
});

test.each<[what: string, step: JsonObject, at: string, piece: string]>([
  ["in a prompt", sum, "config.userPrompt", "page"],
  ["in code", script("Clean", "const a = 1;\nreturn input.page"), "config.script", "page"],
  ["in `when`", prompt("Tell", "Go.", undefined, { when: "x && page" }), "when", "page"],
  ["in Liquid", liquid("Show", "{% if page %}a{% endif %}"), "config.template", "page"],
])("a problem has the position of its text %s", (_, step, at, piece) => {
  const [problem] = analyzeFlow(documentOf(step, fetch), types).problems;
  expect(problem?.at.join(".")).toBe(at);
  const text = getJsonAtPath(step, at.split(".")) as string;
  expect(text.slice(problem?.from, problem?.to)).toBe(piece);
});

const load = setter("Load", "page");
const changeTexts = (before: readonly JsonObject[], after: readonly JsonObject[]) => {
  const { reads } = analyzeFlow(documentOf(...before), types);
  return analyzeFlow(documentOf(...after), types, reads)
    .problems.filter(({ severity }) => severity === "warning")
    .map(({ code, message }) => `${code}: ${message}`);
};

test("a reference whose value an edit may change causes a warning if it reads another step's value after the edit", () => {
  expect(changeTexts([fetch, load, sum], [load, fetch, sum])).toEqual([
    "shadowed: “Summarise” now reads “page” from “Fetch page” instead of “Load”.",
  ]);
  expect(changeTexts([fetch, load, sum], [fetch, off(load), sum])).toEqual([
    "shadowed: “Summarise” now reads “page” from “Fetch page” instead of “Load”.",
  ]);
});

test("a reference whose value an edit may change causes no warning if it still reads the same value, or has no value before or after", () => {
  expect(changeTexts([fetch, load, sum], [fetch, load, end, sum])).toEqual([]);
  expect(changeTexts([fetch, sum], [off(fetch), sum])).toEqual([]);
  expect(changeTexts([sum], [fetch, sum])).toEqual([]);
});
