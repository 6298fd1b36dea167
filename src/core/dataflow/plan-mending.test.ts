import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyCommand } from "#core/command.ts";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { type StepKey, parseFlow } from "#core/flow-document.ts";
import { getAtPath } from "#core/json.ts";
import { sampleStepTypes as types } from "#core/references/sample-step-types.ts";
import { findStep } from "#core/step-list.ts";
import { applyTextEdits } from "#core/text-edit.ts";
import { anyMove } from "./arbitrary-dataflow.ts";
import { listDependents } from "./list-dependents.ts";
import { type Mending, planMending } from "./plan-mending.ts";
import { resolveReads } from "./resolve-reads.ts";
import { surveyNames } from "./survey-names.ts";

const mend = (userPrompt: string, ...mendings: readonly (readonly [string, Mending])[]) => {
  const document = parseFlow(buildFlow("f", [buildStep("sum", { config: { userPrompt } })]));
  const step = "sum" as StepKey;
  const choices = mendings.map(([name, mending]) => ({ step, name, mending }));
  const { edits, refused } = planMending(document, choices, types);
  const node = findStep(applyTextEdits(document, edits), step);
  return { text: getAtPath(node?.fields, ["config", "userPrompt"]), refused: refused.length };
};

describe("mending", () => {
  it("keeps, takes out, or names another variable, each for itself", () => {
    expect(
      mend("{{a}} {{b.x}} {{c}}", ["a", { type: "remove" }], ["b", { type: "rebind", to: "d" }]),
    ).toEqual({
      text: " {{d.x}} {{c}}",
      refused: 0,
    });
    expect(mend("{{a}}", ["a", { type: "keep" }])).toEqual({ text: "{{a}}", refused: 0 });
  });

  it("does several things to one text, the later with the earlier in it", () => {
    const swap = mend("{{a}}, {{b}}, {{a}}", ["a", { type: "rebind", to: "c" }], ["b", { type: "remove" }]);
    expect(swap).toEqual({ text: "{{c}}, , {{c}}", refused: 0 });
  });

  it("passes over a step that is gone", () => {
    const document = parseFlow(buildFlow("f", []));
    const choice = { step: "gone" as StepKey, name: "a", mending: { type: "remove" } } as const;
    expect(planMending(document, [choice], types).edits).toEqual([]);
  });

  it("says what code does not allow, and leaves it", () => {
    const script = "const b = 1; return a + b";
    const document = parseFlow(
      buildFlow("f", [buildStep("run", { type: "transform-data", config: { script } })]),
    );
    const choose = (mending: Mending) =>
      planMending(document, [{ step: "run" as StepKey, name: "a", mending }], types);
    expect(choose({ type: "remove" })).toMatchObject({ edits: [], refused: [{ name: "a" }] });
    expect(choose({ type: "rebind", to: "c" }).edits[0]?.text).toBe("const b = 1; return c + b");
  });

  it("leaves nobody missing anything, for any steps of any flow, but for what was kept or refused", () => {
    let mended = 0;
    fc.assert(
      fc.property(anyMove, fc.constantFrom("remove", "rebind"), ({ document, keys }, wish) => {
        const survey = surveyNames(document, types);
        const before = resolveReads(document, { types, survey });
        const after = applyCommand(document, { type: "removeSteps", keys });
        const choices = listDependents(before, after, types).map(({ step, name, others, isRemovable }) => {
          const [other] = others;
          const mending: Mending =
            wish === "rebind" && other
              ? { type: "rebind", to: other.name }
              : { type: isRemovable ? "remove" : "keep" };
          return { step, name, mending };
        });
        const { edits, refused } = planMending(after, choices, types);
        const excused = [...choices.filter(({ mending }) => mending.type === "keep"), ...refused];
        mended += choices.length - excused.length;
        const isExcused = (step: StepKey, name: string) =>
          excused.some((choice) => choice.step === step && choice.name === name);
        const done = applyTextEdits(after, edits);
        const now = resolveReads(done, { types, survey: surveyNames(done, types) });
        for (const { step, name } of choices) {
          if (isExcused(step, name)) continue;
          const still = (now.get(step) ?? []).filter(
            ({ reference, state }) =>
              reference.name === name &&
              reference.form !== "explicit" &&
              (state === "unset" || state === "input"),
          );
          expect(still).toEqual([]);
        }
      }),
      { numRuns: 1000, seed: 20_261 },
    );
    expect(mended).toBeGreaterThan(50);
  });
});
