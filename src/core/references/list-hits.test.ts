import { expect, it } from "vitest";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { parseFlow } from "#core/flow-document.ts";
import type { JsonObject } from "#core/json.ts";
import { applyTextEdits } from "#core/text-edit.ts";
import { describeHit, listHits } from "./list-hits.ts";
import { planRename } from "./rename-variable.ts";
import { sampleStepTypes as types } from "./sample-step-types.ts";

const hitsOf = (name: string, steps: readonly JsonObject[], options = { sets: true }) =>
  listHits(parseFlow(buildFlow("f", steps)), name, types, options);
const words = (name: string, to: string, steps: readonly JsonObject[]) =>
  hitsOf(name, steps).hits.map((hit) => {
    const { before, old, renamed, after } = describeHit(hit, name, to);
    return `${hit.key} ${hit.at.join(".")}: ${before}[${old} → ${renamed}]${after}`;
  });
const prompt = (id: string, userPrompt: string, fields: JsonObject = {}) =>
  buildStep(id, { config: { userPrompt }, ...fields });

it("finds a name in every form, in the order of the page, with its line as it will be", () => {
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
  expect(words("page", "body", steps)).toEqual([
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

it("shows the syntax that another name needs, and that a name cannot be written where it is hidden", () => {
  const script = "const b = 2;\nreturn input.page + page + b";
  const steps = [buildStep("run", { type: "transform-data", config: { script } })];
  expect(words("page", "a-b", steps)[0]).toBe(
    "run config.script: return [input.page → input['a-b']] + page + b",
  );
  const hidden = "((body, input, variables) => page)(1)";
  const stuck = words("page", "body", [
    buildStep("run", { type: "transform-data", config: { script: hidden } }),
  ]);
  expect(stuck[0]).toMatch(/\[page → undefined\]/);
});

it("leaves out where steps set it, for a name that a step is read by", () => {
  const steps = [buildStep("a", { config: { outputVariable: "Triage" } }), prompt("b", "{{Triage.urgency}}")];
  expect(hitsOf("Triage", steps, { sets: false }).hits.map(({ key }) => key)).toEqual(["b"]);
});

it("names the steps whose code does not parse and may mean the variable", () => {
  const broken = (id: string, script: string) =>
    buildStep(id, { type: "transform-data", config: { script } });
  const { hits, unread } = hitsOf("page", [broken("a", "return page +"), broken("b", "return 1 +")]);
  expect([hits, unread]).toEqual([[], ["a"]]);
});

it("cuts a long line on both sides, never through a character", () => {
  const [line] = words("page", "body", [prompt("sum", `${"😀".repeat(50)}{{page}}${"😀".repeat(50)}`)]);
  expect(line).toMatch(/^sum config\.userPrompt: …(😀)+\{\{\[page → body\]\}\}(😀)+…$/u);
});

it("shows as many places as a rename changes, for names that every object has too", () => {
  for (const name of ["__proto__", "constructor", "toString", "größe", "x".repeat(500)]) {
    const steps = [
      buildStep("a", { config: { outputVariable: name } }),
      prompt("b", `{{${name}}} {{${name}.x}}`),
    ];
    expect(hitsOf(name, steps).hits).toHaveLength(3);
    const document = parseFlow(buildFlow("f", steps));
    const plan = planRename(document.steps, name, "body", types);
    const renamed = plan.type === "edits" ? applyTextEdits(document, plan.edits) : document;
    expect(listHits(renamed, name, types, { sets: true }).hits).toEqual([]);
    expect(listHits(renamed, "body", types, { sets: true }).hits).toHaveLength(3);
  }
});
