import { describe, expect, test } from "vitest";
import { type JsonObject, getJsonAtPath } from "#core/json/json.ts";
import { sampleStepTypeLookup as types } from "#core/testing/sample-step-types.ts";
import { analyzeFlow } from "./analyze.ts";
import {
  buildConditionalStep,
  buildFlowDocument,
  buildDisabledCopyOfStep,
  buildPromptStep,
  buildScriptStep,
  buildVariableSettingStep,
  buildTemplateStep,
  buildFailingStep,
} from "#core/testing/short-flow.ts";

type Sentence = [what: string, steps: readonly JsonObject[], message: string];

const fetch = buildVariableSettingStep("Fetch page", "page");
const sum = buildPromptStep("Summarise", "Sum up {{page}}.");
const named = buildPromptStep("Fetch page", "Go.");
const byName = buildPromptStep("Summarise", "{{Fetch page}}");
const end = buildPromptStep("End", "Go.");

test.each<Sentence>([
  ["set later", [sum, fetch], "“Summarise” needs “page”, but “Fetch page” sets it later (step 2)."],
  [
    "set later, in a branch",
    [sum, buildConditionalStep("Route", "x", [fetch])],
    "“Summarise” needs “page”, but “Fetch page” sets it later.",
  ],
  [
    "set by the reading step",
    [buildScriptStep("Add", "return n", "n")],
    "“Add” reads “n”, which is only available after the step runs.",
  ],
  [
    "set inside the reading conditional",
    [buildConditionalStep("Route", "page", [fetch]), end],
    "“Route” needs “page”, but “Fetch page” sets it only inside it.",
  ],
  [
    "set by a disabled step",
    [buildDisabledCopyOfStep(fetch), sum],
    "“Summarise” reads “page” from “Fetch page”, which is off.",
  ],
  [
    "set inside a disabled conditional",
    [buildDisabledCopyOfStep(buildConditionalStep("Route", "x", [fetch])), sum],
    "“Summarise” reads “page” from “Fetch page” inside “Route”, which is off.",
  ],
  [
    "set in the other branch",
    [buildConditionalStep("Route", "x", [fetch], [sum])],
    "“Summarise” needs “page”, but “Fetch page” sets it only in the other branch of “Route”.",
  ],
  [
    "the result of a later step",
    [byName, named],
    "“Summarise” needs the result of “Fetch page”, which runs later (step 2).",
  ],
  [
    "its own result",
    [buildPromptStep("Sum", "{{Sum}}")],
    "“Sum” reads its own result, which is only available after the step runs.",
  ],
  [
    "the result of a disabled step",
    [buildDisabledCopyOfStep(named), byName],
    "“Summarise” reads the result of “Fetch page”, which is off.",
  ],
  [
    "perhaps unset, set in a branch",
    [buildConditionalStep("Route", "x", [], [fetch]), sum],
    "“Summarise” reads “page”, which may not be set: “Fetch page” runs only in “else” of “Route”.",
  ],
  [
    "perhaps unset, set by a step with `when`",
    [buildVariableSettingStep("Fetch page", "page", { when: "x" }), sum],
    "“Summarise” reads “page”, which may not be set: “Fetch page” runs only if its condition is true.",
  ],
  [
    "perhaps unset, set by a step that may fail",
    [buildFailingStep("Fetch page", "page"), sum],
    "“Summarise” reads “page”, which may not be set: the flow continues if “Fetch page” fails.",
  ],
  [
    "a misspelled variable",
    [
      buildVariableSettingStep("Fetch page", "customer"),
      buildPromptStep("Summarise", "{{custmer}} {{customer}}"),
    ],
    "“Summarise” reads “custmer”, which no step sets. Did you mean “customer”?",
  ],
  [
    "set twice",
    [fetch, sum, buildVariableSettingStep("Load", "page"), buildPromptStep("End", "{{page}}")],
    "“Load” overwrites “page”, set by “Fetch page”. Later steps read the new value.",
  ],
  ["never read", [fetch, end], "“Fetch page” sets “page”, which no step uses."],
  [
    "invalid code",
    [buildScriptStep("Clean", "return (")],
    "“Clean”: Incomplete JavaScript: the end is missing.",
  ],
  [
    "an unclosed template",
    [buildPromptStep("Sum", "{{page")],
    "“Sum”: Unclosed “{{”. Add “}}” after the variable name.",
  ],
  [
    "invalid Liquid",
    [buildTemplateStep("Sum", "{% nothing %}")],
    '“Sum”: Invalid Liquid: tag "nothing" not found.',
  ],
  [
    "a misspelled secret",
    [buildPromptStep("Sum", "{{secrets:KEY}}")],
    "“Sum”: Write secrets as {{secret:KEY}}, not “{{secrets:KEY}}”.",
  ],
  [
    "an invalid config",
    [buildPromptStep("Sum", "", undefined, { config: { limit: "a" } })],
    "“Sum”: Limit must be a number.",
  ],
  ["no steps", [], "The flow has no steps."],
  ["empty branches", [buildConditionalStep("Route", "x", []), end], "“Route” has no steps in either branch."],
  ["an empty “then”", [buildConditionalStep("Route", "x", [], [end])], "“Route” has no steps in “then”."],
  [
    "a duplicate id",
    [end, { ...buildPromptStep("Other", "Go."), id: "end" }],
    "“Other” has the same ID as “End”. The flow can’t be saved.",
  ],
])("the problem “%s” is explained in a sentence", (_, steps, message) => {
  expect(
    analyzeFlow(buildFlowDocument(...steps), types).problems.map((problem) => problem.message),
  ).toContain(message);
});

