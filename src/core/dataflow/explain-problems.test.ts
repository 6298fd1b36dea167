import { describe, expect, test } from "vitest";
import { type JsonObject, getAtPath } from "#core/json.ts";
import { sampleStepTypes as types } from "#core/references/sample-step-types.ts";
import { analyse } from "./analyse.ts";
import { either, flowOf, off, prompt, script, sets, template, tries } from "./short-flow.ts";

type Sentence = [what: string, steps: readonly JsonObject[], message: string];

const fetch = sets("Fetch page", "page");
const sum = prompt("Summarise", "Sum up {{page}}.");
const named = prompt("Fetch page", "Go.");
const byName = prompt("Summarise", "{{Fetch page}}");
const end = prompt("End", "Go.");

test.each<Sentence>([
  ["set later", [sum, fetch], "Summarise reads “page”, which Fetch page sets later, at step 2."],
  [
    "set later, in a branch",
    [sum, either("Route", "x", [fetch])],
    "Summarise reads “page”, which Fetch page sets later.",
  ],
  ["set by itself", [script("Add", "return n", "n")], "Add reads “n”, which is there only once it has run."],
  [
    "set inside",
    [either("Route", "page", [fetch]), end],
    "Route reads “page”, which Fetch page sets only inside it.",
  ],
  ["off", [off(fetch), sum], "Summarise reads “page”, but Fetch page, which sets it, is off."],
  [
    "inside what is off",
    [off(either("Route", "x", [fetch])), sum],
    "Summarise reads “page”, but Fetch page, which sets it, is inside Route, which is off.",
  ],
  [
    "in the other branch",
    [either("Route", "x", [fetch], [sum])],
    "Summarise reads “page”, which Fetch page sets only in the other branch of Route.",
  ],
  [
    "the result of a later step",
    [byName, named],
    "Summarise reads the result of Fetch page, which runs later, at step 2.",
  ],
  [
    "its own result",
    [prompt("Sum", "{{Sum}}")],
    "Sum reads its own result, which is there only once it has run.",
  ],
  [
    "the result of a step that is off",
    [off(named), byName],
    "Summarise reads the result of Fetch page, but Fetch page is off.",
  ],
  [
    "perhaps, in a branch",
    [either("Route", "x", [], [fetch]), sum],
    "Summarise reads “page”, which may not be set: Fetch page runs only in “else” of Route.",
  ],
  [
    "perhaps, by `when`",
    [sets("Fetch page", "page", { when: "x" }), sum],
    "Summarise reads “page”, which may not be set: Fetch page runs only when its condition holds.",
  ],
  [
    "perhaps, if it does not fail",
    [tries("Fetch page", "page"), sum],
    "Summarise reads “page”, which may not be set: the flow goes on when Fetch page fails.",
  ],
  [
    "a near miss",
    [sets("Fetch page", "customer"), prompt("Summarise", "{{custmer}} {{customer}}")],
    "Summarise reads “custmer”, which no step sets. Did you mean “customer”?",
  ],
  [
    "twice",
    [fetch, sum, sets("Load", "page"), prompt("End", "{{page}}")],
    "Load sets “page”, which Fetch page has set before: what comes after reads the newer value.",
  ],
  ["unread", [fetch, end], "Nothing reads “page”, which Fetch page sets."],
  ["code", [script("Clean", "return (")], "Clean: This is not JavaScript: unexpected token."],
  [
    "an open template",
    [prompt("Sum", "{{page")],
    "Sum: This “{{” is never closed: end the variable's name with “}}”.",
  ],
  ["Liquid", [template("Sum", "{% nothing %}")], 'Sum: This is not Liquid: tag "nothing" not found.'],
  [
    "a secret",
    [prompt("Sum", "{{secrets:KEY}}")],
    "Sum: A secret is written {{secret:KEY}}, not “{{secrets:KEY}}”.",
  ],
  ["a config", [prompt("Sum", "", undefined, { config: { limit: "a" } })], "Sum: Limit must be a number."],
  ["no steps", [], "The flow has no steps, so a run of it does nothing."],
  [
    "empty branches",
    [either("Route", "x", []), end],
    "Route has no steps in either branch, so it does nothing.",
  ],
  ["an empty “then”", [either("Route", "x", [], [end])], "Route has no steps in “then”."],
  [
    "an id twice",
    [end, { ...prompt("Other", "Go."), id: "end" }],
    "Other has the same id as End. The flow cannot be saved like this.",
  ],
])("%s", (_, steps, message) => {
  expect(analyse(flowOf(...steps), types).problems.map((problem) => problem.message)).toContain(message);
});

describe("a problem points at the piece of text that it is about", () => {
  test.each<[what: string, step: JsonObject, at: string, piece: string]>([
    ["in a prompt", sum, "config.userPrompt", "page"],
    ["in code", script("Clean", "const a = 1;\nreturn input.page"), "config.script", "page"],
    ["in `when`", prompt("Tell", "Go.", undefined, { when: "x && page" }), "when", "page"],
    ["in Liquid", template("Show", "{% if page %}a{% endif %}"), "config.template", "page"],
  ])("%s", (_, step, at, piece) => {
    const [problem] = analyse(flowOf(step, fetch), types).problems;
    expect(problem?.at.join(".")).toBe(at);
    const text = getAtPath(step, at.split(".")) as string;
    expect(text.slice(problem?.from, problem?.to)).toBe(piece);
  });
});

describe("an edit that changes whose value is read", () => {
  const load = sets("Load", "page");
  const tellChanges = (before: readonly JsonObject[], after: readonly JsonObject[]) => {
    const { reads } = analyse(flowOf(...before), types);
    return analyse(flowOf(...after), types, reads)
      .problems.filter(({ severity }) => severity === "warning")
      .map(({ code, message }) => `${code}: ${message}`);
  };

  test("is a warning", () => {
    expect(tellChanges([fetch, load, sum], [load, fetch, sum])).toEqual([
      "shadowed: Summarise now reads “page” from Fetch page; before these edits it came from Load.",
    ]);
    expect(tellChanges([fetch, load, sum], [fetch, off(load), sum])).toEqual([
      "shadowed: Summarise now reads “page” from Fetch page; before these edits it came from Load.",
    ]);
  });

  test("is none where the same value is read, or none is any more", () => {
    expect(tellChanges([fetch, load, sum], [fetch, load, end, sum])).toEqual([]);
    expect(tellChanges([fetch, sum], [off(fetch), sum])).toEqual([]);
    expect(tellChanges([sum], [fetch, sum])).toEqual([]);
  });
});
