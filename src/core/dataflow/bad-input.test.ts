import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "#core/json/json.ts";
import { sampleStepTypeLookup as types } from "#core/testing/sample-step-types.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { listStepPlaces } from "#core/document/step-place.ts";
import { analyzeFlow } from "./analyze.ts";
import { findQuickFixes } from "./find-quick-fixes.ts";
import { listVariablesWithStateAtStep } from "./list-variables.ts";
import { createStepMoveImpactLookup } from "./step-move-impact-lookup.ts";
import { documentOf, prompt, record, script, setter, liquid } from "#core/testing/short-flow.ts";
import { TEST_CASE_COUNT_MULTIPLIER } from "#core/testing/arbitrary-flow.ts";

const codesOf = (...steps: readonly JsonObject[]) => [
  ...new Set(analyzeFlow(documentOf(...steps), types).problems.map(({ code }) => code)),
];

const many = (count: number, build: (index: number) => JsonObject) =>
  Array.from({ length: count }, (_, index) => build(index));

test.each<[what: string, steps: readonly JsonObject[], ...codes: string[]]>([
  ["a megabyte of unclosed templates", [prompt("A", "{{a ".repeat(250_000))], "bad-template"],
  [
    "two thousand steps that set one variable",
    many(2_000, () => prompt("A", "{{a}}", "a")),
    "duplicate-id",
    "read-before-set",
    "shadowed",
  ],
  [
    "two thousand names, each a typo of another",
    many(2_000, (at) => prompt(`S ${at}`, `{{custmer_${at}}}`, `customer_${at}`)),
    "unknown-variable",
    "never-read",
  ],
])("the analysis of a large flow finishes with %s", (_, steps, ...codes) => {
  expect(codesOf(...steps).toSorted()).toEqual(codes.toSorted());
});

describe("a variable can have any name, also one that plain objects inherit", () => {
  test.each(["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "größe", "数据", "a b"])(
    "%s",
    (name) => {
      const reads = [
        prompt("Template", `{{${name}}}`),
        script("Code", `return input[${JSON.stringify(name)}]`),
        liquid("Liquid", `{{ ['${name}'] }}`),
        record("Bare", name),
      ];
      expect(codesOf(setter("First", name), ...reads)).toEqual([]);
      expect(codesOf(...reads, setter("Last", name))).toEqual(["read-before-set"]);
      const { inputs } = analyzeFlow(documentOf(...reads), types);
      expect(inputs.map((input) => [input.name, input.reads.length])).toEqual([[name, 4]]);
    },
  );
});

const anyText = fc.oneof(
  fc.string(),
  fc.constantFrom(..."{{a}} {{ }} {{a.b[0]}} a __proto__".split(" "), "return a", "return (", "{% if a %}"),
);
const anyValue: fc.Arbitrary<JsonValue> = fc.oneof(anyText, fc.jsonValue() as fc.Arbitrary<JsonValue>);
const anyStep: fc.Arbitrary<JsonObject> = fc.dictionary(
  fc.constantFrom("id", "type", "name", "when", "enabled", "order", "config", "__proto__"),
  anyValue,
);
const anyConfig = fc.dictionary(
  fc.constantFrom(
    ..."script condition template inputs outputVariable variableName errorHandling trueSteps falseSteps sourceVariable".split(
      " ",
    ),
  ),
  fc.oneof(anyValue, fc.array(anyStep, { maxLength: 3 })),
);
const anyType = fc.constantFrom(
  ..."conditional transform-data template prompt set-variable upsert-record".split(" "),
);
const anyFlow = fc.array(
  fc
    .tuple(anyStep, anyType, anyConfig, fc.boolean())
    .map(([step, type, config, isTyped]): JsonObject => (isTyped ? { ...step, type, config } : step)),
  { maxLength: 6 },
);

test("no analysis function throws for any flow even if fields have values of the wrong type", () => {
  fc.assert(
    fc.property(anyFlow, (steps) => {
      const document = documentOf(...steps);
      const analysis = analyzeFlow(document, types);
      for (const problem of analysis.problems) {
        expect(problem.message).toMatch(/\S/);
        findQuickFixes(analysis, problem, types);
      }
      for (const [key] of getLocationsOfAllSteps(document)) {
        listVariablesWithStateAtStep(document, key, types);
        const impacts = createStepMoveImpactLookup(document, [key], types);
        for (const place of listStepPlaces(document)) impacts.at(place);
      }
    }),
    { numRuns: 400 * TEST_CASE_COUNT_MULTIPLIER, seed: 20_264 },
  );
});
