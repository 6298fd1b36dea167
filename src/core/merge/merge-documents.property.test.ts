import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  TEST_CASE_COUNT_MULTIPLIER,
  applyRandomEdits,
  editArbitrary,
  flowArbitrary,
  storedFlowArbitrary,
} from "#core/testing/arbitrary-flow.ts";
import { findDocumentChanges } from "#core/difference/find-changes.ts";
import { type FlowDocument, parseFlowDocument } from "#core/document/flow-document.ts";
import { isEqualJson, getJsonAtPath } from "#core/json/json.ts";
import { getStepFieldsWithoutIdAndOrder } from "#core/document/step-content-fields.ts";
import { isDocumentUnchangedForSave } from "#core/save-body.ts";
import { type StepListRef, getLocationsOfAllSteps } from "#core/document/step-list.ts";
import type { ConflictChoice, MergeConflict, MergeSide } from "./conflict.ts";
import { mergeDocuments } from "./merge-documents.ts";

const edits = (maxLength: number) => fc.array(editArbitrary, { minLength: 1, maxLength });

const triple = fc
  .tuple(fc.oneof(storedFlowArbitrary, flowArbitrary), edits(5), edits(5))
  .map(([source, left, right]) => {
    const base = parseFlowDocument(source);
    return { base, mine: applyRandomEdits(base, left, 0), theirs: applyRandomEdits(base, right, 50) };
  });

interface Merged {
  readonly base: FlowDocument;
  readonly mine: FlowDocument;
  readonly theirs: FlowDocument;
  readonly document: FlowDocument;
  readonly conflicts: readonly MergeConflict[];
  readonly mirrored: ReturnType<typeof mergeDocuments>;
}

const choose = (conflicts: readonly MergeConflict[], side: MergeSide) =>
  new Map<string, ConflictChoice>(conflicts.map(({ id }) => [id, side]));

const laws: Readonly<Record<string, (merged: Merged) => void>> = {
  "with an unchanged side equals the other side, and of two equal sides equals both": ({ base, mine }) => {
    expect(isDocumentUnchangedForSave(mergeDocuments(base, mine, base).document, mine)).toBe(true);
    expect(isDocumentUnchangedForSave(mergeDocuments(base, base, mine).document, mine)).toBe(true);
    const twin = structuredClone(mine);
    for (const other of [mine, twin]) {
      const { document, conflicts } = mergeDocuments(base, mine, other);
      expect(conflicts).toEqual([]);
      expect(isDocumentUnchangedForSave(document, mine)).toBe(true);
    }
  },

  "is the same from both sides if there is no conflict": ({ document, conflicts, mirrored }) => {
    if (conflicts.length > 0) return;
    expect(mirrored.conflicts).toEqual([]);
    expect(findDocumentChanges(document, mirrored.document)).toEqual([]);
  },

  "drops no step that neither side removed, and contains no step twice": ({
    base,
    mine,
    theirs,
    document,
    conflicts,
  }) => {
    const [old, here, there, all] = [base, mine, theirs, document].map(getLocationsOfAllSteps);
    const lost = [...here!.keys(), ...there!.keys()].filter((key) => {
      const isPreserved = (here!.has(key) && there!.has(key)) || !old!.has(key);
      return isPreserved && !all!.has(key);
    });
    expect(lost).toEqual([]);
    expect(countNodes(document)).toBe(all!.size);
    for (const conflict of conflicts) {
      if (conflict.type === "removal") expect(all!.has(conflict.key)).toBe(true);
    }
    expect([...all!.keys()].filter((key) => !here!.has(key) && !there!.has(key))).toEqual([]);
  },

  "takes every value that only one side changed, and reports every other change": ({
    base,
    mine,
    theirs,
    document,
    conflicts,
  }) => {
    const reported = new Set(
      conflicts.flatMap((conflict) =>
        conflict.type === "field" ? [`${conflict.key} ${conflict.path[0]}`] : [],
      ),
    );
    const sides = [base, mine, theirs].map(getLocationsOfAllSteps);
    for (const [key, { node }] of getLocationsOfAllSteps(document)) {
      const [was, here, there] = sides.map((steps) => steps.get(key)?.node);
      if (!here || !there) continue;
      const [b, m, t] = [was, here, there].map((one) => (one ? getStepFieldsWithoutIdAndOrder(one) : {}));
      const merged = getStepFieldsWithoutIdAndOrder(node);
      for (const name of new Set([...Object.keys(m!), ...Object.keys(t!), ...Object.keys(b!)])) {
        if (reported.has(`${key} ${name}`)) continue;
        const [x, y, z, result] = [b, m, t, merged].map((fields) => own(fields!, name));
        const isTaken = isEqualJson(x, z)
          ? isEqualJson(result, y)
          : !isEqualJson(x, y) || isEqualJson(result, z);
        if (!isTaken) expect.fail(`${key} ${name}: ${JSON.stringify([x, y, z, result])}`);
      }
    }
  },

  "puts a step into the list chosen by the side that moved the step": ({
    base,
    mine,
    theirs,
    document,
    conflicts,
  }) => {
    if (conflicts.length > 0) return;
    const all = getLocationsOfAllSteps(document);
    const sides = [base, mine, theirs].map(getLocationsOfAllSteps);
    for (const [key, { list }] of all) {
      const [was, here, there] = sides.map((steps) => steps.get(key)?.list);
      if (!here || !there || !was) continue;
      const [w, h, t] = [was, here, there].map((one) => JSON.stringify(one));
      const chosen = h === w && h !== t ? there : here;
      if (hasList(all, chosen)) expect(JSON.stringify(list)).toBe(h === w ? t : h);
    }
  },

  "in which every conflict is decided for one side is the same seen from the other": ({
    base,
    mine,
    theirs,
    conflicts,
    mirrored,
  }) => {
    if (conflicts.length === 0) return;
    expect(mirrored.conflicts.map(({ id }) => id).toSorted()).toEqual(
      conflicts.map(({ id }) => id).toSorted(),
    );
    for (const [side, other] of [
      ["mine", "theirs"],
      ["theirs", "mine"],
    ] as const) {
      const left = mergeDocuments(base, mine, theirs, { choices: choose(conflicts, side) }).document;
      const right = mergeDocuments(base, theirs, mine, { choices: choose(conflicts, other) }).document;
      expect(findDocumentChanges(left, right)).toEqual([]);
    }
  },
};

