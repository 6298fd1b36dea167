import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyMoveStepsCommand } from "#core/testing/apply-move.ts";
import { findMoveRefusalReason } from "#core/document/step-place.ts";
import { getTopmostSteps } from "#core/document/topmost-steps.ts";
import { sampleStepTypeLookup as types } from "#core/testing/sample-step-types.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import {
  isSameStepListRef,
  getLocationsOfAllSteps,
  listEnclosingConditionals,
} from "#core/document/step-list.ts";
import { type RandomStepMove, stepMoveArbitrary } from "#core/testing/arbitrary-dataflow.ts";
import { type VariableReadChanges, compareVariableReads } from "./compare-reads.ts";
import { findStepsToMoveTogether } from "./steps-to-move-together.ts";
import { createStepMoveImpactLookup } from "./step-move-impact-lookup.ts";
import { type ResolvedVariableRead, resolveVariableReads } from "./resolve-reads.ts";
import { findVariableProducers } from "./find-variable-producers.ts";
import { TEST_CASE_COUNT_MULTIPLIER } from "#core/testing/arbitrary-flow.ts";

function compareFlows({ document, keys, place }: RandomStepMove): VariableReadChanges {
  const after = applyMoveStepsCommand(document, keys, place);
  return compareVariableReads(
    resolveVariableReads(document, { types, survey: findVariableProducers(document, types) }),
    resolveVariableReads(after, { types, survey: findVariableProducers(after, types) }),
  );
}

const report = ({ step, reference, state, sources }: ResolvedVariableRead) =>
  `${step} ${reference.name} at ${reference.at.join(".")}:${reference.from} ${state} ${sources.join(",")}`;
const reportAll = ({ broken, fixed, changed }: VariableReadChanges) => ({
  broken: broken.map(report).toSorted(),
  fixed: fixed.map(report).toSorted(),
  changed: changed.map(({ before, after }) => `${report(before)} → ${report(after)}`).toSorted(),
});

it("the computed impact of a move equals the difference between full analyses before and after the move", () => {
  const impactCounts = { breaks: 0, changes: 0, safe: 0, refused: 0 };
  fc.assert(
    fc.property(stepMoveArbitrary, (move) => {
      const impact = createStepMoveImpactLookup(move.document, move.keys, types).at(move.place);
      impactCounts[impact.type] += 1;
      if (impact.type === "refused") {
        expect(findMoveRefusalReason(move.document, move.keys, move.place)).toBe(impact.refusal);
        return;
      }
      const changes = compareFlows(move);
      expect(reportAll(impact)).toEqual(reportAll(changes));
      const type = changes.broken.length > 0 ? "breaks" : changes.changed.length > 0 ? "changes" : "safe";
      expect(impact.type).toBe(type);
    }),
    { numRuns: 10_000 * TEST_CASE_COUNT_MULTIPLIER, seed: 20_261 },
  );
  for (const count of Object.values(impactCounts))
    expect(count).toBeGreaterThan(200 * TEST_CASE_COUNT_MULTIPLIER);
});

describe("moving a step with the steps it needs", () => {
  const breaks = (move: RandomStepMove) =>
    findMoveRefusalReason(move.document, move.keys, move.place) !== undefined ||
    compareFlows(move).broken.length > 0;

  function* listStepSetsToTry({ document, keys, place }: RandomStepMove): Generator<readonly StepKey[]> {
    const known = getLocationsOfAllSteps(document);
    const given = getTopmostSteps(document, keys).map(({ key }) => key);
    const lists = [place.list, ...given.flatMap((key) => known.get(key)?.list ?? [])];
    const around = new Set(lists.flatMap((list) => listEnclosingConditionals(document, list)));
    const others = [...known].flatMap(([key, { list }]) =>
      !given.includes(key) && !around.has(key) && lists.some((other) => isSameStepListRef(other, list))
        ? [key]
        : [],
    );
    const sets = Array.from({ length: 2 ** others.length }, (_, bits) =>
      others.filter((_key, index) => (bits >> index) % 2 === 1),
    );
    for (const set of sets.toSorted((a, b) => a.length - b.length)) yield [...given, ...set];
  }

  it("breaks no reference, and moving fewer steps would break one", () => {
    let found = 0;
    fc.assert(
      fc.property(stepMoveArbitrary, (move) => {
        const needed = findStepsToMoveTogether(move.document, move.keys, move.place, types);
        if (findMoveRefusalReason(move.document, move.keys, move.place) || !breaks(move)) {
          expect(needed).toBeUndefined();
          return;
        }
        let smallest: readonly StepKey[] | undefined;
        for (const keys of listStepSetsToTry(move)) {
          if (breaks({ ...move, keys })) continue;
          smallest = keys;
          break;
        }
        expect(needed?.length).toBe(smallest?.length);
        if (!needed) return;
        found += 1;
        expect(breaks({ ...move, keys: needed })).toBe(false);
        expect(needed).toEqual(getTopmostSteps(move.document, needed).map(({ key }) => key));
      }),
      { numRuns: 3000 * TEST_CASE_COUNT_MULTIPLIER, seed: 20_262 },
    );
    expect(found).toBeGreaterThan(100 * TEST_CASE_COUNT_MULTIPLIER);
  });
});
