import { describe, expect, test } from "vitest";
import { sampleStepTypeLookup as types } from "#core/testing/sample-step-types.ts";
import { analyzeFlow } from "./analyze.ts";
import {
  type FlowProblemTestCase,
  buildConditionalStep,
  buildFlowDocument,
  buildDisabledCopyOfStep,
  buildPromptStep,
  buildRecordStep,
  buildScriptStep,
  buildVariableSettingStep,
  listProblemTextsOfSteps,
  buildTemplateStep,
  buildFailingStep,
} from "#core/testing/short-flow.ts";

const fetch = buildVariableSettingStep("Fetch", "page");
const sum = buildPromptStep("Sum", "{{page}}", "summary");
const end = buildPromptStep("End", "{{summary}}");

describe("a valid reference is not reported", () => {
  test.each<FlowProblemTestCase>([
    ["a prompt reads a variable of the previous step", [fetch, sum]],
    ["code reads it", [fetch, buildScriptStep("Sum", "return input.page.title")]],
    ["Liquid reads it", [fetch, buildTemplateStep("Sum", "{% for line in page %}{{ line }}{% endfor %}")]],
    ["a name field reads it", [fetch, buildRecordStep("Sum", "page")]],
    [
      "a condition reads it",
      [fetch, buildConditionalStep("If", "page.ok", [buildPromptStep("Tell", "Yes")])],
    ],
    ["`when` reads it", [fetch, buildPromptStep("Tell", "Yes", undefined, { when: "page.ok" })]],
    ["inside a branch, from before the conditional", [fetch, buildConditionalStep("If", "true", [sum])]],
    ["inside a branch, from the same branch", [buildConditionalStep("If", "true", [fetch, sum])]],
    [
      "inside a nested branch, from the branch around it",
      [buildConditionalStep("If", "true", [fetch, buildConditionalStep("In", "true", [sum])])],
    ],
    [
      "after a conditional whose branches both set the variable",
      [buildConditionalStep("If", "x", [fetch], [buildVariableSettingStep("Load", "page")]), sum],
    ],
    ["inputs that the run supplies", [buildPromptStep("Sum", "{{topic}} for {{audience}}")]],
    [
      "variables that the platform supplies",
      [buildPromptStep("Sum", "{{_record.id}} {{_now}} {{messages}} {{userMessage}}")],
    ],
    ["secrets", [buildPromptStep("Sum", "{{secret:KEY}} {{secrets.key}}")]],
    [
      "{{flow:name}} of a variable that is set later",
      [buildPromptStep("Sum", "{{flow:page}}"), buildVariableSettingStep("Fetch", "page")],
    ],
    [
      "the result of a step by its name",
      [buildPromptStep("Fetch page", "Go."), buildPromptStep("Sum", "{{Fetch page}}")],
    ],
    [
      "a local name in code",
      [buildScriptStep("Sum", "const page = 1; return page"), buildRecordStep("Save", "topic")],
    ],
    ["a local name in Liquid", [buildTemplateStep("Sum", "{% assign page = 1 %}{{ page }}")]],
    [
      "an input that the step defines for its template",
      [buildTemplateStep("Sum", "{{ page }}", "out", { page: "{{_record.page}}" })],
    ],
    [
      "an update of a variable from itself",
      [
        buildVariableSettingStep("Start", "n"),
        buildScriptStep("Add", "return n + 1", "n"),
        buildRecordStep("Save", "n"),
      ],
      "info shadowed at add",
    ],
    [
      "names such as __proto__",
      [
        buildVariableSettingStep("A", "__proto__"),
        buildVariableSettingStep("B", "constructor"),
        buildVariableSettingStep("C", "toString"),
        buildScriptStep("D", "return [input.__proto__, input['constructor'], toString]"),
      ],
    ],
    [
      "names in other writing systems",
      [
        buildVariableSettingStep("A", "größe"),
        buildVariableSettingStep("B", "数据"),
        buildPromptStep("C", "{{größe}} {{ 数据.x }}"),
      ],
    ],
  ])("in the case “%s”", (_, steps, ...problems) => {
    expect(listProblemTextsOfSteps(...steps)).toEqual(problems);
  });
});

