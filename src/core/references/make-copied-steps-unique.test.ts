import { expect, test } from "vitest";
import { buildDocument, buildConditional, buildStep } from "#core/testing/flow-builder.ts";
import { type StepNode, toApiStep } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { listKeysOfStepAndNestedSteps } from "#core/document/step-list.ts";
import { makeCopiedStepsUnique } from "./make-copied-steps-unique.ts";
import { sampleStepTypeLookup } from "#core/testing/sample-step-types.ts";

const step = (id: string, userPrompt: string, outputVariable?: string) =>
  buildStep(id, { config: { userPrompt, ...(outputVariable ? { outputVariable } : {}) } });

const renew = (steps: readonly JsonObject[], present: readonly JsonObject[] = steps): readonly StepNode[] => {
  let count = 0;
  const mintId = () => `new-${(count += 1)}`;
  return makeCopiedStepsUnique(steps, {
    document: buildDocument(...present),
    mintId,
    types: sampleStepTypeLookup,
  });
};

const configs = (nodes: readonly StepNode[]) =>
  nodes.map((node) => {
    const config = toApiStep(node)["config"] as Record<string, string | undefined>;
    return [config["userPrompt"], config["outputVariable"]].filter((text) => text !== undefined).join(" → ");
  });

test("pasting steps gives all steps new ids at every level, and changes nothing else", () => {
  const block = [
    buildConditional("if", [buildStep("a")], [buildConditional("in", [buildStep("b")])]),
    buildStep("c"),
  ];
  const nodes = renew(block);
  const keys = nodes.flatMap(listKeysOfStepAndNestedSteps);
  expect(new Set(keys).size).toBe(5);
  expect(keys.every((key) => key.startsWith("new-"))).toBe(true);
  const text = JSON.stringify(nodes.map(toApiStep)).replaceAll(/"id":"[^"]*"/g, "");
  expect(text).toBe(JSON.stringify(block).replaceAll(/"id":"[^"]*"/g, ""));
});

test("pasting steps gives a step without an id a new id as its first field", () => {
  expect(Object.entries(renew([{ type: "prompt", name: "A" }])[0]?.fields ?? {})).toEqual([
    ["id", "new-1"],
    ["type", "prompt"],
    ["name", "A"],
  ]);
});

test.each<[what: string, block: readonly JsonObject[], present: readonly JsonObject[], ...after: string[]]>([
  [
    "are unchanged if the flow does not set them",
    [step("a", "{{x}}", "page")],
    [step("b", "", "other")],
    "{{x}} → page",
  ],
  ["get a number if the flow sets them", [step("a", "", "page")], [step("b", "", "page")], " → page_2"],
  [
    "skip numbers of variables that the flow reads or sets",
    [step("a", "", "page")],
    [step("b", "{{page_3}}", "page"), step("c", "", "page_2")],
    " → page_4",
  ],
  ["increment an existing number", [step("a", "", "page_2")], [step("b", "", "page_2")], " → page_3"],
  [
    "may contain spaces",
    [step("a", "", "a b"), step("b", "{{a b.x}}")],
    [step("c", "", "a b")],
    " → a b_2",
    "{{a b_2.x}}",
  ],
])("output variables of pasted steps %s", (_, block, present, ...after) => {
  expect(configs(renew(block, present))).toEqual(after);
});

test.each<[what: string, block: readonly JsonObject[], ...after: string[]]>([
  [
    "follow a variable set by an earlier pasted step",
    [step("a", "", "page"), step("b", "{{page.x}} {{other}}")],
    " → page_2",
    "{{page_2.x}} {{other}}",
  ],
  [
    "still read the document's variable in steps before the one that sets it",
    [step("a", "{{page}}"), step("b", "", "page")],
    "{{page}}",
    " → page_2",
  ],
  [
    "still read the document's variable in the step that sets it",
    [step("a", "{{page}} more", "page")],
    "{{page}} more → page_2",
  ],
  [
    "share one new name if two pasted steps set the variable",
    [step("a", "", "page"), step("b", "{{page}}", "page"), step("c", "{{page}}")],
    " → page_2",
    "{{page_2}} → page_2",
    "{{page_2}}",
  ],
])("references within the pasted steps %s", (_, block, ...after) => {
  expect(configs(renew(block))).toEqual(after);
});

test("references within the pasted steps are renamed across branch boundaries where the variable is readable, but not in the other branch", () => {
  const [, conditional, last] = renew([
    step("a", "", "page"),
    buildConditional("if", [step("b", "{{page}}", "score")], [step("c", "{{page}} {{score}}")]),
    step("d", "{{score}}"),
  ]);
  expect(configs(conditional?.branches?.trueSteps ?? [])).toEqual(["{{page_2}} → score_2"]);
  expect(configs(conditional?.branches?.falseSteps ?? [])).toEqual(["{{page_2}} {{score}}"]);
  expect(configs(last ? [last] : [])).toEqual(["{{score_2}}"]);
});

test("references within the pasted steps are not renamed in text that does not parse", () => {
  const broken = buildStep("b", {
    type: "transform-data",
    config: { script: "return page +", outputVariable: "score" },
  });
  const [, node] = renew([step("a", "", "page"), broken]);
  expect(node?.fields["config"]).toEqual({ script: "return page +", outputVariable: "score_2" });
});

test("references within the pasted steps are renamed in code", () => {
  const code = buildStep("b", {
    type: "transform-data",
    when: "page",
    config: { script: "const page_2 = page; return input.page" },
  });
  const [, node] = renew([step("a", "", "page"), code], [step("a", "", "page")]);
  expect([node?.fields["when"], node?.fields["config"]]).toEqual([
    "page_3",
    { script: "const page_2 = page_3; return input.page_3" },
  ]);
});

test("references within the pasted steps get a new name that no local variable hides", () => {
  const template = "{% for page_2 in xs %}{{ page }}{% endfor %}{{ page }}";
  const [, node] = renew([step("a", "", "page"), buildStep("b", { type: "template", config: { template } })]);
  expect(node?.fields["config"]).toEqual({
    template: "{% for page_2 in xs %}{{ page_3 }}{% endfor %}{{ page_3 }}",
  });
});

test("pasting five thousand copies gives them five thousand distinct variable names", () => {
  const block = Array.from({ length: 5_000 }, (_, index) =>
    step(`s${index}`, `{{out_${index}}}`, `out_${index + 1}`),
  );
  const nodes = renew(block);
  expect(new Set(configs(nodes)).size).toBe(5_000);
  expect(configs(nodes)[4_999]).toMatch(/^\{\{out_\d+\}\} → out_10000$/);
});
