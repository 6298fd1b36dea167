import { describe, expect, test } from "vitest";
import {
  type FlowProblemTestCase,
  buildConditionalStep,
  buildDisabledCopyOfStep,
  buildPromptStep,
  buildPythonStep,
  buildRecordStep,
  buildScriptStep,
  buildVariableSettingStep,
  listProblemTextsOfSteps,
} from "#core/testing/short-flow.ts";

const fetch = buildVariableSettingStep("Fetch", "page");
const sum = buildPromptStep("Sum", "{{page}}", "summary");
const end = buildPromptStep("End", "{{summary}}");

describe("a variable that two steps set", () => {
  test.each<FlowProblemTestCase>([
    [
      "a later step reads the variable",
      [fetch, buildVariableSettingStep("Load", "page"), sum],
      "info never-read at fetch",
      "info shadowed at load",
    ],
    [
      "a step between the two reads the variable",
      [fetch, sum, buildVariableSettingStep("Load", "page"), buildRecordStep("Save", "page"), end],
      "info shadowed at load",
    ],
    [
      "one step is in each branch, so only one runs",
      [buildConditionalStep("If", "x", [fetch], [buildVariableSettingStep("Load", "page")]), sum],
    ],
    [
      "the first step is disabled",
      [buildDisabledCopyOfStep(fetch), buildVariableSettingStep("Load", "page"), sum],
    ],
    [
      "the second step is disabled",
      [fetch, buildDisabledCopyOfStep(buildVariableSettingStep("Load", "page")), sum],
    ],
    [
      "the second step is in a branch of a later conditional",
      [fetch, buildConditionalStep("If", "x", [buildVariableSettingStep("Load", "page")]), sum],
      "info shadowed at load",
    ],
  ])("is reported only if both steps can run in one run: %s", (_, steps, ...problems) => {
    expect(listProblemTextsOfSteps(...steps)).toEqual(problems);
  });
});

describe("a result that nothing reads", () => {
  test.each<FlowProblemTestCase>([
    [
      "a step in the middle of the flow",
      [fetch, buildVariableSettingStep("Other", "x"), sum],
      "info never-read at other",
    ],
    [
      "a step in a branch in the middle of the flow",
      [buildConditionalStep("If", "a", [buildVariableSettingStep("Other", "x")]), fetch, sum],
      "info never-read at other",
    ],
    [
      "overwritten before it is read",
      [fetch, buildVariableSettingStep("Load", "page"), sum],
      "info never-read at fetch",
      "info shadowed at load",
    ],
    [
      "a variable that only a comment names",
      [buildVariableSettingStep("A", "x"), buildScriptStep("B", "// x\nreturn 1")],
      "info never-read at a",
    ],
  ])("is reported in the case “%s”", (_, steps, ...problems) => {
    expect(listProblemTextsOfSteps(...steps)).toEqual(problems);
  });

  test.each<FlowProblemTestCase>([
    ["is set by the flow's last step", [fetch, sum]],
    [
      "is set by the last enabled step",
      [buildVariableSettingStep("A", "x"), buildDisabledCopyOfStep(buildPromptStep("B", "Go.", "y"))],
    ],
    [
      "is set by the last step of a branch of the last conditional",
      [
        buildConditionalStep(
          "If",
          "a",
          [buildVariableSettingStep("A", "x")],
          [buildVariableSettingStep("B", "y")],
        ),
      ],
    ],
    ["belongs to a disabled step", [buildDisabledCopyOfStep(buildVariableSettingStep("A", "x")), fetch, sum]],
    ["is read by a disabled step", [fetch, buildDisabledCopyOfStep(sum), buildVariableSettingStep("Z", "z")]],
    ["is read too early, which is another problem", [sum, fetch, end], "error read-before-set at sum"],
    ["is read by the step's name", [buildVariableSettingStep("A", "x"), buildPromptStep("B", "{{A}}")]],
    [
      "may be read by code that reads all variables",
      [buildVariableSettingStep("A", "x"), buildScriptStep("B", "return JSON.stringify(input)")],
    ],
    [
      "may be read by code that computes the name",
      [buildVariableSettingStep("A", "x"), buildScriptStep("B", "return variables[name]")],
    ],
    ["may be read by Python", [buildVariableSettingStep("A", "x"), buildPythonStep("Code")]],
    [
      "may be read by code that does not parse",
      [buildVariableSettingStep("A", "x"), buildScriptStep("B", "return (")],
      "error bad-code at b",
    ],
    [
      "may be read by code in a branch that reads all variables",
      [
        buildVariableSettingStep("A", "x"),
        buildConditionalStep("If", "a", [buildScriptStep("B", "return input")]),
        buildVariableSettingStep("Z", "z"),
      ],
    ],
    [
      "may be read by code of a disabled step that reads all variables",
      [
        buildVariableSettingStep("A", "x"),
        buildDisabledCopyOfStep(buildScriptStep("B", "return input")),
        buildVariableSettingStep("Z", "z"),
      ],
    ],
  ])("is not reported if it %s", (_, steps, ...problems) => {
    expect(listProblemTextsOfSteps(...steps)).toEqual(problems);
  });

  test("is reported even if code that runs earlier or in the other branch reads all variables", () => {
    const all = buildScriptStep("B", "return JSON.stringify(input)");
    expect(
      listProblemTextsOfSteps(all, buildVariableSettingStep("A", "x"), buildVariableSettingStep("Z", "z")),
    ).toEqual(["info never-read at a"]);
    expect(
      listProblemTextsOfSteps(
        buildConditionalStep("If", "a", [buildVariableSettingStep("A", "x")], [all]),
        buildVariableSettingStep("Z", "z"),
      ),
    ).toEqual(["info never-read at a"]);
  });
});
