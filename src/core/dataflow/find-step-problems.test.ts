import { describe, expect, test } from "vitest";
import {
  type FlowProblemTestCase,
  buildConditionalStep,
  buildDisabledCopyOfStep,
  buildFlowDocument,
  buildPromptStep,
  buildPythonStep,
  buildScriptStep,
  buildVariableSettingStep,
  listProblemTextsOfSteps,
  buildTemplateStep,
} from "#core/testing/short-flow.ts";
import { sampleStepTypeLookup } from "#core/testing/sample-step-types.ts";
import { analyzeFlow } from "./analyze.ts";

const fetch = buildVariableSettingStep("Fetch", "page");
const sum = buildPromptStep("Sum", "{{page}}", "summary");
const end = buildPromptStep("End", "{{summary}}");

describe("a problem of a single step", () => {
  test.each<FlowProblemTestCase>([
    ["a flow without steps", [], "info empty-flow"],
    ["a conditional without steps", [buildConditionalStep("If", "x", []), fetch], "info empty-branch at if"],
    [
      "an empty “then”",
      [buildConditionalStep("If", "x", [], [fetch]), sum],
      "info empty-branch at if",
      "info maybe-unset at sum",
    ],
    ["an empty “else”, which is valid", [buildConditionalStep("If", "x", [buildPromptStep("A", "Go.")])]],
    ["two steps with one id", [fetch, { ...sum, id: "fetch" }], "error duplicate-id at fetch~2"],
    [
      "three steps with one id, one of them nested",
      [fetch, buildConditionalStep("If", "page", [{ ...sum, id: "fetch" }]), { ...end, id: "fetch" }],
      "error duplicate-id at fetch~2",
      "info maybe-unset at fetch~3",
      "error duplicate-id at fetch~3",
    ],
    ["code that does not parse", [buildScriptStep("Sum", "return (")], "error bad-code at sum"],
    [
      "`when` that does not parse",
      [buildPromptStep("Sum", "Go.", undefined, { when: "a >" })],
      "error bad-code at sum",
    ],
    ["a template that is never closed", [buildPromptStep("Sum", "Hi {{page")], "error bad-template at sum"],
    ["Liquid that does not parse", [buildTemplateStep("Sum", "{% if page %}")], "error bad-template at sum"],
    [
      "a filter outside Liquid",
      [fetch, buildPromptStep("Sum", "{{ page | upcase }}")],
      "error bad-template at sum",
    ],
    [
      "a condition that assigns",
      [fetch, buildConditionalStep("If", "page.ok = true", [sum])],
      "warning condition-assigns at if",
    ],
    [
      "`when` that assigns",
      [buildPromptStep("Sum", "Go.", undefined, { when: "!(_now = 1)" })],
      "warning condition-assigns at sum",
    ],
    ["a script that assigns", [buildScriptStep("Sum", "x = 1")]],
    ["a misspelled secret", [buildPromptStep("Sum", "{{secrets:KEY}}")], "error bad-secret at sum"],
    [
      "an invalid config",
      [buildPromptStep("Sum", "Go.", undefined, { config: { limit: "five" } })],
      "error bad-config at sum",
    ],
    ["Python code, which is not parsed", [buildPythonStep("Code")]],
    [
      "invalid code in a disabled step",
      [buildDisabledCopyOfStep(buildScriptStep("Sum", "return (")), fetch],
      "error bad-code at sum",
    ],
  ])("is found in the case “%s”", (_, steps, ...problems) => {
    expect(listProblemTextsOfSteps(...steps).toSorted()).toEqual(problems.toSorted());
  });
});

test("a problem has a message with the step's shortened name and a message without the name", () => {
  for (const name of ["Sum ".repeat(2_500), "invoice \u202Egnp.exe", "דוח 7"]) {
    const document = buildFlowDocument({ ...buildScriptStep("Sum", "return ("), name });
    const [problem] = analyzeFlow(document, sampleStepTypeLookup).problems;
    expect(problem?.message).not.toContain("\u202E");
    expect(problem?.message.length).toBeLessThan(130);
    expect(problem?.messageAtStep).toMatch(/^Incomplete JavaScript/);
  }
});