// All properties share the same random merges, because creating a merge is slower than checking it.
test("merging any two versions keeps every one-sided change and gives both sides the same result", () => {
  fc.assert(
    fc.property(triple, (sides) => {
      const { base, mine, theirs } = sides;
      const merged = {
        ...sides,
        ...mergeDocuments(base, mine, theirs),
        mirrored: mergeDocuments(base, theirs, mine),
      };
      for (const [law, hold] of Object.entries(laws)) {
        try {
          hold(merged);
        } catch (error) {
          throw new Error(`A merge ${law}: ${String(error)}`, { cause: error });
        }
      }
    }),
    { numRuns: 10_000 * TEST_CASE_COUNT_MULTIPLIER },
  );
});

/** A scenario with a lost save response: the server's version is based on the flow either before or after that save. */
const lostResponseArbitrary = fc
  .tuple(fc.oneof(storedFlowArbitrary, flowArbitrary), edits(3), edits(3), edits(3), fc.boolean())
  .map(([source, first, more, others, isWritten]) => {
    const base = parseFlowDocument(source);
    const sent = applyRandomEdits(base, first, 0);
    return {
      base,
      sent,
      mine: applyRandomEdits(sent, more, 20),
      theirs: applyRandomEdits(isWritten ? sent : base, others, 50),
    };
  });

test("a merge without a reported conflict gives the same result for every possible base", () => {
  fc.assert(
    fc.property(lostResponseArbitrary, ({ base, sent, mine, theirs }) => {
      const { document, conflicts } = mergeDocuments(base, mine, theirs, { otherPossibleBases: [sent] });
      if (conflicts.length > 0) return;
      for (const possibleBase of [base, sent]) {
        const certain = mergeDocuments(possibleBase, mine, theirs);
        expect(certain.conflicts).toEqual([]);
        expect(findDocumentChanges(document, certain.document)).toEqual([]);
      }
    }),
    { numRuns: 3000 * TEST_CASE_COUNT_MULTIPLIER },
  );
});

/**
 * Merges and chooses the same side for every conflict. Repeats the merge, because a choice can cause further conflicts.
 */
function mergeFor(
  side: MergeSide,
  [base, ...otherPossibleBases]: readonly FlowDocument[],
  mine: FlowDocument,
  theirs: FlowDocument,
) {
  const choices = new Map<string, ConflictChoice>();
  for (;;) {
    const merge = mergeDocuments(base!, mine, theirs, { choices, otherPossibleBases });
    const open = merge.conflicts.filter(({ id }) => !choices.has(id));
    if (open.length === 0) return merge;
    for (const { id } of open) choices.set(id, side);
  }
}

test("choosing one side for all conflicts gives that side's values, even with several possible bases", () => {
  fc.assert(
    fc.property(
      lostResponseArbitrary,
      fc.boolean(),
      fc.constantFrom<MergeSide>("mine", "theirs"),
      ({ base, sent, mine, theirs }, isDoubted, side) => {
        const bases = isDoubted ? [base, sent] : [base];
        const { document, conflicts } = mergeFor(side, bases, mine, theirs);
        const all = getLocationsOfAllSteps(document);
        for (const conflict of conflicts) {
          const at = conflict.key === undefined ? undefined : all.get(conflict.key);
          if (conflict.type === "removal") expect(at === undefined).toBe(conflict.removedBy === side);
          if (conflict.type === "field") {
            const { description, name } = document;
            const fields = at
              ? getStepFieldsWithoutIdAndOrder(at.node)
              : { name, description: description ?? null };
            if (!isEqualJson(getJsonAtPath(fields, conflict.path), conflict[side])) expect.fail(conflict.id);
          }
          if (conflict.type === "place" && !isDoubted) expect(at?.list).toEqual(conflict[side].list);
        }
      },
    ),
    { numRuns: 4000 * TEST_CASE_COUNT_MULTIPLIER },
  );
});

function own(fields: object, name: string) {
  return Object.hasOwn(fields, name) ? (fields as Record<string, never>)[name] : undefined;
}

function hasList(steps: ReturnType<typeof getLocationsOfAllSteps>, list: StepListRef): boolean {
  return list.type === "root" || steps.get(list.step)?.node.branches?.[list.branch] !== undefined;
}

function countNodes({ steps }: Pick<FlowDocument, "steps">): number {
  return steps.reduce((sum, { branches }) => {
    const inside = [branches?.trueSteps ?? [], branches?.falseSteps ?? []];
    return sum + 1 + inside.reduce((all, nested) => all + countNodes({ steps: nested }), 0);
  }, 0);
}
