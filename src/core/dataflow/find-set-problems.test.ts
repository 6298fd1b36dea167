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
      "with a reader after",
      [fetch, buildVariableSettingStep("Load", "page"), sum],
      "info never-read at fetch",
      "info shadowed at load",
    ],
    [
      "with a reader between",
      [fetch, sum, buildVariableSettingStep("Load", "page"), buildRecordStep("Save", "page"), end],
      "info shadowed at load",
    ],
    [
      "in both branches",
      [buildConditionalStep("If", "x", [fetch], [buildVariableSettingStep("Load", "page")]), sum],
    ],
    [
      "where the first is off",
      [buildDisabledCopyOfStep(fetch), buildVariableSettingStep("Load", "page"), sum],
    ],
    [
      "where the second is off",
      [fetch, buildDisabledCopyOfStep(buildVariableSettingStep("Load", "page")), sum],
    ],
    [
      "before a conditional and in one branch of it",
      [fetch, buildConditionalStep("If", "x", [buildVariableSettingStep("Load", "page")]), sum],
      "info shadowed at load",
    ],
  ])("is reported in the case “%s”", (_, steps, ...problems) => {
    expect(listProblemTextsOfSteps(...steps)).toEqual(problems);
  });
});

describe("a result that nothing reads", () => {
  test.each<FlowProblemTestCase>([
    ["in the middle", [fetch, buildVariableSettingStep("Other", "x"), sum], "info never-read at other"],
    [
      "in a branch in the middle",
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
      "read only by the text of a comment",
      [buildVariableSettingStep("A", "x"), buildScriptStep("B", "// x\nreturn 1")],
      "info never-read at a",
    ],
  ])("is reported in the case “%s”", (_, steps, ...problems) => {
    expect(listProblemTextsOfSteps(...steps)).toEqual(problems);
  });

  test.each<FlowProblemTestCase>([
    ["is the flow's last", [fetch, sum]],
    [
      "is the last of those that are on",
      [buildVariableSettingStep("A", "x"), buildDisabledCopyOfStep(buildPromptStep("B", "Go.", "y"))],
    ],
    [
      "is the last of either branch of the last conditional",
      [
        buildConditionalStep(
          "If",
          "a",
          [buildVariableSettingStep("A", "x")],
          [buildVariableSettingStep("B", "y")],
        ),
      ],
    ],
    [
      "belongs to a step that is off",
      [buildDisabledCopyOfStep(buildVariableSettingStep("A", "x")), fetch, sum],
    ],
    [
      "is read by a step that is off",
      [fetch, buildDisabledCopyOfStep(sum), buildVariableSettingStep("Z", "z")],
    ],
    ["is read too early: that is said there", [sum, fetch, end], "error read-before-set at sum"],
    ["is read by the step's name", [buildVariableSettingStep("A", "x"), buildPromptStep("B", "{{A}}")]],
    [
      "may be read by code that takes all",
      [buildVariableSettingStep("A", "x"), buildScriptStep("B", "return JSON.stringify(input)")],
    ],
    [
      "may be read by code that makes the name",
      [buildVariableSettingStep("A", "x"), buildScriptStep("B", "return variables[name]")],
    ],
    ["may be read by Python", [buildVariableSettingStep("A", "x"), buildPythonStep("Code")]],
    [
      "may be read by code that does not parse",
      [buildVariableSettingStep("A", "x"), buildScriptStep("B", "return (")],
      "error bad-code at b",
    ],
    [
      "may be read in a branch that takes all",
      [
        buildVariableSettingStep("A", "x"),
        buildConditionalStep("If", "a", [buildScriptStep("B", "return input")]),
        buildVariableSettingStep("Z", "z"),
      ],
    ],
    [
      "may be read by a step that is off and takes all",
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
