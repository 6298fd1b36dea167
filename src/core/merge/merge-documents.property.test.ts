import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Edit, aimEdit, anyEdit, anyFlow, storedFlow } from "#core/arbitrary-flow.ts";
import { applyCommand } from "#core/command.ts";
import { findChanges } from "#core/difference/find-changes.ts";
import { type FlowDocument, parseFlow } from "#core/flow-document.ts";
import { equalJson, getAtPath } from "#core/json.ts";
import { ownFields } from "#core/own-fields.ts";
import { isSameDocument } from "#core/save-body.ts";
import { type StepListRef, locateSteps } from "#core/step-list.ts";
import type { Choice, Clash, Side } from "./clash.ts";
import { mergeDocuments } from "./merge-documents.ts";

const apply = (document: FlowDocument, edits: readonly Edit[], from: number) =>
  edits.reduce((now, edit, count) => applyCommand(now, aimEdit(now, edit, from + count)), document);

const edits = (maxLength: number) => fc.array(anyEdit, { minLength: 1, maxLength });

/** One flow, and what two people made of it. */
const triple = fc.tuple(fc.oneof(storedFlow, anyFlow), edits(5), edits(5)).map(([source, left, right]) => {
  const base = parseFlow(source);
  return { base, mine: apply(base, left, 0), theirs: apply(base, right, 50) };
});

interface Merged {
  readonly base: FlowDocument;
  readonly mine: FlowDocument;
  readonly theirs: FlowDocument;
  readonly document: FlowDocument;
  readonly clashes: readonly Clash[];
  /** Of the same two seen from the other side. */
  readonly mirrored: ReturnType<typeof mergeDocuments>;
}

const choose = (clashes: readonly Clash[], side: Side) =>
  new Map<string, Choice>(clashes.map(({ id }) => [id, side]));

/** What a merge does, whatever is merged. */
const laws: Readonly<Record<string, (merged: Merged) => void>> = {
  "with a side that changed nothing is the other side, and of two equal sides is both": ({ base, mine }) => {
    expect(isSameDocument(mergeDocuments(base, mine, base).document, mine)).toBe(true);
    expect(isSameDocument(mergeDocuments(base, base, mine).document, mine)).toBe(true);
    const twin = structuredClone(mine);
    for (const other of [mine, twin]) {
      const { document, clashes } = mergeDocuments(base, mine, other);
      expect(clashes).toEqual([]);
      expect(isSameDocument(document, mine)).toBe(true);
    }
  },

  "is the same from both sides where nothing clashes": ({ document, clashes, mirrored }) => {
    if (clashes.length > 0) return;
    expect(mirrored.clashes).toEqual([]);
    expect(findChanges(document, mirrored.document)).toEqual([]);
  },

  "drops no step that neither side removed, and names none twice": ({
    base,
    mine,
    theirs,
    document,
    clashes,
  }) => {
    const [old, here, there, all] = [base, mine, theirs, document].map(locateSteps);
    const lost = [...here!.keys(), ...there!.keys()].filter((key) => {
      const isKept = (here!.has(key) && there!.has(key)) || !old!.has(key);
      return isKept && !all!.has(key);
    });
    expect(lost).toEqual([]);
    expect(countNodes(document)).toBe(all!.size);
    for (const clash of clashes) {
      if (clash.type === "removal") expect(all!.has(clash.key)).toBe(true);
    }
    expect([...all!.keys()].filter((key) => !here!.has(key) && !there!.has(key))).toEqual([]);
  },

  "takes every value that only one side changed, and tells of every other": ({
    base,
    mine,
    theirs,
    document,
    clashes,
  }) => {
    const told = new Set(
      clashes.flatMap((clash) => (clash.type === "field" ? [`${clash.key} ${clash.path[0]}`] : [])),
    );
    const sides = [base, mine, theirs].map(locateSteps);
    for (const [key, { node }] of locateSteps(document)) {
      const [was, here, there] = sides.map((steps) => steps.get(key)?.node);
      if (!here || !there) continue;
      const [b, m, t] = [was, here, there].map((one) => (one ? ownFields(one) : {}));
      const merged = ownFields(node);
      for (const name of new Set([...Object.keys(m!), ...Object.keys(t!), ...Object.keys(b!)])) {
        if (told.has(`${key} ${name}`)) continue;
        const [x, y, z, result] = [b, m, t, merged].map((fields) => own(fields!, name));
        const isTaken = equalJson(x, z) ? equalJson(result, y) : !equalJson(x, y) || equalJson(result, z);
        if (!isTaken) expect.fail(`${key} ${name}: ${JSON.stringify([x, y, z, result])}`);
      }
    }
  },

  "puts a step into the list that the side which moved it chose": ({
    base,
    mine,
    theirs,
    document,
    clashes,
  }) => {
    if (clashes.length > 0) return;
    const all = locateSteps(document);
    const sides = [base, mine, theirs].map(locateSteps);
    for (const [key, { list }] of all) {
      const [was, here, there] = sides.map((steps) => steps.get(key)?.list);
      if (!here || !there || !was) continue;
      const [w, h, t] = [was, here, there].map((one) => JSON.stringify(one));
      const chosen = h === w && h !== t ? there : here;
      // A list that the other side took away leaves its steps where they can be.
      if (hasList(all, chosen)) expect(JSON.stringify(list)).toBe(h === w ? t : h);
    }
  },

  "in which every clash is decided for one side has the same result seen from the other": ({
    base,
    mine,
    theirs,
    clashes,
    mirrored,
  }) => {
    if (clashes.length === 0) return;
    expect(mirrored.clashes.map(({ id }) => id).toSorted()).toEqual(clashes.map(({ id }) => id).toSorted());
    for (const [side, other] of [
      ["mine", "theirs"],
      ["theirs", "mine"],
    ] as const) {
      const left = mergeDocuments(base, mine, theirs, choose(clashes, side)).document;
      const right = mergeDocuments(base, theirs, mine, choose(clashes, other)).document;
      expect(findChanges(left, right)).toEqual([]);
    }
  },
};

