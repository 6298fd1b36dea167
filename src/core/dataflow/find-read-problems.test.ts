import { describe, expect, test } from "vitest";
import { sampleStepTypes as types } from "#core/references/sample-step-types.ts";
import { analyse } from "./analyse.ts";
import {
  type ProblemCase,
  either,
  flowOf,
  off,
  prompt,
  saves,
  script,
  sets,
  tellProblems,
  template,
  tries,
} from "./short-flow.ts";

const fetch = sets("Fetch", "page");
const sum = prompt("Sum", "{{page}}", "summary");
const end = prompt("End", "{{summary}}");

describe("what stands in order is no problem", () => {
  test.each<ProblemCase>([
    ["a step reads what the one before sets", [fetch, sum]],
    ["by code", [fetch, script("Sum", "return input.page.title")]],
    ["by Liquid", [fetch, template("Sum", "{% for line in page %}{{ line }}{% endfor %}")]],
    ["by a bare name", [fetch, saves("Sum", "page")]],
    ["by a condition", [fetch, either("If", "page.ok", [prompt("Tell", "Yes")])]],
    ["by `when`", [fetch, prompt("Tell", "Yes", undefined, { when: "page.ok" })]],
    ["inside a branch, from before the conditional", [fetch, either("If", "true", [sum])]],
    ["inside a branch, from the same branch", [either("If", "true", [fetch, sum])]],
    ["deep inside, from the branch around", [either("If", "true", [fetch, either("In", "true", [sum])])]],
    [
      "after a conditional, when both branches set it",
      [either("If", "x", [fetch], [sets("Load", "page")]), sum],
    ],
    ["what the run supplies", [prompt("Sum", "{{topic}} for {{audience}}")]],
    ["what the platform supplies", [prompt("Sum", "{{_record.id}} {{_now}} {{messages}} {{userMessage}}")]],
    ["secrets", [prompt("Sum", "{{secret:KEY}} {{secrets.key}}")]],
    ["{{flow:name}} of what is set later", [prompt("Sum", "{{flow:page}}"), sets("Fetch", "page")]],
    ["the result of a step by its name", [prompt("Fetch page", "Go."), prompt("Sum", "{{Fetch page}}")]],
    ["a local name in code", [script("Sum", "const page = 1; return page"), saves("Save", "topic")]],
    ["a local name in Liquid", [template("Sum", "{% assign page = 1 %}{{ page }}")]],
    [
      "a name that the step gives its template",
      [template("Sum", "{{ page }}", "out", { page: "{{_record.page}}" })],
    ],
    [
      "an update of a variable from itself",
      [sets("Start", "n"), script("Add", "return n + 1", "n"), saves("Save", "n")],
      "info shadowed at add",
    ],
    [
      "names that objects inherit",
      [
        sets("A", "__proto__"),
        sets("B", "constructor"),
        sets("C", "toString"),
        script("D", "return [input.__proto__, input['constructor'], toString]"),
      ],
    ],
    [
      "names in other scripts",
      [sets("A", "größe"), sets("B", "数据"), prompt("C", "{{größe}} {{ 数据.x }}")],
    ],
  ])("%s", (_, steps, ...problems) => {
    expect(tellProblems(...steps)).toEqual(problems);
  });
});

describe("a reference that finds nothing is an error", () => {
  test.each<ProblemCase>([
    ["what only a later step sets", [sum, fetch, end], "error read-before-set at sum"],
    ["what the step sets itself", [script("Add", "return n + 1", "n")], "error read-before-set at add"],
    ["its own result by its name", [prompt("Sum", "{{Sum}}")], "error read-before-set at sum"],
    [
      "two steps that read each other",
      [prompt("A", "{{b}}", "a"), prompt("B", "{{a}}", "b")],
      "error read-before-set at a",
    ],
    [
      "two steps that read each other by their names",
      [prompt("A", "{{B}}"), prompt("B", "{{A}}")],
      "error read-before-set at a",
    ],
    [
      "a condition that reads what is set inside",
      [either("If", "page.ok", [fetch]), sets("Z", "z")],
      "error read-before-set at if",
    ],
    [
      "`when` that reads what the step sets",
      [sets("Fetch", "page", { when: "page" })],
      "error read-before-set at fetch",
    ],
    ["what a step sets that is off", [off(fetch), sum], "error read-from-disabled at sum"],
    [
      "what is set in a conditional that is off",
      [off(either("If", "true", [fetch])), sum],
      "error read-from-disabled at sum",
    ],
    [
      "the result by name of a step that is off",
      [off(prompt("Fetch", "Go.")), prompt("Sum", "{{Fetch}}")],
      "error read-from-disabled at sum",
    ],
    [
      "what is off before, and set later",
      [off(fetch), sum, sets("Load", "page"), end],
      "error read-from-disabled at sum",
    ],
    [
      "what the other branch sets",
      [either("If", "x", [fetch], [sum])],
      "error read-from-other-branch at sum",
    ],
    [
      "the same, the other way round",
      [either("If", "x", [sum], [fetch])],
      "error read-from-other-branch at sum",
    ],
    [
      "what the other branch sets deep inside",
      [either("If", "x", [either("In", "y", [fetch])], [sum])],
      "error read-from-other-branch at sum",
    ],
    [
      "each in one step, once for each text and name",
      [prompt("Sum", "{{a}} {{a.x}} {{b}}"), sets("A", "a"), sets("B", "b")],
      "error read-before-set at sum",
      "error read-before-set at sum",
    ],
    [
      "a name that objects inherit",
      [prompt("Sum", "{{__proto__}}"), sets("A", "__proto__")],
      "error read-before-set at sum",
    ],
    [
      "in `when` and in the text",
      [prompt("Sum", "{{page}}", undefined, { when: "page" }), fetch],
      "error read-before-set at sum",
      "error read-before-set at sum",
    ],
  ])("%s", (_, steps, ...problems) => {
    expect(tellProblems(...steps)).toEqual(problems);
  });

  test("a step that is off reads nothing", () => {
    expect(tellProblems(off(sum), fetch)).toEqual([]);
    expect(tellProblems(off(either("If", "page", [sum])), fetch)).toEqual([]);
  });
});

