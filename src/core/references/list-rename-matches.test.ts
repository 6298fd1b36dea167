import { expect, it } from "vitest";
import { buildDocument, buildStep } from "#core/testing/flow-builder.ts";
import type { JsonObject } from "#core/json/json.ts";
import { applyStepTextReplacements } from "#core/search/step-text-replacements.ts";
import { createRenameMatchPreview, listRenameMatches } from "./list-rename-matches.ts";
import { planVariableRename } from "./rename-variable.ts";
import { sampleStepTypeLookup as types } from "#core/testing/sample-step-types.ts";

const findMatches = (name: string, steps: readonly JsonObject[], options = { sets: true }) =>
  listRenameMatches(buildDocument(...steps), name, types, options);
const previews = (name: string, to: string, steps: readonly JsonObject[]) =>
  findMatches(name, steps).hits.map((hit) => {
    const { before, old, renamed, after } = createRenameMatchPreview(hit, name, to);
    return `${hit.key} ${hit.at.join(".")}: ${before}[${old} → ${renamed}]${after}`;
  });
const prompt = (id: string, userPrompt: string, fields: JsonObject = {}) =>
  buildStep(id, { config: { userPrompt }, ...fields });

it("a rename's preview lists the variable in every syntax, in document order, with its line", () => {
  const steps = [
    buildStep("fetch", { type: "fetch-url", config: { outputVariable: "page" } }),
    prompt("sum", "First line.\n  Sum up {{page.title}} and {{ page }}.\nLast line.", { when: "page > 1" }),
    buildStep("run", { type: "transform-data", config: { script: "return input.page + page" } }),
    buildStep("tell", {
      type: "template",
      config: { template: "{{ page | upcase }} {% for x in page %}{% endfor %}" },
    }),
    buildStep("keep", { type: "upsert-record", config: { sourceVariable: "page" } }),
    prompt("other", "page, {{pages}}"),
  ];
  expect(previews("page", "body", steps)).toEqual([
    "fetch config.outputVariable: [page → body]",
    "sum when: [page → body] > 1",
    "sum config.userPrompt: Sum up {{[page → body].title}} and {{ page }}.",
    "sum config.userPrompt: Sum up {{page.title}} and {{ [page → body] }}.",
    "run config.script: return input.[page → body] + page",
    "run config.script: return input.page + [page → body]",
    "tell config.template: {{ [page → body] | upcase }} {% for x in page %}{% endfor %}",
    "tell config.template: {{ page | upcase }} {% for x in [page → body] %}{% endfor %}",
    "keep config.sourceVariable: [page → body]",
  ]);
});

it("a rename's preview shows the syntax the new name needs, or no text where a local variable hides it", () => {
  const script = "const b = 2;\nreturn input.page + page + b";
  const steps = [buildStep("run", { type: "transform-data", config: { script } })];
  expect(previews("page", "a-b", steps)[0]).toBe(
    "run config.script: return [input.page → input['a-b']] + page + b",
  );
  const hidden = "((body, input, variables) => page)(1)";
  const stuck = previews("page", "body", [
    buildStep("run", { type: "transform-data", config: { script: hidden } }),
  ]);
  expect(stuck[0]).toMatch(/\[page → undefined\]/);
});

it("the preview of a step name's rename omits fields that set a variable of the same name", () => {
  const steps = [buildStep("a", { config: { outputVariable: "Triage" } }), prompt("b", "{{Triage.urgency}}")];
  expect(findMatches("Triage", steps, { sets: false }).hits.map(({ key }) => key)).toEqual(["b"]);
});

it("a rename's preview lists steps whose code contains the name but cannot be parsed", () => {
  const broken = (id: string, script: string) =>
    buildStep(id, { type: "transform-data", config: { script } });
  const { hits, unread } = findMatches("page", [broken("a", "return page +"), broken("b", "return 1 +")]);
  expect([hits, unread]).toEqual([[], ["a"]]);
});

it("a rename's preview lists as many references as the rename changes, also for names such as __proto__", () => {
  for (const name of ["__proto__", "constructor", "toString", "größe", "x".repeat(500)]) {
    const steps = [
      buildStep("a", { config: { outputVariable: name } }),
      prompt("b", `{{${name}}} {{${name}.x}}`),
    ];
    expect(findMatches(name, steps).hits).toHaveLength(3);
    const document = buildDocument(...steps);
    const plan = planVariableRename(document.steps, name, "body", types);
    const renamed = plan.type === "edits" ? applyStepTextReplacements(document, plan.edits) : document;
    expect(listRenameMatches(renamed, name, types, { sets: true }).hits).toEqual([]);
    expect(listRenameMatches(renamed, "body", types, { sets: true }).hits).toHaveLength(3);
  }
});