describe("a reference that finds no value is an error", () => {
  test.each<FlowProblemTestCase>([
    ["a variable that only a later step sets", [sum, fetch, end], "error read-before-set at sum"],
    [
      "a variable that the step itself sets",
      [buildScriptStep("Add", "return n + 1", "n")],
      "error read-before-set at add",
    ],
    ["a step's own result read by name", [buildPromptStep("Sum", "{{Sum}}")], "error read-before-set at sum"],
    [
      "two steps that read each other",
      [buildPromptStep("A", "{{b}}", "a"), buildPromptStep("B", "{{a}}", "b")],
      "error read-before-set at a",
    ],
    [
      "two steps that read each other by their names",
      [buildPromptStep("A", "{{B}}"), buildPromptStep("B", "{{A}}")],
      "error read-before-set at a",
    ],
    [
      "a condition that reads a variable set inside the conditional",
      [buildConditionalStep("If", "page.ok", [fetch]), buildVariableSettingStep("Z", "z")],
      "error read-before-set at if",
    ],
    [
      "`when` that reads a variable the step sets",
      [buildVariableSettingStep("Fetch", "page", { when: "page" })],
      "error read-before-set at fetch",
    ],
    [
      "a variable that a disabled step sets",
      [buildDisabledCopyOfStep(fetch), sum],
      "error read-from-disabled at sum",
    ],
    [
      "a variable that is set in a disabled conditional",
      [buildDisabledCopyOfStep(buildConditionalStep("If", "true", [fetch])), sum],
      "error read-from-disabled at sum",
    ],
    [
      "the result of a disabled step, read by name",
      [buildDisabledCopyOfStep(buildPromptStep("Fetch", "Go.")), buildPromptStep("Sum", "{{Fetch}}")],
      "error read-from-disabled at sum",
    ],
    [
      "a variable that an earlier disabled step and a later step set",
      [buildDisabledCopyOfStep(fetch), sum, buildVariableSettingStep("Load", "page"), end],
      "error read-from-disabled at sum",
    ],
    [
      "a variable that the other branch sets",
      [buildConditionalStep("If", "x", [fetch], [sum])],
      "error read-from-other-branch at sum",
    ],
    [
      "a variable that the other branch sets, with the branches swapped",
      [buildConditionalStep("If", "x", [sum], [fetch])],
      "error read-from-other-branch at sum",
    ],
    [
      "a variable that is set deep inside the other branch",
      [buildConditionalStep("If", "x", [buildConditionalStep("In", "y", [fetch])], [sum])],
      "error read-from-other-branch at sum",
    ],
    [
      "two variables in one text, each reported once",
      [
        buildPromptStep("Sum", "{{a}} {{a.x}} {{b}}"),
        buildVariableSettingStep("A", "a"),
        buildVariableSettingStep("B", "b"),
      ],
      "error read-before-set at sum",
      "error read-before-set at sum",
    ],
    [
      "a variable named __proto__",
      [buildPromptStep("Sum", "{{__proto__}}"), buildVariableSettingStep("A", "__proto__")],
      "error read-before-set at sum",
    ],
    [
      "a variable in `when` and in the text, reported twice",
      [buildPromptStep("Sum", "{{page}}", undefined, { when: "page" }), fetch],
      "error read-before-set at sum",
      "error read-before-set at sum",
    ],
  ])("in the case “%s”", (_, steps, ...problems) => {
    expect(listProblemTextsOfSteps(...steps)).toEqual(problems);
  });
});

test("a reference without a value is not reported in a disabled step", () => {
  expect(listProblemTextsOfSteps(buildDisabledCopyOfStep(sum), fetch)).toEqual([]);
  expect(
    listProblemTextsOfSteps(buildDisabledCopyOfStep(buildConditionalStep("If", "page", [sum])), fetch),
  ).toEqual([]);
});

