import { expect, it } from "vitest";
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

it.each<[string, string, string, (size: number) => string]>([
  [
    "declared names",
    "transform-data",
    "script",
    (size) => `const {${many(size / 8, (n) => `${name(n)},`)}} = input`,
  ],
  ["declarations", "transform-data", "script", (size) => many(size / 14, (n) => `let ${name(n)};`)],
  ["variables", "prompt", "userPrompt", (size) => many(size / 12, (n) => `{{page_${n}}}`)],
  ["blanks", "prompt", "userPrompt", (size) => `{{secret:${" ".repeat(size)}\n}}`],
  ["a condition", "conditional", "condition", (size) => `a${" && a".repeat(size / 5)}`],
  ["open brackets of a condition", "conditional", "condition", (size) => "(".repeat(size)],
])("a text is analyzed in linear time with %s", (_, type, field, make) => {
  const run = (size: number) => analyzeSteps([{ id: "a", type, name: "A", config: { [field]: make(size) } }]);
  expect(measureTimeGrowthForFourfoldInput(run)).toBeLessThan(MAX_LINEAR_TIME_GROWTH_FACTOR);
});

it.each<[string, (index: number) => JsonObject]>([
  [
    "names that differ by a letter",
    (n) => ({ userPrompt: many(20, (k) => `{{${name(n * 20 + k)}}}`), outputVariable: `${name(n)}x` }),
  ],
  ["invalid configs", () => ({ model: {}, userPrompt: [], temperature: {}, tools: 3 })],
])("a flow is analyzed in linear time with %s", (_, make) => {
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
