import { describe, expect, test } from "vitest";
import type { JsonObject } from "#core/json.ts";
import { createStep } from "#core/new-step.ts";
import { readStepReferences } from "./read-step-references.ts";
import { sampleStepTypes } from "./sample-step-types.ts";

/** A clock that moves on by so many milliseconds with each look at it. */
function clockOf(step: number) {
  let looks = 0;
  const now = () => {
    looks += 1;
    return looks * step;
  };
  return { types: { ...sampleStepTypes, now }, looks: () => looks };
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

describe("a text that takes too long is given up", () => {
  test.each(texts)("%s", (_, type, config) => {
    const { types } = clockOf(600);
    const { reads, faults, readsAll } = readStepReferences(createStep({ id: "a", type, config }), types);
    expect(reads).toEqual([]);
    expect(readsAll).toBe(true);
    expect(faults).toEqual([
      {
        code: "too-slow",
        message: "This text takes too long to be read, so what it reads is not known.",
        at: ["config", Object.keys(config)[0]],
        from: 0,
        line: 1,
        column: 1,
      },
    ]);
  });

  test.each(texts)("%s is read where the clock is quick, or there is none", (_, type, config) => {
    const step = createStep({ id: "a", type, config });
    const quick = clockOf(0);
    for (const types of [quick.types, sampleStepTypes]) {
      const { reads, faults } = readStepReferences(step, types);
      expect(reads.length).toBeGreaterThan(1_000);
      expect(faults).toEqual([]);
    }
    // Now and then, not for every word.
    expect(quick.looks()).toBeGreaterThan(1);
    expect(quick.looks()).toBeLessThan(2_000);
  });

  test("the other texts of the step are read", () => {
    const config = { script: long("page.x();"), note: "{{title}}" };
    const { reads, faults } = readStepReferences(
      createStep({ id: "a", type: "transform-data", config }),
      clockOf(600).types,
    );
    expect(reads.map(({ name }) => name)).toEqual(["title"]);
    expect(faults.map(({ code }) => code)).toEqual(["too-slow"]);
  });

  test("short texts are read without a look at the clock", () => {
    const { types, looks } = clockOf(10_000);
    const step = createStep({
      id: "a",
      type: "transform-data",
      config: { script: "page.x();".repeat(2_000) },
    });
    expect(readStepReferences(step, types).faults).toEqual([]);
    expect(looks()).toBe(0);
  });
});