describe("a reference to a variable that may be unset", () => {
  test.each<FlowProblemTestCase>([
    ["set in one branch", [buildConditionalStep("If", "x", [fetch]), sum], "info maybe-unset at sum"],
    [
      "set in “else”",
      [
        buildConditionalStep(
          "If",
          "x",
          [buildVariableSettingStep("A", "a"), buildRecordStep("B", "a")],
          [fetch],
        ),
        sum,
      ],
      "info maybe-unset at sum",
    ],
    [
      "set in both branches, in one by a step that may fail",
      [buildConditionalStep("If", "x", [fetch], [buildFailingStep("Load", "page")]), sum],
      "info maybe-unset at sum",
    ],
    [
      "set in both branches of a conditional with `when`",
      [
        {
          ...buildConditionalStep("If", "x", [fetch], [buildVariableSettingStep("Load", "page")]),
          when: "y",
        },
        sum,
      ],
      "info maybe-unset at sum",
    ],
    [
      "set by a step with `when`",
      [buildVariableSettingStep("Fetch", "page", { when: "x" }), sum],
      "info maybe-unset at sum",
    ],
    ["set by a step that may fail", [buildFailingStep("Fetch", "page"), sum], "info maybe-unset at sum"],
    [
      "set by a step that may fail, with errorHandling as a string",
      [buildFailingStep("Fetch", "page", { errorHandling: "continue" }), sum],
      "info maybe-unset at sum",
    ],
    [
      "set twice, both times by a step that may fail",
      [buildFailingStep("A", "page"), buildFailingStep("B", "page"), sum],
      "info shadowed at b",
      "info maybe-unset at sum",
    ],
    [
      "read by the name of a step that may fail",
      [buildFailingStep("Fetch", "page"), buildPromptStep("Sum", "{{Fetch}}")],
      "info maybe-unset at sum",
    ],
  ])("is reported in the case “%s”", (_, steps, ...problems) => {
    expect(listProblemTextsOfSteps(...steps)).toEqual(problems);
  });

  test.each<FlowProblemTestCase>([
    ["the setting step has a default value", [buildFailingStep("Fetch", "page", { defaultValue: "" }), sum]],
    [
      "the setting step stops the flow on failure",
      [buildFailingStep("Fetch", "page", { errorHandling: { onError: "fail" } }), sum],
    ],
    [
      "the setting step stops the flow on failure, with errorHandling as a string",
      [buildFailingStep("Fetch", "page", { errorHandling: "fail" }), sum],
    ],
    [
      "an earlier step always sets the variable",
      [fetch, buildFailingStep("Again", "page"), sum],
      "info shadowed at again",
    ],
    ["`when` is empty", [buildVariableSettingStep("Fetch", "page", { when: "" }), sum]],
  ])("is not reported if %s", (_, steps, ...problems) => {
    expect(listProblemTextsOfSteps(...steps)).toEqual(problems);
  });
});

