import { describe, expect, test } from "vitest";
import { buildConditional, buildFlow, buildStep } from "#core/flow-builder.ts";
import { type StepNode, parseFlow, toWireStep } from "#core/flow-document.ts";
import type { JsonObject } from "#core/json.ts";
import { keysWithin } from "#core/step-list.ts";
import { renewSteps } from "./renew-steps.ts";
import { sampleStepTypes } from "./sample-step-types.ts";

const step = (id: string, userPrompt: string, outputVariable?: string) =>
  buildStep(id, { config: { userPrompt, ...(outputVariable ? { outputVariable } : {}) } });

const renew = (steps: readonly JsonObject[], present: readonly JsonObject[] = steps): readonly StepNode[] => {
  let count = 0;
  const mintId = () => `new-${(count += 1)}`;
  return renewSteps(steps, {
    document: parseFlow(buildFlow("Flow", present)),
    mintId,
    types: sampleStepTypes,
  });
};

const configs = (nodes: readonly StepNode[]) =>
  nodes.map((node) => {
    const config = toWireStep(node)["config"] as Record<string, string | undefined>;
    return [config["userPrompt"], config["outputVariable"]].filter((text) => text !== undefined).join(" → ");
  });

describe("ids", () => {
  test("all steps get new ones, nested ones too, and nothing else of them changes", () => {
    const block = [
      buildConditional("if", [buildStep("a")], [buildConditional("in", [buildStep("b")])]),
      buildStep("c"),
    ];
    const nodes = renew(block);
    const keys = nodes.flatMap(keysWithin);
    expect(new Set(keys).size).toBe(5);
    expect(keys.every((key) => key.startsWith("new-"))).toBe(true);
    const text = JSON.stringify(nodes.map(toWireStep)).replaceAll(/"id":"[^"]*"/g, "");
    expect(text).toBe(JSON.stringify(block).replaceAll(/"id":"[^"]*"/g, ""));
  });

  test("a step without an id gets one, first of all its fields", () => {
    expect(Object.entries(renew([{ type: "prompt", name: "A" }])[0]?.fields ?? {})).toEqual([
      ["id", "new-1"],
      ["type", "prompt"],
      ["name", "A"],
    ]);
  });

  test("steps stand in the order that they say", () => {
    const nodes = renew([buildStep("b", { order: 2 }), buildStep("a", { order: 1 })]);
    expect(nodes.map(({ fields }) => fields["name"])).toEqual(["A", "B"]);
  });
});

describe("output variables", () => {
  test.each<[what: string, block: readonly JsonObject[], present: readonly JsonObject[], ...after: string[]]>(
    [
      ["stay where nothing clashes", [step("a", "{{x}}", "page")], [step("b", "", "other")], "{{x}} → page"],
      ["are made unique", [step("a", "", "page")], [step("b", "", "page")], " → page_2"],
      [
        "are made unique past those in use, read or set",
        [step("a", "", "page")],
        [step("b", "{{page_3}}", "page"), step("c", "", "page_2")],
        " → page_4",
      ],
      ["count on", [step("a", "", "page_2")], [step("b", "", "page_2")], " → page_3"],
      [
        "each have a name of their own",
        [step("a", "", "page"), step("b", "", "page_2")],
        [step("c", "", "page"), step("d", "", "page_2")],
        " → page_3",
        " → page_4",
      ],
      [
        "clash with those in branches and of steps switched off",
        [step("a", "", "page"), step("b", "", "score")],
        [buildConditional("if", [step("c", "", "page")]), { ...step("d", "", "score"), enabled: false }],
        " → page_2",
        " → score_2",
      ],
      [
        "may have names that objects inherit",
        [step("a", "", "__proto__")],
        [step("b", "", "__proto__")],
        " → __proto___2",
      ],
      [
        "may have blanks",
        [step("a", "", "a b"), step("b", "{{a b.x}}")],
        [step("c", "", "a b")],
        " → a b_2",
        "{{a b_2.x}}",
      ],
    ],
  )("%s", (_, block, present, ...after) => {
    expect(configs(renew(block, present))).toEqual(after);
  });
});

describe("references in the block", () => {
  test.each<[what: string, block: readonly JsonObject[], ...after: string[]]>([
    [
      "follow what a step before sets",
      [step("a", "", "page"), step("b", "{{page.x}} {{other}}")],
      " → page_2",
      "{{page_2.x}} {{other}}",
    ],
    [
      "stay with the document's variable before that",
      [step("a", "{{page}}"), step("b", "", "page")],
      "{{page}}",
      " → page_2",
    ],
    ["of the step that sets it, too", [step("a", "{{page}} more", "page")], "{{page}} more → page_2"],
    [
      "share one name where two steps set it",
      [step("a", "", "page"), step("b", "{{page}}", "page"), step("c", "{{page}}")],
      " → page_2",
      "{{page_2}} → page_2",
      "{{page_2}}",
    ],
  ])("%s", (_, block, ...after) => {
    expect(configs(renew(block))).toEqual(after);
  });

  test("follow into branches and out of them, not from one branch to the other", () => {
    const [, conditional, last] = renew([
      step("a", "", "page"),
      buildConditional("if", [step("b", "{{page}}", "score")], [step("c", "{{page}} {{score}}")]),
      step("d", "{{score}}"),
    ]);
    expect(configs(conditional?.branches?.trueSteps ?? [])).toEqual(["{{page_2}} → score_2"]);
    expect(configs(conditional?.branches?.falseSteps ?? [])).toEqual(["{{page_2}} {{score}}"]);
    expect(configs(last ? [last] : [])).toEqual(["{{score_2}}"]);
  });

  test("text that does not parse stays as it is", () => {
    const broken = buildStep("b", {
      type: "transform-data",
      config: { script: "return page +", outputVariable: "score" },
    });
    const [, node] = renew([step("a", "", "page"), broken]);
    expect(node?.fields["config"]).toEqual({ script: "return page +", outputVariable: "score_2" });
  });

  test("follow in code", () => {
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

  test("follow where a local name would hide the first that comes to mind", () => {
    const template = "{% for page_2 in xs %}{{ page }}{% endfor %}{{ page }}";
    const [, node] = renew([
      step("a", "", "page"),
      buildStep("b", { type: "template", config: { template } }),
    ]);
    expect(node?.fields["config"]).toEqual({
      template: "{% for page_2 in xs %}{{ page_3 }}{% endfor %}{{ page_3 }}",
    });
  });
});

test("five thousand steps that all clash get five thousand names", () => {
  const block = Array.from({ length: 5_000 }, (_, index) =>
    step(`s${index}`, `{{out_${index}}}`, `out_${index + 1}`),
  );
  const nodes = renew(block);
  expect(new Set(configs(nodes)).size).toBe(5_000);
  expect(configs(nodes)[4_999]).toMatch(/^\{\{out_\d+\}\} → out_10000$/);
});