describe("a problem has the position of its text", () => {
  test.each<[what: string, step: JsonObject, at: string, piece: string]>([
    ["in a prompt", sum, "config.userPrompt", "page"],
    ["in code", buildScriptStep("Clean", "const a = 1;\nreturn input.page"), "config.script", "page"],
    ["in `when`", buildPromptStep("Tell", "Go.", undefined, { when: "x && page" }), "when", "page"],
    ["in Liquid", buildTemplateStep("Show", "{% if page %}a{% endif %}"), "config.template", "page"],
  ])("%s", (_, step, at, piece) => {
    const [problem] = analyzeFlow(buildFlowDocument(step, fetch), types).problems;
    expect(problem?.at.join(".")).toBe(at);
    const text = getJsonAtPath(step, at.split(".")) as string;
    expect(text.slice(problem?.from, problem?.to)).toBe(piece);
  });
});

describe("a reference whose value an edit may change", () => {
  const load = buildVariableSettingStep("Load", "page");
  const changeTexts = (before: readonly JsonObject[], after: readonly JsonObject[]) => {
    const { reads } = analyzeFlow(buildFlowDocument(...before), types);
    return analyzeFlow(buildFlowDocument(...after), types, reads)
      .problems.filter(({ severity }) => severity === "warning")
      .map(({ code, message }) => `${code}: ${message}`);
  };

  test("causes a warning if it reads another step's value after the edit", () => {
    expect(changeTexts([fetch, load, sum], [load, fetch, sum])).toEqual([
      "shadowed: “Summarise” now reads “page” from “Fetch page” instead of “Load”.",
    ]);
    expect(changeTexts([fetch, load, sum], [fetch, buildDisabledCopyOfStep(load), sum])).toEqual([
      "shadowed: “Summarise” now reads “page” from “Fetch page” instead of “Load”.",
    ]);
  });

  test("causes no warning if it still reads the same value, or has no value before or after", () => {
    expect(changeTexts([fetch, load, sum], [fetch, load, end, sum])).toEqual([]);
    expect(changeTexts([fetch, sum], [buildDisabledCopyOfStep(fetch), sum])).toEqual([]);
    expect(changeTexts([sum], [fetch, sum])).toEqual([]);
  });
});
