import { expect, test } from "vitest";
import { buildDocument, buildConditional, buildStep } from "#core/testing/flow-builder.ts";
import { type JsonObject, getJsonAtPath } from "#core/json/json.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { applyStepTextReplacements } from "#core/search/step-text-replacements.ts";
import { planVariableRename } from "./rename-variable.ts";
import { sampleStepTypeLookup } from "#core/testing/sample-step-types.ts";

const rename = (steps: readonly JsonObject[], from: string, to: string) => {
  const document = buildDocument(...steps);
  const plan = planVariableRename(document.steps, from, to, sampleStepTypeLookup);
  return {
    plan,
    document,
    after: plan.type === "edits" ? applyStepTextReplacements(document, plan.edits) : undefined,
  };
};

const renameIn = ([type, field]: readonly [string, string], text: string, from: string, to: string) => {
  const { plan, after } = rename([buildStep("score", { type, config: { [field]: text } })], from, to);
  return plan.type === "refused" ? plan.reason : getJsonAtPath(after?.steps[0]?.fields, ["config", field]);
};

test.each([
  ["return { page }", "return { page: body }"],
  ["({ page = 1 } = score)", "({ page: body = 1 } = score)"],
  ["const { page } = input; return page", "const { body: page } = input; return page"],
  ["const { page = 1, x } = input; return page", "const { body: page = 1, x } = input; return page"],
  ["const { page: p, 'page': q } = input", "const { body: p, 'body': q } = input"],
  ["({ page } = input); return page", "({ body } = input); return body"],
  ["({ page = 1, x } = input)", "({ body = 1, x } = input)"],
  ["let page; ({ page } = input); return page", "let page; ({ body: page } = input); return page"],
  ["let body; ({ page } = input)", "let body; ({ body: variables.body } = input)"],
  ["return '{{page}} page' + {{page.x}}", "return '{{body}} page' + {{body.x}}"],
  ["return page // {{page}}", "return body // {{page}}"],
  ["return \\u0070age", "return body"],
  ["const body = 1; return page + body", "const body = 1; return variables.body + body"],
  ["const body = 1; return { page }", "const body = 1; return { page: variables.body }"],
  ["return ((body, variables) => page)()", "return ((body, variables) => input.body)()"],
])("renaming the variable “page” to “body” in a script changes %j into %j", (before, after) => {
  expect(renameIn(["transform-data", "script"], before, "page", "body")).toBe(after);
});

test.each([
  ["a-b", "return page.x", "return variables['a-b'].x"],
  ["a-b", "return { page }", "return { page: variables['a-b'] }"],
  ["a-b", "return input.page.x + input?.page", "return input['a-b'].x + input?.['a-b']"],
  ["a-b", "return input['page']", "return input['a-b']"],
  ["a-b", "return (input).page + (input)?.page", "return input['a-b'] + input?.['a-b']"],
  ["a-b", "({ page } = input)", "({ 'a-b': variables['a-b'] } = input)"],
  ["a-b", "const { page, page: p } = input", "const { 'a-b': page, 'a-b': p } = input"],
  ["a-b", "return '{{page}}'", "return '{{a-b}}'"],
  ["class", "return page + input.page", "return variables.class + input.class"],
])(
  "a new variable name is written in the syntax that it needs if page becomes %s in %j",
  (to, before, after) => {
    expect(renameIn(["transform-data", "script"], before, "page", to)).toBe(after);
  },
);

test("a new variable name is written in the syntax that it needs and stays in quotes if the old name was in quotes", () => {
  expect(renameIn(["transform-data", "script"], "return input['a-b'] + '{{a-b}}'", "a-b", "page")).toBe(
    "return input['page'] + '{{page}}'",
  );
});

test.each([
  [
    "page {{page}} {{ page.page }} {{pages}} {{x.page}}",
    "page {{body}} {{ body.page }} {{pages}} {{x.page}}",
  ],
  ["{{{page}}} {{flow:page}} {{secret:page}} {{ page", "{{{body}}} {{flow:body}} {{secret:page}} {{ page"],
  ["{{page | upcase}} {{page['page'][0]}}", "{{body | upcase}} {{body['page'][0]}}"],
])("renaming the variable “page” to “body” in other fields in the text %j", (before, after) => {
  expect(renameIn(["prompt", "userPrompt"], before, "page", "body")).toBe(after);
});

