import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { moveSteps, refusePlace, topmostSteps } from "#core/move-steps.ts";
import { sampleStepTypes as types } from "#core/references/sample-step-types.ts";
import type { StepKey } from "#core/flow-document.ts";
import { isSameList, locateSteps, stepsAround } from "#core/step-list.ts";
import { type AnyMove, anyMove } from "./arbitrary-dataflow.ts";
import { type ReadChanges, compareReads } from "./compare-reads.ts";
import { findNeededSteps } from "./needed-steps.ts";
import { planVerdicts } from "./plan-verdicts.ts";
import { type ResolvedRead, resolveReads } from "./resolve-reads.ts";
import { surveyNames } from "./survey-names.ts";

/** The difference of two full analyses. */
function compareFlows({ document, keys, place }: AnyMove): ReadChanges {
  const after = moveSteps(document, keys, place);
  return compareReads(
    resolveReads(document, { types, survey: surveyNames(document, types) }),
    resolveReads(after, { types, survey: surveyNames(after, types) }),
  );
}

const tell = ({ step, reference, state, sources }: ResolvedRead) =>
  `${step} ${reference.name} at ${reference.at.join(".")}:${reference.from} ${state} ${sources.join(",")}`;
const tellAll = ({ broken, mended, changed }: ReadChanges) => ({
  broken: broken.map(tell).toSorted(),
  mended: mended.map(tell).toSorted(),
  changed: changed.map(({ before, after }) => `${tell(before)} → ${tell(after)}`).toSorted(),
});

describe("verdicts", () => {
  it("are the difference of two full analyses, for any move in any flow", () => {
    const met = { breaks: 0, changes: 0, safe: 0, refused: 0 };
    fc.assert(
      fc.property(anyMove, (move) => {
        const verdict = planVerdicts(move.document, move.keys, types).at(move.place);
        met[verdict.type] += 1;
        if (verdict.type === "refused") {
          expect(refusePlace(move.document, move.keys, move.place)).toBe(verdict.refusal);
          return;
        }
        const changes = compareFlows(move);
        expect(tellAll(verdict)).toEqual(tellAll(changes));
        const type = changes.broken.length > 0 ? "breaks" : changes.changed.length > 0 ? "changes" : "safe";
        expect(verdict.type).toBe(type);
      }),
      { numRuns: 10_000, seed: 20_261 },
    );
    // None of the four is a case that hardly ever comes.
    for (const count of Object.values(met)) expect(count).toBeGreaterThan(200);
  });
});

describe("moving with what is needed", () => {
  const breaks = (move: AnyMove) =>
    refusePlace(move.document, move.keys, move.place) !== undefined || compareFlows(move).broken.length > 0;

  /** Every set of steps that may come along, the smaller ones first. */
  function* trySets({ document, keys, place }: AnyMove): Generator<readonly StepKey[]> {
    const known = locateSteps(document);
    const asked = topmostSteps(document, keys).map(({ key }) => key);
    const lists = [place.list, ...asked.flatMap((key) => known.get(key)?.list ?? [])];
    const around = new Set(lists.flatMap((list) => stepsAround(document, list)));
    const others = [...known].flatMap(([key, { list }]) =>
      !asked.includes(key) && !around.has(key) && lists.some((other) => isSameList(other, list)) ? [key] : [],
    );
    const sets = Array.from({ length: 2 ** others.length }, (_, bits) =>
      others.filter((_key, index) => (bits >> index) % 2 === 1),
    );
    for (const set of sets.toSorted((a, b) => a.length - b.length)) yield [...asked, ...set];
  }

  it("breaks nothing, and no smaller set would do", () => {
    let found = 0;
    fc.assert(
      fc.property(anyMove, (move) => {
        const needed = findNeededSteps(move.document, move.keys, move.place, types);
        if (refusePlace(move.document, move.keys, move.place) || !breaks(move)) {
          expect(needed).toBeUndefined();
          return;
        }
        let smallest: readonly StepKey[] | undefined;
        for (const keys of trySets(move)) {
          if (breaks({ ...move, keys })) continue;
          smallest = keys;
          break;
        }
        expect(needed?.length).toBe(smallest?.length);
        if (!needed) return;
        found += 1;
        expect(breaks({ ...move, keys: needed })).toBe(false);
        expect(needed).toEqual(topmostSteps(move.document, needed).map(({ key }) => key));
      }),
      { numRuns: 3000, seed: 20_262 },
    );
    expect(found).toBeGreaterThan(100);
  });
});
