import { describe, expect, it } from "vitest";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import {
  MAX_LINEAR_TIME_GROWTH_FACTOR,
  measureTimeGrowthForFourfoldInput,
} from "#core/testing/measure-growth.ts";
import { sampleStepTypeLookup } from "#core/testing/sample-step-types.ts";
import { analyzeFlow } from "./analyze.ts";

const name = (index: number) =>
  `name${index.toString(36).replaceAll(/\d/g, (digit) => "qrstuvwxyz".charAt(Number(digit)))}`;
const many = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join("");

function analyzeSteps(steps: readonly JsonObject[]) {
  return analyzeFlow(parseFlowDocument({ name: "", flowSteps: steps }), sampleStepTypeLookup);
}

describe("a text is analyzed in linear time", () => {
  it.each<[string, string, string, (size: number) => string]>([
    [
      "declared names",
      "transform-data",
      "script",
      (size) => `const {${many(size / 8, (n) => `${name(n)},`)}} = input`,
    ],
    ["declarations", "transform-data", "script", (size) => many(size / 14, (n) => `let ${name(n)};`)],
    ["functions", "transform-data", "script", (size) => many(size / 26, (n) => `function ${name(n)}() {}`)],
    ["sums", "transform-data", "script", (size) => `1${"+ a".repeat(size / 4)}`],
    ["paths", "transform-data", "script", (size) => `a${".b".repeat(size / 2)}`],
    ["calls", "transform-data", "script", (size) => "a();".repeat(size / 4)],
    ["comments around variables", "transform-data", "script", (size) => "/*{{a}}*/".repeat(size / 9)],
    ["variables", "prompt", "userPrompt", (size) => many(size / 12, (n) => `{{page_${n}}}`)],
    ["faults", "prompt", "userPrompt", (size) => "{{ ! }}\n".repeat(size / 8)],
    ["blanks", "prompt", "userPrompt", (size) => `{{secret:${" ".repeat(size)}\n}}`],
    ["outputs", "template", "template", (size) => many(size / 12, (n) => `{{page_${n}}}`)],
    [
      "nested ifs of a template",
      "template",
      "template",
      (size) => "{% if a %}".repeat(size / 20) + "{% endif %}".repeat(size / 20),
    ],
    ["a condition", "conditional", "condition", (size) => `a${" && a".repeat(size / 5)}`],
    ["variables of a condition", "conditional", "condition", (size) => `1${" + {{a}}".repeat(size / 8)}`],
    ["open brackets of a condition", "conditional", "condition", (size) => "(".repeat(size)],
  ])("with %s", (_, type, field, make) => {
    const run = (size: number) =>
      analyzeSteps([{ id: "a", type, name: "A", config: { [field]: make(size) } }]);
    expect(measureTimeGrowthForFourfoldInput(run)).toBeLessThan(MAX_LINEAR_TIME_GROWTH_FACTOR);
  });
});

describe("a flow is analyzed in linear time", () => {
  it.each<[string, (index: number) => JsonObject]>([
    [
      "names that differ by a letter",
      (n) => ({ userPrompt: many(20, (k) => `{{${name(n * 20 + k)}}}`), outputVariable: `${name(n)}x` }),
    ],
    [
      "inputs of long names",
      (n) => ({ userPrompt: many(4, (k) => `{{${"long".repeat(200)}${name(n * 4 + k)}}}`) }),
    ],
    ["invalid configs", () => ({ model: {}, userPrompt: [], temperature: {}, tools: 3 })],
  ])("with %s", (_, make) => {
    const run = (size: number) =>
      analyzeSteps(
        Array.from({ length: size }, (_item, n) => ({
          id: `s${n}`,
          type: "prompt",
          name: `Step ${n}`,
          config: make(n),
        })),
      );
    expect(measureTimeGrowthForFourfoldInput(run)).toBeLessThan(MAX_LINEAR_TIME_GROWTH_FACTOR);
  });

  it("even if 400 steps set the same variable and each step reads it many times", () => {
    // Detects an analysis that lists the steps that set a variable for every reference instead of once per step, which
    // takes quadratic time.
    const run = (size: number) =>
      analyzeSteps(
        Array.from({ length: 400 }, (_item, n) => ({
          id: `s${n}`,
          type: "prompt",
          name: `Step ${n}`,
          when: "x",
          config: { userPrompt: "{{v}}".repeat(size), outputVariable: "v" },
        })),
      );
    expect(measureTimeGrowthForFourfoldInput((size) => run(size / 16))).toBeLessThan(
      MAX_LINEAR_TIME_GROWTH_FACTOR,
    );
  });
});
