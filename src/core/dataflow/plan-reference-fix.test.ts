import * as fc from "fast-check";
import { expect, it } from "vitest";
import { applyEditCommand } from "#core/commands/edit-command.ts";
import { buildDocument, parseOutline, buildStep } from "#core/testing/flow-builder.ts";
import { type StepKey } from "#core/document/flow-document.ts";
import { getJsonAtPath } from "#core/json/json.ts";
import { sampleStepTypeLookup as types } from "#core/testing/sample-step-types.ts";
import { findStep } from "#core/document/step-list.ts";
import { applyStepTextReplacements } from "#core/search/step-text-replacements.ts";
import { stepMoveArbitrary } from "#core/testing/arbitrary-dataflow.ts";
import { listLostVariableReaders } from "./lost-variable-readers.ts";
import { type ReferenceFix, planReferenceFixes } from "./plan-reference-fix.ts";
import { resolveVariableReads } from "./resolve-reads.ts";
import { findVariableProducers } from "./find-variable-producers.ts";

const fix = (userPrompt: string, ...fixes: readonly (readonly [string, ReferenceFix])[]) => {
  const document = buildDocument(buildStep("sum", { config: { userPrompt } }));
  const step = "sum" as StepKey;
  const choices = fixes.map(([name, fix]) => ({ step, name, fix }));
  const { edits, refused } = planReferenceFixes(document, choices, types);
  const node = findStep(applyStepTextReplacements(document, edits), step);
  return { text: getJsonAtPath(node?.fields, ["config", "userPrompt"]), refused: refused.length };
};

it("fixing references keeps or removes a reference, or makes the reference read another variable", () => {
  expect(fix("{{a}} {{b.x}} {{c}}", ["a", { type: "remove" }], ["b", { type: "rebind", to: "d" }])).toEqual({
    text: " {{d.x}} {{c}}",
    refused: 0,
  });
  expect(fix("{{a}}", ["a", { type: "keep" }])).toEqual({ text: "{{a}}", refused: 0 });
});

it("fixing references combines several edits of one text", () => {
  const swap = fix("{{a}}, {{b}}, {{a}}", ["a", { type: "rebind", to: "c" }], ["b", { type: "remove" }]);
  expect(swap).toEqual({ text: "{{c}}, , {{c}}", refused: 0 });
});

it("fixing references skips a removed step", () => {
  const document = parseOutline("");
  const choice = { step: "gone" as StepKey, name: "a", fix: { type: "remove" } } as const;
  expect(planReferenceFixes(document, [choice], types).edits).toEqual([]);
});

it("fixing references refuses to remove a reference from code, but lets the code read another variable", () => {
  const script = "const b = 1; return a + b";
  const document = buildDocument(buildStep("run", { type: "transform-data", config: { script } }));
  const choose = (fix: ReferenceFix) =>
    planReferenceFixes(document, [{ step: "run" as StepKey, name: "a", fix }], types);
  expect(choose({ type: "remove" })).toMatchObject({ edits: [], refused: [{ name: "a" }] });
  expect(choose({ type: "rebind", to: "c" }).edits[0]?.text).toBe("const b = 1; return c + b");
});

it("fixing references leaves no broken reference, except those that the user keeps and those that cannot be removed from code", () => {
  let fixed = 0;
  fc.assert(
    fc.property(stepMoveArbitrary, fc.constantFrom("remove", "rebind"), ({ document, keys }, choice) => {
      const survey = findVariableProducers(document, types);
      const before = resolveVariableReads(document, { types, survey });
      const after = applyEditCommand(document, { type: "removeSteps", keys });
      const choices = listLostVariableReaders(before, after, types).map(
        ({ step, name, others, isRemovable }) => {
          const [other] = others;
          const fix: ReferenceFix =
            choice === "rebind" && other
              ? { type: "rebind", to: other.name }
              : { type: isRemovable ? "remove" : "keep" };
          return { step, name, fix };
        },
      );
      const { edits, refused } = planReferenceFixes(after, choices, types);
      const excused = [...choices.filter(({ fix }) => fix.type === "keep"), ...refused];
      fixed += choices.length - excused.length;
      const isExcused = (step: StepKey, name: string) =>
        excused.some((choice) => choice.step === step && choice.name === name);
      const done = applyStepTextReplacements(after, edits);
      const now = resolveVariableReads(done, { types, survey: findVariableProducers(done, types) });
      for (const { step, name } of choices) {
        if (isExcused(step, name)) continue;
        const stillBroken = (now.get(step) ?? []).filter(
          ({ reference, state }) =>
            reference.name === name &&
            reference.form !== "explicit" &&
            (state === "unset" || state === "input"),
        );
        expect(stillBroken).toEqual([]);
      }
    }),
    { numRuns: 1000, seed: 20_261 },
  );
  expect(fixed).toBeGreaterThan(50);
});
