import { expect, test } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import { createStepNodeFromJson } from "#core/document/flow-document.ts";
import { readStepReferences } from "./read-step-references.ts";
import { sampleStepTypeLookup } from "#core/testing/sample-step-types.ts";

function clockOf(tickMs: number) {
  let clockReads = 0;
  const now = () => {
    clockReads += 1;
    return clockReads * tickMs;
  };
  return { types: { ...sampleStepTypeLookup, now }, clockReads: () => clockReads };
}

const long = (piece: string) => piece.repeat(Math.ceil(200_000 / piece.length));

const texts: readonly (readonly [what: string, type: string, config: JsonObject])[] = [
  ["code", "transform-data", { script: long("page.x();") }],
  ["an object", "transform-data", { script: `{ a: [${long("page, ")}] }` }],
  ["code in TypeScript", "transform-data", { script: long("page.x();"), language: "typescript" }],
  ["code full of templates", "transform-data", { script: long("use({{page}});") }],
  ["Liquid", "template", { template: long("{{ page }}") }],
  ["Liquid in blocks", "template", { template: `{% if a %}${long("{% assign b = page %}")}{% endif %}` }],
  ["a prompt", "prompt", { userPrompt: long("{{page}} ") }],
];

test.each(texts)("the time limit for parsing a text stops the parsing of %s", (_, type, config) => {
  const { types } = clockOf(600);
  const { reads, faults, readsAll } = readStepReferences(
    createStepNodeFromJson({ id: "a", type, config }),
    types,
  );
  expect(reads).toEqual([]);
  expect(readsAll).toBe(true);
  expect(faults).toEqual([
    {
      code: "too-slow",
      message: "Text is too long to check for variables.",
      at: ["config", Object.keys(config)[0]],
      from: 0,
      line: 1,
      column: 1,
    },
  ]);
});

test.each(texts)(
  "the time limit for parsing a text does not stop the parsing of %s before the limit or without a clock",
  (_, type, config) => {
    const step = createStepNodeFromJson({ id: "a", type, config });
    const quick = clockOf(0);
    for (const types of [quick.types, sampleStepTypeLookup]) {
      const { reads, faults } = readStepReferences(step, types);
      expect(reads.length).toBeGreaterThan(1_000);
      expect(faults).toEqual([]);
    }
    expect(quick.clockReads()).toBeGreaterThan(1);
    expect(quick.clockReads()).toBeLessThan(2_000);
  },
);
