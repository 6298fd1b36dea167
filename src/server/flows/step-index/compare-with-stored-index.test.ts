import { expect, it } from "vitest";
import { buildStep } from "#core/testing/flow-builder.ts";
import { type StepTerm, getTermId } from "#server/store/step-index-entry.ts";
import { compareWithStoredIndex } from "./compare-with-stored-index.ts";
import { findStepContents } from "./find-names-in-step-texts.ts";
import { buildFlowIndex, toStepIndexEntry } from "./index-entry.ts";

const buildSteps = (count: number, reads: number) =>
  Array.from({ length: count }, (_, at) => {
    const names = Array.from({ length: reads }, (__, read) => `{{v${at}_${read}}}`);
    return buildStep(`s${at}`, { name: `Step ${at} of many`, config: { userPrompt: names.join() } });
  });

const index = (steps: ReturnType<typeof buildSteps>) => buildFlowIndex(steps, findStepContents(steps));

function without(ids: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return ids.filter((id) => !known.has(id));
}

it.each([
  ["few terms", buildSteps(20, 3)],
  ["more terms than a flow may have", buildSteps(60, 180)],
])(
  "the comparison of the index with the stored one finds the terms that came and went, with %s",
  (_, steps) => {
    const renamed = buildStep("s5", { name: "Renamed of many", config: { userPrompt: "{{v6_0}} {{new}}" } });
    for (const edited of [steps.toSpliced(5, 1, renamed), steps.slice(8), steps.slice(0, -8), []]) {
      for (const [before, after] of [
        [index(steps), index(edited)],
        [index(edited), index(steps)],
      ] as const) {
        const stored = toStepIndexEntry(before);
        const list = (terms: readonly StepTerm[]) => terms.map(getTermId).toSorted();
        const old = list(stored.terms);
        const now = list(toStepIndexEntry(after).terms);
        const { added, removed, areStepsSame } = compareWithStoredIndex(stored.steps, after);
        expect(areStepsSame).toBe(false);
        expect(list(added)).toEqual(without(now, old));
        expect(list(removed)).toEqual(without(old, now));
      }
    }
  },
);

it("the comparison of the index with the same stored one finds no change", () => {
  const entry = index(buildSteps(5, 2));
  expect(compareWithStoredIndex(toStepIndexEntry(entry).steps, entry)).toEqual({
    areStepsSame: true,
    added: [],
    removed: [],
  });
});
