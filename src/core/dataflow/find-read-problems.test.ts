import { describe, expect, test } from "vitest";
import { sampleStepTypeLookup as types } from "#core/testing/sample-step-types.ts";
import { analyzeFlow } from "./analyse.ts";
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

describe("a reference to an earlier step is no problem", () => {
  test.each<FlowProblemTestCase>([
    ["a step reads what the one before sets", [fetch, sum]],
    ["by code", [fetch, buildScriptStep("Sum", "return input.page.title")]],
    ["by Liquid", [fetch, buildTemplateStep("Sum", "{% for line in page %}{{ line }}{% endfor %}")]],
    ["by a bare name", [fetch, buildRecordStep("Sum", "page")]],
    ["by a condition", [fetch, buildConditionalStep("If", "page.ok", [buildPromptStep("Tell", "Yes")])]],
    ["by `when`", [fetch, buildPromptStep("Tell", "Yes", undefined, { when: "page.ok" })]],
    ["inside a branch, from before the conditional", [fetch, buildConditionalStep("If", "true", [sum])]],
    ["inside a branch, from the same branch", [buildConditionalStep("If", "true", [fetch, sum])]],
    [
      "deep inside, from the branch around",
      [buildConditionalStep("If", "true", [fetch, buildConditionalStep("In", "true", [sum])])],
    ],
    [
      "after a conditional, when both branches set it",
      [buildConditionalStep("If", "x", [fetch], [buildVariableSettingStep("Load", "page")]), sum],
    ],
    ["what the run supplies", [buildPromptStep("Sum", "{{topic}} for {{audience}}")]],
    [
      "what the platform supplies",
      [buildPromptStep("Sum", "{{_record.id}} {{_now}} {{messages}} {{userMessage}}")],
    ],
    ["secrets", [buildPromptStep("Sum", "{{secret:KEY}} {{secrets.key}}")]],
    [
      "{{flow:name}} of what is set later",
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
      "a name that the step gives its template",
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
      "names that objects inherit",
      [
        buildVariableSettingStep("A", "__proto__"),
        buildVariableSettingStep("B", "constructor"),
        buildVariableSettingStep("C", "toString"),
        buildScriptStep("D", "return [input.__proto__, input['constructor'], toString]"),
      ],
    ],
    [
      "names in other scripts",
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

describe("a reference that finds nothing is an error", () => {
  test.each<FlowProblemTestCase>([
    ["what only a later step sets", [sum, fetch, end], "error read-before-set at sum"],
    [
      "what the step sets itself",
      [buildScriptStep("Add", "return n + 1", "n")],
      "error read-before-set at add",
    ],
    ["its own result by its name", [buildPromptStep("Sum", "{{Sum}}")], "error read-before-set at sum"],
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
      "a condition that reads what is set inside",
      [buildConditionalStep("If", "page.ok", [fetch]), buildVariableSettingStep("Z", "z")],
      "error read-before-set at if",
    ],
    [
      "`when` that reads what the step sets",
      [buildVariableSettingStep("Fetch", "page", { when: "page" })],
      "error read-before-set at fetch",
    ],
    [
      "what a step sets that is off",
      [buildDisabledCopyOfStep(fetch), sum],
      "error read-from-disabled at sum",
    ],
    [
      "what is set in a conditional that is off",
      [buildDisabledCopyOfStep(buildConditionalStep("If", "true", [fetch])), sum],
      "error read-from-disabled at sum",
    ],
    [
      "the result by name of a step that is off",
      [buildDisabledCopyOfStep(buildPromptStep("Fetch", "Go.")), buildPromptStep("Sum", "{{Fetch}}")],
      "error read-from-disabled at sum",
    ],
    [
      "what is off before, and set later",
      [buildDisabledCopyOfStep(fetch), sum, buildVariableSettingStep("Load", "page"), end],
      "error read-from-disabled at sum",
    ],
    [
      "what the other branch sets",
      [buildConditionalStep("If", "x", [fetch], [sum])],
      "error read-from-other-branch at sum",
    ],
    [
      "what the other branch sets, with the branches swapped",
      [buildConditionalStep("If", "x", [sum], [fetch])],
      "error read-from-other-branch at sum",
    ],
    [
      "what the other branch sets deep inside",
      [buildConditionalStep("If", "x", [buildConditionalStep("In", "y", [fetch])], [sum])],
      "error read-from-other-branch at sum",
    ],
    [
      "each in one step, once for each text and name",
      [
        buildPromptStep("Sum", "{{a}} {{a.x}} {{b}}"),
        buildVariableSettingStep("A", "a"),
        buildVariableSettingStep("B", "b"),
      ],
      "error read-before-set at sum",
      "error read-before-set at sum",
    ],
    [
      "a name that objects inherit",
      [buildPromptStep("Sum", "{{__proto__}}"), buildVariableSettingStep("A", "__proto__")],
      "error read-before-set at sum",
    ],
    [
      "in `when` and in the text",
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
      "set in both, in one perhaps",
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
      "the same, said in one word",
      [buildFailingStep("Fetch", "page", { errorHandling: "continue" }), sum],
      "info maybe-unset at sum",
    ],
    [
      "several times, perhaps each time",
      [buildFailingStep("A", "page"), buildFailingStep("B", "page"), sum],
      "info shadowed at b",
      "info maybe-unset at sum",
    ],
    [
      "by the name of a step that may fail",
      [buildFailingStep("Fetch", "page"), buildPromptStep("Sum", "{{Fetch}}")],
      "info maybe-unset at sum",
    ],
  ])("is reported in the case “%s”", (_, steps, ...problems) => {
    expect(listProblemTextsOfSteps(...steps)).toEqual(problems);
  });

  test.each<FlowProblemTestCase>([
    ["its step falls back to a value", [buildFailingStep("Fetch", "page", { defaultValue: "" }), sum]],
    [
      "its step stops the flow when it fails",
      [buildFailingStep("Fetch", "page", { errorHandling: { onError: "fail" } }), sum],
    ],
    [
      "its step stops the flow when it fails, in the short form",
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
      "another spelling",
      [buildVariableSettingStep("Fetch", "userName"), buildPromptStep("Sum", "{{user_name}} {{userName}}")],
      "warning unknown-variable at sum",
    ],
    [
      "a slip in a name of the platform",
      [buildPromptStep("Sum", "{{_recrod.id}}")],
      "warning unknown-variable at sum",
    ],
    [
      "a slip in a longer name of the platform",
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
      "a slip in an input that is read more often",
      [
        buildPromptStep("A", "{{audience}}"),
        buildPromptStep("B", "{{audience}}"),
        buildPromptStep("C", "{{audiense}}"),
      ],
      "warning unknown-variable at c",
    ],
    [
      "a slip in code",
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
      "numbers tell names apart",
      [buildVariableSettingStep("A", "page_1"), buildPromptStep("Sum", "{{page_1}} {{page_2}}")],
    ],
    [
      "short names tell apart",
      [buildVariableSettingStep("A", "age"), buildPromptStep("Sum", "{{page}} {{age}}")],
    ],
    [
      "too far from all",
      [buildVariableSettingStep("Fetch", "page"), buildPromptStep("Sum", "{{page}} {{topic}}")],
    ],
    [
      "the singular or plural of a name of the platform",
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
      "two inputs alike, as often",
      [buildPromptStep("A", "{{audience}}"), buildPromptStep("B", "{{audiense}}")],
    ],
    [
      "{{flow:name}} is never a problem",
      [buildVariableSettingStep("Fetch", "summary"), buildPromptStep("Sum", "{{flow:sumary}} {{summary}}")],
    ],
    [
      "a step that is off",
      [
        buildVariableSettingStep("Fetch", "summary"),
        buildDisabledCopyOfStep(buildPromptStep("Sum", "{{sumary}}")),
        buildPromptStep("B", "{{summary}}"),
      ],
    ],
  ])("is treated as an input in the case “%s”", (_, steps, ...problems) => {
    expect(listProblemTextsOfSteps(...steps)).toEqual(problems);
  });

  test("is corrected in the spelling that is nearest to its own", () => {
    const { inputs } = analyzeFlow(
      buildFlowDocument(buildPromptStep("A", "{{user_mesage}} {{userMesage}}")),
      types,
    );
    expect(inputs.map(({ correction }) => correction)).toEqual(["user_message", "userMessage"]);
  });

  test("are listed as inputs in the order of use, with the steps that read them", () => {
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