// All laws are tried on the same random merges, since it takes longer to make one than to look at it.
test("a merge keeps every law, whatever two people made of a flow", () => {
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
    { numRuns: 10_000 },
  );
});

/** A save that may have been written, what was made of it since, and what the server holds instead, made of either. */
const doubtful = fc
  .tuple(fc.oneof(storedFlow, anyFlow), edits(3), edits(3), edits(3), fc.boolean())
  .map(([source, first, more, others, isWritten]) => {
    const base = parseFlow(source);
    const sent = apply(base, first, 0);
    return { base, sent, mine: apply(sent, more, 20), theirs: apply(isWritten ? sent : base, others, 50) };
  });

test("where nobody knows what theirs began with, whatever hangs on that is a clash", () => {
  fc.assert(
    fc.property(doubtful, ({ base, sent, mine, theirs }) => {
      const { document, clashes } = mergeDocuments(base, mine, theirs, new Map(), [sent]);
      if (clashes.length > 0) return;
      for (const began of [base, sent]) {
        const certain = mergeDocuments(began, mine, theirs);
        expect(certain.clashes).toEqual([]);
        expect(findChanges(document, certain.document)).toEqual([]);
      }
    }),
    { numRuns: 3000 },
  );
});

/** What a choice of one side for everything comes to, further clashes that come of it included. */
function mergeFor(
  side: Side,
  [base, ...doubted]: readonly FlowDocument[],
  mine: FlowDocument,
  theirs: FlowDocument,
) {
  const choices = new Map<string, Choice>();
  for (;;) {
    const merge = mergeDocuments(base!, mine, theirs, choices, doubted);
    const open = merge.clashes.filter(({ id }) => !choices.has(id));
    if (open.length === 0) return merge;
    for (const { id } of open) choices.set(id, side);
  }
}

test("every clash comes out as the side that is chosen for all says, also where nobody knows what theirs began with", () => {
  fc.assert(
    fc.property(
      doubtful,
      fc.boolean(),
      fc.constantFrom<Side>("mine", "theirs"),
      ({ base, sent, mine, theirs }, isDoubted, side) => {
        const bases = isDoubted ? [base, sent] : [base];
        const { document, clashes } = mergeFor(side, bases, mine, theirs);
        const all = locateSteps(document);
        for (const clash of clashes) {
          const at = clash.key === undefined ? undefined : all.get(clash.key);
          if (clash.type === "removal") expect(at === undefined).toBe(clash.removedBy === side);
          if (clash.type === "field") {
            const { description, name } = document;
            const fields = at ? ownFields(at.node) : { name, description: description ?? null };
            if (!equalJson(getAtPath(fields, clash.path), clash[side])) expect.fail(clash.id);
          }
          // In doubt it may be asked of a step only because others around it hang on the answer.
          if (clash.type === "place" && !isDoubted) expect(at?.list).toEqual(clash[side].list);
        }
      },
    ),
    { numRuns: 4000 },
  );
});

function own(fields: object, name: string) {
  return Object.hasOwn(fields, name) ? (fields as Record<string, never>)[name] : undefined;
}

function hasList(steps: ReturnType<typeof locateSteps>, list: StepListRef): boolean {
  return list.type === "root" || steps.get(list.step)?.node.branches?.[list.branch] !== undefined;
}

function countNodes({ steps }: Pick<FlowDocument, "steps">): number {
  return steps.reduce((sum, { branches }) => {
    const inside = [branches?.trueSteps ?? [], branches?.falseSteps ?? []];
    return sum + 1 + inside.reduce((all, nested) => all + countNodes({ steps: nested }), 0);
  }, 0);
}
