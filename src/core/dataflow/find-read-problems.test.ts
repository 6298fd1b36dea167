import { expect, test } from "vitest";
import { sampleStepTypeLookup as types } from "#core/testing/sample-step-types.ts";
import { analyzeFlow } from "./analyze.ts";
import {
  type ProblemCase,
  documentOf,
  liquid,
  mayFail,
  off,
  problemsOf,
  prompt,
  record,
  script,
  setter,
  when,
} from "#core/testing/short-flow.ts";

// `resolve-reads.property.test.ts` shows which references find a value in any flow, and `explain-problems.test.ts` how each
// problem is reported.

const fetch = setter("Fetch", "page");
const load = setter("Load", "page");
const sum = prompt("Sum", "{{page}}", "summary");
const end = prompt("End", "{{summary}}");

test.each<ProblemCase>([
  ["inputs that the run supplies", [prompt("Sum", "{{topic}} for {{audience}}")]],
  ["platform variables", [prompt("Sum", "{{_record.id}} {{_now}} {{messages}} {{userMessage}}")]],
  ["secrets", [prompt("Sum", "{{secret:KEY}} {{secrets.key}}")]],
  ["{{flow:name}} of a variable that is set later", [prompt("Sum", "{{flow:page}}"), fetch]],
  ["an input of the step's own template", [liquid("Sum", "{{ page }}", "out", { page: "{{_record.page}}" })]],
  [
    "an update of a variable from itself",
    [setter("Start", "n"), script("Add", "return n + 1", "n"), record("Save", "n")],
    "info shadowed at add",
  ],
])("a valid reference is not reported: %s", (_, steps, ...problems) => {
  expect(problemsOf(...steps)).toEqual(problems);
});

test.each<ProblemCase>([
  [
    "two steps that read each other",
    [prompt("A", "{{b}}", "a"), prompt("B", "{{a}}", "b")],
    "error read-before-set at a",
  ],
  [
    "`when` that reads a variable the step sets",
    [setter("Fetch", "page", { when: "page" })],
    "error read-before-set at fetch",
  ],
  [
    "a variable that an earlier disabled step and a later step set",
    [off(fetch), sum, load, end],
    "error read-from-disabled at sum",
  ],
  ["a variable that “else” sets", [when("If", "x", [sum], [fetch])], "error read-from-other-branch at sum"],
])("a reference that finds no value is an error in the case “%s”", (_, steps, ...problems) => {
  expect(problemsOf(...steps)).toEqual(problems);
});

test("a reference that finds no value is an error but is not reported in a disabled step", () => {
  expect(problemsOf(off(sum), fetch)).toEqual([]);
  expect(problemsOf(off(when("If", "page", [sum])), fetch)).toEqual([]);
});

test.each<ProblemCase>([
  ["may fail", [mayFail("Fetch", "page", { errorHandling: "continue" }), sum], "info maybe-unset at sum"],
  [
    "may fail, as an earlier one that sets it",
    [mayFail("A", "page"), mayFail("B", "page"), sum],
    "info shadowed at b",
    "info maybe-unset at sum",
  ],
  ["has a default value", [mayFail("Fetch", "page", { defaultValue: "" }), sum]],
  ["stops the flow on failure", [mayFail("Fetch", "page", { errorHandling: { onError: "fail" } }), sum]],
  ["stops the flow on failure, in short form", [mayFail("Fetch", "page", { errorHandling: "fail" }), sum]],
  ["has an empty `when`", [setter("Fetch", "page", { when: "" }), sum]],
])(
  "a reference that may be unset is reported only if the setting step may not run: it %s",
  (_, steps, ...problems) => {
    expect(problemsOf(...steps)).toEqual(problems);
  },
);

test.each<[what: string, set: string, read: string]>([
  ["a letter is missing", "customer_name", "{{custmer_name}} {{customer_name}}"],
  ["two letters are swapped", "summary", "{{sumamry}} {{summary}}"],
  ["the case and the underscores differ", "userName", "{{user_name}} {{userName}}"],
  ["a platform variable has a typo", "a", "{{a}} {{_recrod.id}}"],
  ["a platform variable with a longer name has a typo", "a", "{{a}} {{user_mesage}}"],
  ["it is the plural of a name that a step sets", "customer", "{{customers}} {{customer}}"],
])("a variable that no step sets is reported as a likely typo if %s", (_, set, read) => {
  expect(problemsOf(setter("Fetch", set), prompt("Sum", read))).toEqual(["warning unknown-variable at sum"]);
});

test("a variable that no step sets is reported as a likely typo in code, and of an input that is read more often", () => {
  expect(problemsOf(setter("Fetch", "article"), script("Sum", "return artcle.title + article.text"))).toEqual(
    ["warning unknown-variable at sum"],
  );
  const readers = ["audience", "audience", "audiense"].map((name, at) => prompt(`R${at}`, `{{${name}}}`));
  expect(problemsOf(...readers)).toEqual(["warning unknown-variable at r2"]);
});

test.each<ProblemCase>([
  ["the names differ in a number", [setter("A", "page_1"), prompt("Sum", "{{page_1}} {{page_2}}")]],
  ["the names are short", [setter("A", "age"), prompt("Sum", "{{page}} {{age}}")]],
  ["the name is similar to no other name", [fetch, prompt("Sum", "{{page}} {{topic}}")]],
  [
    "it is the singular or plural of a platform variable",
    [prompt("A", "{{ message }} {{users}} {{records.0}} {{user_messages}} {{userMessages}}")],
  ],
  [
    "it is the plural of an input that is read more often",
    [prompt("A", "{{order}}"), prompt("B", "{{order}}"), prompt("C", "{{orders}}")],
  ],
  ["two inputs are read equally often", [prompt("A", "{{audience}}"), prompt("B", "{{audiense}}")]],
  ["{{flow:name}} reads it", [setter("Fetch", "summary"), prompt("Sum", "{{flow:sumary}} {{summary}}")]],
  [
    "the reading step is disabled",
    [setter("Fetch", "summary"), off(prompt("Sum", "{{sumary}}")), prompt("B", "{{summary}}")],
  ],
])("a variable that no step sets is not reported as a typo if %s", (_, steps, ...problems) => {
  expect(problemsOf(...steps)).toEqual(problems);
});

test("a variable that no step sets is corrected to the similar name with the same case and underscores", () => {
  const { inputs } = analyzeFlow(documentOf(prompt("A", "{{user_mesage}} {{userMesage}}")), types);
  expect(inputs.map(({ correction }) => correction)).toEqual(["user_message", "userMessage"]);
});

test("a variable that no step sets is listed as an input with the steps that read the variable, in the order of use", () => {
  const branch = when("If", "mode === 1", [prompt("B", "{{topic}} {{tone}}")]);
  const { inputs } = analyzeFlow(documentOf(prompt("A", "{{topic}}"), branch, fetch), types);
  expect(inputs.map(({ name, reads }) => `${name} by ${reads.map(({ step }) => step).join(", ")}`)).toEqual([
    "topic by a, b",
    "mode by if",
    "tone by b",
  ]);
});
