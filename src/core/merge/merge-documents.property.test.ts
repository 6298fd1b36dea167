import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Edit, aimEdit, anyEdit, anyFlow, storedFlow } from "#core/arbitrary-flow.ts";
import { applyCommand } from "#core/command.ts";
import { findChanges } from "#core/difference/find-changes.ts";
import { type FlowDocument, type StepKey, parseFlow } from "#core/flow-document.ts";
import { equalJson } from "#core/json.ts";
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

const choose = (clashes: readonly Clash[], side: Side) =>
  new Map<string, Choice>(clashes.map(({ id }) => [id, side]));

const listOf = (document: FlowDocument, key: StepKey): StepListRef | undefined =>
  locateSteps(document).get(key)?.list;

describe("a merge", () => {
  test("with a side that changed nothing is the other side, and of two equal sides is both", () => {
    fc.assert(
      fc.property(triple, ({ base, mine }) => {
        expect(isSameDocument(mergeDocuments(base, mine, base).document, mine)).toBe(true);
        expect(isSameDocument(mergeDocuments(base, base, mine).document, mine)).toBe(true);
        const twin = structuredClone(mine);
        for (const other of [mine, twin]) {
          const { document, clashes } = mergeDocuments(base, mine, other);
          expect(clashes).toEqual([]);
          expect(isSameDocument(document, mine)).toBe(true);
        }
      }),
      { numRuns: 10_000 },
    );
  });

  test("is the same from both sides where nothing clashes", () => {
    fc.assert(
      fc.property(triple, ({ base, mine, theirs }) => {
        const merge = mergeDocuments(base, mine, theirs);
        if (merge.clashes.length > 0) return;
        const mirrored = mergeDocuments(base, theirs, mine);
        expect(mirrored.clashes).toEqual([]);
        expect(findChanges(merge.document, mirrored.document)).toEqual([]);
      }),
      { numRuns: 10_000 },
    );
  });

  test("drops no step that neither side removed, and names none twice", () => {
    fc.assert(
      fc.property(triple, ({ base, mine, theirs }) => {
        const { document, clashes } = mergeDocuments(base, mine, theirs);
        const [old, here, there, all] = [base, mine, theirs, document].map(locateSteps);
        const inTree = countNodes(document);
        expect(inTree).toBe(all!.size);
        for (const key of new Set([...here!.keys(), ...there!.keys()])) {
          const isKept = (here!.has(key) && there!.has(key)) || !old!.has(key);
          if (isKept) expect(all!.has(key), key).toBe(true);
        }
        for (const clash of clashes) {
          if (clash.type === "removal") expect(all!.has(clash.key)).toBe(true);
        }
        for (const key of all!.keys()) expect(here!.has(key) || there!.has(key)).toBe(true);
      }),
      { numRuns: 10_000 },
    );
  });

  test("takes every value that only one side changed, and tells of every other", () => {
    fc.assert(
      fc.property(triple, ({ base, mine, theirs }) => {
        const { document, clashes } = mergeDocuments(base, mine, theirs);
        const told = new Set(
          clashes.flatMap((clash) => (clash.type === "field" ? [`${clash.key} ${clash.path[0]}`] : [])),
        );
        for (const [key, { node }] of locateSteps(document)) {
          const [was, here, there] = [base, mine, theirs].map((one) => locateSteps(one).get(key)?.node);
          if (!here || !there) continue;
          const [b, m, t] = [was, here, there].map((one) => (one ? ownFields(one) : {}));
          const merged = ownFields(node);
          for (const name of new Set([...Object.keys(m!), ...Object.keys(t!), ...Object.keys(b!)])) {
            const [x, y, z, result] = [b, m, t, merged].map((fields) => own(fields!, name));
            if (told.has(`${key} ${name}`)) continue;
            if (equalJson(x, z)) expect(equalJson(result, y)).toBe(true);
            else if (equalJson(x, y)) expect(equalJson(result, z)).toBe(true);
          }
        }
      }),
      { numRuns: 5000 },
    );
  });

  test("puts a step into the list that the side which moved it chose", () => {
    fc.assert(
      fc.property(triple, ({ base, mine, theirs }) => {
        const { document, clashes } = mergeDocuments(base, mine, theirs);
        if (clashes.length > 0) return;
        for (const key of locateSteps(document).keys()) {
          const [was, here, there, is] = [base, mine, theirs, document].map((one) => listOf(one, key));
          if (!here || !there || !was) continue;
          const [w, h, t, i] = [was, here, there, is].map((list) => JSON.stringify(list));
          const wanted = h === t ? h : h === w ? t : h;
          // A list that the other side took away leaves its steps where they can be.
          if (hasList(document, h === t ? here : h === w ? there : here)) expect(i).toBe(wanted);
        }
      }),
      { numRuns: 5000 },
    );
  });

  test("in which every clash is decided for one side has the same result seen from the other", () => {
    fc.assert(
      fc.property(triple, fc.constantFrom<Side>("mine", "theirs"), ({ base, mine, theirs }, side) => {
        const { clashes } = mergeDocuments(base, mine, theirs);
        if (clashes.length === 0) return;
        const other = side === "mine" ? "theirs" : "mine";
        const mirrored = mergeDocuments(base, theirs, mine);
        expect(mirrored.clashes.map(({ id }) => id).toSorted()).toEqual(
          clashes.map(({ id }) => id).toSorted(),
        );
        const left = mergeDocuments(base, mine, theirs, choose(clashes, side)).document;
        const right = mergeDocuments(base, theirs, mine, choose(clashes, other)).document;
        expect(findChanges(left, right)).toEqual([]);
      }),
      { numRuns: 5000 },
    );
  });
});

function own(fields: object, name: string) {
  return Object.hasOwn(fields, name) ? (fields as Record<string, never>)[name] : undefined;
}

function hasList(document: FlowDocument, list: StepListRef): boolean {
  if (list.type === "root") return true;
  return locateSteps(document).get(list.step)?.node.branches?.[list.branch] !== undefined;
}

function countNodes({ steps }: Pick<FlowDocument, "steps">): number {
  return steps.reduce((sum, { branches }) => {
    const inside = [branches?.trueSteps ?? [], branches?.falseSteps ?? []];
    return sum + 1 + inside.reduce((all, nested) => all + countNodes({ steps: nested }), 0);
  }, 0);
}