describe("a variable that no step sets", () => {
  test.each<FlowProblemTestCase>([
    [
      "a letter is missing",
      [
        buildVariableSettingStep("Fetch", "customer_name"),
        buildPromptStep("Sum", "{{custmer_name}} {{customer_name}}"),
      ],
      "warning unknown-variable at sum",
    ],
    [
      "two letters are swapped",
      [buildVariableSettingStep("Fetch", "summary"), buildPromptStep("Sum", "{{sumamry}} {{summary}}")],
      "warning unknown-variable at sum",
    ],
    [
      "the case and the underscores differ",
      [buildVariableSettingStep("Fetch", "userName"), buildPromptStep("Sum", "{{user_name}} {{userName}}")],
      "warning unknown-variable at sum",
    ],
    [
      "a typo in a platform variable",
      [buildPromptStep("Sum", "{{_recrod.id}}")],
      "warning unknown-variable at sum",
    ],
    [
      "a typo in a platform variable with a longer name",
      [buildPromptStep("Sum", "{{user_mesage}} {{messagess}}")],
      "warning unknown-variable at sum",
      "warning unknown-variable at sum",
    ],
    [
      "the plural of a name that a step sets",
      [buildVariableSettingStep("Fetch", "customer"), buildPromptStep("Sum", "{{customers}} {{customer}}")],
      "warning unknown-variable at sum",
    ],
    [
      "a typo in an input that is read more often",
      [
        buildPromptStep("A", "{{audience}}"),
        buildPromptStep("B", "{{audience}}"),
        buildPromptStep("C", "{{audiense}}"),
      ],
      "warning unknown-variable at c",
    ],
    [
      "a typo in code",
      [
        buildVariableSettingStep("Fetch", "article"),
        buildScriptStep("Sum", "return artcle.title + article.text"),
      ],
      "warning unknown-variable at sum",
    ],
  ])("is reported as a likely typo in the case “%s”", (_, steps, ...problems) => {
    expect(listProblemTextsOfSteps(...steps)).toEqual(problems);
  });

  test.each<FlowProblemTestCase>([
    [
      "the names differ in a number",
      [buildVariableSettingStep("A", "page_1"), buildPromptStep("Sum", "{{page_1}} {{page_2}}")],
    ],
    [
      "the names are short",
      [buildVariableSettingStep("A", "age"), buildPromptStep("Sum", "{{page}} {{age}}")],
    ],
    [
      "the name is similar to no other name",
      [buildVariableSettingStep("Fetch", "page"), buildPromptStep("Sum", "{{page}} {{topic}}")],
    ],
    [
      "the singular or plural of a platform variable",
      [
        buildPromptStep("A", "{{ message }} {{users}} {{records.0}} {{user_messages}} {{userMessages}}"),
        buildScriptStep("B", "return input.message"),
      ],
    ],
    [
      "the plural of an input that is read more often",
      [
        buildPromptStep("A", "{{order}}"),
        buildPromptStep("B", "{{order}}"),
        buildPromptStep("C", "{{orders}}"),
      ],
    ],
    [
      "two similar inputs that are read equally often",
      [buildPromptStep("A", "{{audience}}"), buildPromptStep("B", "{{audiense}}")],
    ],
    [
      "{{flow:name}} reads the variable",
      [buildVariableSettingStep("Fetch", "summary"), buildPromptStep("Sum", "{{flow:sumary}} {{summary}}")],
    ],
    [
      "the reading step is disabled",
      [
        buildVariableSettingStep("Fetch", "summary"),
        buildDisabledCopyOfStep(buildPromptStep("Sum", "{{sumary}}")),
        buildPromptStep("B", "{{summary}}"),
      ],
    ],
  ])("is not reported as a typo in the case “%s”", (_, steps, ...problems) => {
    expect(listProblemTextsOfSteps(...steps)).toEqual(problems);
  });

  test("is corrected to the similar name with the same case and underscores", () => {
    const { inputs } = analyzeFlow(
      buildFlowDocument(buildPromptStep("A", "{{user_mesage}} {{userMesage}}")),
      types,
    );
    expect(inputs.map(({ correction }) => correction)).toEqual(["user_message", "userMessage"]);
  });

  test("is listed as an input with the steps that read the variable, in the order of use", () => {
    const { inputs } = analyzeFlow(
      buildFlowDocument(
        buildPromptStep("A", "{{topic}}"),
        buildConditionalStep("If", "mode === 1", [buildPromptStep("B", "{{topic}} {{tone}}")]),
        fetch,
      ),
      types,
    );
    expect(inputs.map(({ name, reads }) => `${name} by ${reads.map(({ step }) => step).join(", ")}`)).toEqual(
      ["topic by a, b", "mode by if", "tone by b"],
    );
  });
});