describe("a reference that may find nothing is said", () => {
  test.each<ProblemCase>([
    ["set in one branch", [either("If", "x", [fetch]), sum], "info maybe-unset at sum"],
    [
      "set in “else”",
      [either("If", "x", [sets("A", "a"), saves("B", "a")], [fetch]), sum],
      "info maybe-unset at sum",
    ],
    [
      "set in both, in one perhaps",
      [either("If", "x", [fetch], [tries("Load", "page")]), sum],
      "info maybe-unset at sum",
    ],
    [
      "set in both branches of a conditional with `when`",
      [either("If", "x", [fetch], [sets("Load", "page")], { when: "y" }), sum],
      "info maybe-unset at sum",
    ],
    ["set by a step with `when`", [sets("Fetch", "page", { when: "x" }), sum], "info maybe-unset at sum"],
    ["set by a step that may fail", [tries("Fetch", "page"), sum], "info maybe-unset at sum"],
    [
      "the same, said in one word",
      [tries("Fetch", "page", { errorHandling: "continue" }), sum],
      "info maybe-unset at sum",
    ],
    [
      "several times, perhaps each time",
      [tries("A", "page"), tries("B", "page"), sum],
      "info shadowed at b",
      "info maybe-unset at sum",
    ],
    [
      "by the name of a step that may fail",
      [tries("Fetch", "page"), prompt("Sum", "{{Fetch}}")],
      "info maybe-unset at sum",
    ],
  ])("%s", (_, steps, ...problems) => {
    expect(tellProblems(...steps)).toEqual(problems);
  });

  test.each<ProblemCase>([
    ["it falls back to a value", [tries("Fetch", "page", { defaultValue: "" }), sum]],
    [
      "it stops the flow when it fails",
      [tries("Fetch", "page", { errorHandling: { onError: "fail" } }), sum],
    ],
    ["the same, said in one word", [tries("Fetch", "page", { errorHandling: "fail" }), sum]],
    ["it is set surely before", [fetch, tries("Again", "page"), sum], "info shadowed at again"],
    ["`when` is empty", [sets("Fetch", "page", { when: "" }), sum]],
  ])("but not where %s", (_, steps, ...problems) => {
    expect(tellProblems(...steps)).toEqual(problems);
  });
});

describe("names that nobody sets", () => {
  test.each<ProblemCase>([
    [
      "a letter is missing",
      [sets("Fetch", "customer_name"), prompt("Sum", "{{custmer_name}} {{customer_name}}")],
      "warning unknown-variable at sum",
    ],
    [
      "two letters are swapped",
      [sets("Fetch", "summary"), prompt("Sum", "{{sumamry}} {{summary}}")],
      "warning unknown-variable at sum",
    ],
    [
      "another spelling",
      [sets("Fetch", "userName"), prompt("Sum", "{{user_name}} {{userName}}")],
      "warning unknown-variable at sum",
    ],
    [
      "a slip in a name of the platform",
      [prompt("Sum", "{{_recrod.id}}")],
      "warning unknown-variable at sum",
    ],
    [
      "a slip in an input that is read more often",
      [prompt("A", "{{audience}}"), prompt("B", "{{audience}}"), prompt("C", "{{audiense}}")],
      "warning unknown-variable at c",
    ],
    [
      "a slip in code",
      [sets("Fetch", "article"), script("Sum", "return artcle.title + article.text")],
      "warning unknown-variable at sum",
    ],
  ])("%s: a near miss", (_, steps, ...problems) => {
    expect(tellProblems(...steps)).toEqual(problems);
  });

  test.each<ProblemCase>([
    ["numbers tell names apart", [sets("A", "page_1"), prompt("Sum", "{{page_1}} {{page_2}}")]],
    ["short names tell apart", [sets("A", "age"), prompt("Sum", "{{page}} {{age}}")]],
    ["too far from all", [sets("Fetch", "page"), prompt("Sum", "{{page}} {{topic}}")]],
    ["two inputs alike, as often", [prompt("A", "{{audience}}"), prompt("B", "{{audiense}}")]],
    [
      "{{flow:name}} is never a problem",
      [sets("Fetch", "summary"), prompt("Sum", "{{flow:sumary}} {{summary}}")],
    ],
    [
      "a step that is off",
      [sets("Fetch", "summary"), off(prompt("Sum", "{{sumary}}")), prompt("B", "{{summary}}")],
    ],
  ])("%s: an input", (_, steps, ...problems) => {
    expect(tellProblems(...steps)).toEqual(problems);
  });

  test("inputs are listed as a run comes to need them, with who reads them", () => {
    const { inputs } = analyse(
      flowOf(
        prompt("A", "{{topic}}"),
        either("If", "mode === 1", [prompt("B", "{{topic}} {{tone}}")]),
        fetch,
      ),
      types,
    );
    expect(inputs.map(({ name, reads }) => `${name} by ${reads.map(({ step }) => step).join(", ")}`)).toEqual(
      ["topic by a, b", "mode by if", "tone by b"],
    );
  });
});