test.each([
  ["prompt", "outputVariable", "page", "body"],
  ["prompt", "outputVariable", "page ", "page "],
  ["set-variable", "variableName", "page", "body"],
  ["set-variable", "outputVariable", "page", "page"],
  ["upsert-record", "sourceVariable", "page.items", "body.items"],
  ["upsert-record", "recordName", "page", "page"],
  ["conditional", "condition", "{{page}} && page && 'page'", "{{body}} && body && 'page'"],
])(
  "renaming the variable “page” to “body” in other fields in a %s step, config.%s: %j",
  (type, field, before, after) => {
    expect(renameIn([type, field], before, "page", "body")).toBe(after);
  },
);

test.each([
  ["{{ page.page | append: page }} page 'page'", "{{ body.page | append: body }} page 'page'"],
  [
    "{% if x %}{% assign page = 1 %}{% endif %}{{ page }}",
    "{% if x %}{% assign body = 1 %}{% endif %}{{ body }}",
  ],
  ["{{ ['page'].x }}{{ x['page'] }}{{ x[page] }}", "{{ ['body'].x }}{{ x['page'] }}{{ x[body] }}"],
  ["{% render 'page', page: page %}", "{% render 'page', page: body %}"],
])("renaming the variable “page” to “body” in other fields in the Liquid template %j", (before, after) => {
  expect(renameIn(["template", "template"], before, "page", "body")).toBe(after);
});

test.each([
  ["$x", "{{ page }}", "{{ ['$x'] }}"],
  ["empty", "{% if page == empty %}{% endif %}", "{% if ['empty'] == empty %}{% endif %}"],
  ["a-b", "{{ page }}", "{{ a-b }}"],
])(
  "renaming the variable “page” to “body” in other fields page becomes %s in the Liquid template %j",
  (to, before, after) => {
    expect(renameIn(["template", "template"], before, "page", to)).toBe(after);
  },
);

test("a rename changes `when`, nested steps, all forms of references, and the name where the variable is set", () => {
  const inner = buildStep("inner", { when: "page.ok", config: { userPrompt: "{{page}}" } });
  const { document, after } = rename(
    [
      buildStep("fetch", { config: { outputVariable: "page" } }),
      { ...buildConditional("route", [buildConditional("deep", [], [inner])]), when: "{{page}}" },
      buildStep("other", { config: { userPrompt: "{{pages}}" } }),
    ],
    "page",
    "body",
  );
  const texts = JSON.stringify(
    [...getLocationsOfAllSteps(after ?? document).values()].map(({ node }) => [
      node.fields["when"],
      getJsonAtPath(node.fields, ["config", "userPrompt"]),
      getJsonAtPath(node.fields, ["config", "outputVariable"]),
    ]),
  );
  expect(texts).toBe(
    '[[null,null,"body"],["{{body}}",null,null],[null,null,null],["body.ok","{{body}}",null],[null,"{{pages}}",null]]',
  );
  expect(after?.steps[2]).toBe(document.steps[2]);
});

test.each([
  ["“” is not a valid variable name. Start with a letter or _, then use letters, digits, _ or -.", ""],
  ["“a.b” is not a valid", "a.b"],
  ["“{{a}}” is not a valid", "{{a}}"],
  ["“_record” is built in. Choose another name.", "_record"],
  [`“${"x".repeat(40)}…” is not a valid`, "x".repeat(500) + " "],
])("a rename is refused with the reason: %s", (reason, to) => {
  expect(rename([], "page", to).plan).toEqual({ type: "refused", reason: expect.stringContaining(reason) });
});

test.each([
  ["template", "template", "{% for item in page %}{{ page }}{% endfor %}", "item"],
  ["template", "template", "{% assign item = 1 %}{{ page }}", "item"],
  ["template", "template", "{% if x %}{% assign item = 1 %}{% endif %}{{ page }}", "item"],
  ["transform-data", "script", "return ((item, input, variables) => page)()", "item"],
])(
  "a rename is refused if a local variable would hide the new name in a %s step, config.%s: %j",
  (type, field, text, to) => {
    expect(renameIn([type, field], text, "page", to)).toBe(
      `“Score” (config.${field}) uses “item” for something else. Choose another name.`,
    );
  },
);

test("renaming a variable to its current name succeeds and changes nothing", () => {
  expect(rename([buildStep("a", { config: { outputVariable: "a b" } })], "a b", "a b").plan).toEqual({
    type: "edits",
    edits: [],
  });
});
