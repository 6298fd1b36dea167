import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Edit, aimEdit, anyEdit, anyFlow, storedFlow } from "#core/arbitrary-flow.ts";
import { applyCommand } from "#core/command.ts";
import { type FlowDocument, parseFlow, toWireStep } from "#core/flow-document.ts";
import { parseFlowLike } from "#core/adopt-flow.ts";
import { isSameDocument } from "#core/save-body.ts";
import { locateSteps } from "#core/step-list.ts";
import { applyChanges, reverseChanges } from "./apply-changes.ts";
import { type Change, findChanges } from "./find-changes.ts";

const edit = (document: FlowDocument, edits: readonly Edit[], from = 0) =>
  edits.reduce((now, one, count) => applyCommand(now, aimEdit(now, one, from + count)), document);

const edits = fc.array(anyEdit, { maxLength: 6 });
const session = fc.tuple(fc.oneof(anyFlow, storedFlow), edits, edits).map(([source, first, second]) => {
  const document = parseFlow(source);
  return { before: edit(document, first), after: edit(document, second, 50) };
});

describe("the changes between two documents", () => {
  test("make the one of the other, both ways, and are none exactly where a save would send nothing", () => {
    fc.assert(
      fc.property(session, ({ before, after }) => {
        const changes = findChanges(before, after);
        expect(isSameDocument(after, applyChanges(before, changes))).toBe(true);
        expect(isSameDocument(before, applyChanges(after, reverseChanges(changes)))).toBe(true);
        expect(changes.length === 0).toBe(isSameDocument(before, after));
      }),
      { numRuns: 10_000 },
    );
  });

  test("of a flow and the same flow read again are none", () => {
    fc.assert(
      fc.property(anyFlow, (source) => {
        const document = parseFlow(source);
        expect(findChanges(document, parseFlow(source))).toEqual([]);
        const sent = { ...document, flowSteps: document.steps.map(toWireStep) };
        expect(findChanges(document, parseFlowLike(document, sent))).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  test("hold as few moves as there can be", () => {
    const small = fc.tuple(
      storedFlow,
      fc.array(
        anyEdit.map((one) => ({ ...one, type: "moveSteps" as const })),
        { maxLength: 4 },
      ),
    );
    fc.assert(
      fc.property(small, ([source, moves]) => {
        const before = parseFlow(source);
        const after = edit(before, moves);
        const found = findChanges(before, after).filter(({ type }) => type === "move").length;
        expect(found).toBe(fewestMoves(before, after));
      }),
      { numRuns: 2000 },
    );
  });
});

/** By trying: the least number of steps without which every list of both documents is in the same order. */
function fewestMoves(before: FlowDocument, after: FlowDocument): number {
  const keys = [...locateSteps(before).keys()].slice(0, 12);
  if (locateSteps(before).size > 12)
    return findChanges(before, after).filter(({ type }) => type === "move").length;
  const sequence = (document: FlowDocument, gone: number) => {
    const byList = new Map<string, string[]>();
    for (const [key, { list }] of locateSteps(document)) {
      if (gone & (1 << keys.indexOf(key))) continue;
      const name = JSON.stringify(list);
      byList.set(name, [...(byList.get(name) ?? []), key]);
    }
    return JSON.stringify([...byList].toSorted(([a], [b]) => a.localeCompare(b)));
  };
  let least = keys.length;
  for (let gone = 0; gone < 1 << keys.length; gone += 1) {
    const count = gone.toString(2).replaceAll("0", "").length;
    if (count < least && sequence(before, gone) === sequence(after, gone)) least = count;
  }
  return least;
}

test("an added step that holds a moved one is told as both", () => {
  const kinds = (changes: readonly Change[]) => changes.map(({ type }) => type);
  const before = parseFlow({ name: "f", flowSteps: [{ id: "a", type: "prompt" }] });
  const after = parseFlow({
    name: "f",
    flowSteps: [{ id: "c", type: "conditional", config: { trueSteps: [{ id: "a", type: "prompt" }] } }],
  });
  expect(kinds(findChanges(before, after))).toEqual(["add", "move"]);
});
