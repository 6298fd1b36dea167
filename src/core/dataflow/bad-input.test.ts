import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "#core/json.ts";
import { sampleStepTypes as types } from "#core/references/sample-step-types.ts";
import { locateSteps } from "#core/step-list.ts";
import { listPlaces } from "#core/step-place.ts";
import { analyse } from "./analyse.ts";
import { findRepairs } from "./find-repairs.ts";
import { listVariables } from "./list-variables.ts";
import { planVerdicts } from "./plan-verdicts.ts";
import { either, flowOf, prompt, saves, script, sets, template } from "./short-flow.ts";

const codesOf = (...steps: readonly JsonObject[]) => [
  ...new Set(analyse(flowOf(...steps), types).problems.map(({ code }) => code)),
];

const many = (count: number, build: (index: number) => JsonObject) =>
  Array.from({ length: count }, (_, index) => build(index));

describe("a flow of any size is read", () => {
  test.each<[what: string, steps: readonly JsonObject[], ...codes: string[]]>([
    ["a megabyte of code", [script("A", "page.x();\n".repeat(100_000))]],
    [
      "a megabyte of code that does not parse",
      [script("A", `${"page.x();\n".repeat(100_000)}(`)],
      "bad-code",
    ],
    ["a megabyte of unclosed templates", [prompt("A", "{{a ".repeat(250_000))], "bad-template"],
    [
      "a hundred thousand names that are set later",
      [prompt("A", Array.from({ length: 100_000 }, (_, at) => `{{n${at}}}`).join("")), sets("B", "n7")],
      "read-before-set",
    ],
    ["code in two hundred brackets", [script("A", `${"(".repeat(200)}page${")".repeat(200)}`)]],
    ["code in a million brackets", [script("A", "(".repeat(1_000_000))], "bad-code"],
    [
      "two thousand steps that set one variable",
      many(2_000, () => prompt("A", "{{a}}", "a")),
      "duplicate-id",
      "read-before-set",
      "shadowed",
    ],
    [
      "two thousand names, each a slip of another",
      many(2_000, (at) => prompt(`S ${at}`, `{{custmer_${at}}}`, `customer_${at}`)),
      "unknown-variable",
      "never-read",
    ],
    ["two thousand inputs alike", many(2_000, (at) => prompt(`S ${at}`, `{{${letters(at)}}}`))],
    [
      "two thousand steps, each read by the next one's name",
      many(2_000, (at) => prompt(`S${at}`, `{{S${at + 1}}}`)),
      "read-before-set",
    ],
  ])("%s", (_, steps, ...codes) => {
    expect(codesOf(...steps).toSorted()).toEqual(codes.toSorted());
  });

  test("the verdicts of a step that two thousand others read", () => {
    const document = flowOf(sets("First", "a"), ...many(2_000, (at) => saves(`Step ${at}`, "a")));
    const [first] = document.steps;
    const verdicts = planVerdicts(document, first ? [first.key] : [], types);
    const last = verdicts.at({ list: { type: "root" }, index: 2_001 });
    expect(last.type === "breaks" && last.broken.length).toBe(2_000);
  });
});

/** Eight letters, so that many are but two letters apart. */
function letters(at: number): string {
  const pick = (place: number) => "abcdefghijklm".charAt(Math.floor(at / 13 ** place) % 13);
  return `input${pick(0)}${pick(1)}${pick(2)}`;
}

describe("names that plain objects inherit are names like others", () => {
  test.each(["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "größe", "数据", "a b"])(
    "%s",
    (name) => {
      const reads = [
        prompt("Template", `{{${name}}}`),
        script("Code", `return input[${JSON.stringify(name)}]`),
        template("Liquid", `{{ ['${name}'] }}`),
        saves("Bare", name),
      ];
      expect(codesOf(sets("First", name), ...reads)).toEqual([]);
      expect(codesOf(...reads, sets("Last", name))).toEqual(["read-before-set"]);
      const { inputs } = analyse(flowOf(...reads), types);
      expect(inputs.map((input) => [input.name, input.reads.length])).toEqual([[name, 4]]);
    },
  );
});

describe("whatever a flow holds, there is an answer", () => {
  const anyText = fc.oneof(
    fc.string(),
    fc.constantFrom(
      "{{a}}",
      "{{",
      "}}",
      "{{a.b[0]}}",
      "return a",
      "return (",
      "{% if a %}",
      "a",
      "__proto__",
    ),
  );
  const anyValue: fc.Arbitrary<JsonValue> = fc.oneof(anyText, fc.jsonValue() as fc.Arbitrary<JsonValue>);
  const anyStep: fc.Arbitrary<JsonObject> = fc.dictionary(
    fc.constantFrom("id", "type", "name", "when", "enabled", "order", "config", "__proto__"),
    anyValue,
  );
  const anyConfig = fc.dictionary(
    fc.constantFrom(
      "script",
      "condition",
      "template",
      "inputs",
      "outputVariable",
      "variableName",
      "errorHandling",
      "trueSteps",
      "falseSteps",
      "sourceVariable",
    ),
    fc.oneof(anyValue, fc.array(anyStep, { maxLength: 3 })),
  );
  const anyType = fc.constantFrom(
    "conditional",
    "transform-data",
    "template",
    "prompt",
    "set-variable",
    "upsert-record",
  );
  const anyFlow = fc.array(
    fc
      .tuple(anyStep, anyType, anyConfig, fc.boolean())
      .map(([step, type, config, isTyped]): JsonObject => (isTyped ? { ...step, type, config } : step)),
    { maxLength: 6 },
  );

  test("from each question that can be asked", () => {
    fc.assert(
      fc.property(anyFlow, (steps) => {
        const document = flowOf(...steps);
        const analysis = analyse(document, types);
        for (const problem of analysis.problems) {
          expect(problem.message).toMatch(/\S/);
          findRepairs(analysis, problem, types);
        }
        for (const [key] of locateSteps(document)) {
          listVariables(document, key, types);
          const verdicts = planVerdicts(document, [key], types);
          for (const place of listPlaces(document)) verdicts.at(place);
        }
      }),
      { numRuns: 400, seed: 20_264 },
    );
  });

  test("for conditionals in conditionals", () => {
    let nest: JsonObject = prompt("Core", "{{a}}", "b");
    for (let level = 0; level < 200; level += 1)
      nest = either(`Level ${level}`, "b", [nest], [sets(`Else ${level}`, "a")]);
    expect(codesOf(nest)).toContain("read-before-set");
  });
});
