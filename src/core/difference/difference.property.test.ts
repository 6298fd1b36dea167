import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type RandomFlowEdit,
  TEST_CASE_COUNT_MULTIPLIER,
  convertRandomFlowEditToCommand,
  editArbitrary,
  flowArbitrary,
  storedFlowArbitrary,
} from "#core/testing/arbitrary-flow.ts";
import { applyEditCommand } from "#core/commands/edit-command.ts";
import { type FlowDocument, parseFlowDocument, toApiStep } from "#core/document/flow-document.ts";
import { parseFlowReusingStepKeys } from "#core/document/apply-edited-flow-json.ts";
import { isDocumentUnchangedForSave } from "#core/save-body.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { applyDocumentChanges, reverseDocumentChanges } from "#core/testing/apply-changes.ts";
import { type DocumentChange, findDocumentChanges } from "./find-changes.ts";

const edit = (document: FlowDocument, edits: readonly RandomFlowEdit[], from = 0) =>
  edits.reduce(
    (now, one, count) => applyEditCommand(now, convertRandomFlowEditToCommand(now, one, from + count)),
    document,
  );

const edits = fc.array(editArbitrary, { maxLength: 6 });
const session = fc
  .tuple(fc.oneof(flowArbitrary, storedFlowArbitrary), edits, edits)
  .map(([source, first, second]) => {
    const document = parseFlowDocument(source);
    return { before: edit(document, first), after: edit(document, second, 50) };
  });

describe("the changes between two documents", () => {
  test("transform either into the other, and are empty exactly if a save would send nothing", () => {
    fc.assert(
      fc.property(session, ({ before, after }) => {
        const changes = findDocumentChanges(before, after);
        expect(isDocumentUnchangedForSave(after, applyDocumentChanges(before, changes))).toBe(true);
        expect(
          isDocumentUnchangedForSave(before, applyDocumentChanges(after, reverseDocumentChanges(changes))),
        ).toBe(true);
        expect(changes.length === 0).toBe(isDocumentUnchangedForSave(before, after));
      }),
      { numRuns: 10_000 * TEST_CASE_COUNT_MULTIPLIER },
    );
  });

  test("are empty for a flow and the same flow parsed again", () => {
    fc.assert(
      fc.property(flowArbitrary, (source) => {
        const document = parseFlowDocument(source);
        expect(findDocumentChanges(document, parseFlowDocument(source))).toEqual([]);
        const sent = { ...document, flowSteps: document.steps.map(toApiStep) };
        expect(findDocumentChanges(document, parseFlowReusingStepKeys(document, sent))).toEqual([]);
      }),
      { numRuns: 2000 * TEST_CASE_COUNT_MULTIPLIER },
    );
  });

  test("contain the minimum number of moves", () => {
    const small = fc.tuple(
      storedFlowArbitrary,
      fc.array(
        editArbitrary.map((one) => ({ ...one, type: "moveSteps" as const })),
        { maxLength: 4 },
      ),
    );
    fc.assert(
      fc.property(small, ([source, moves]) => {
        const before = parseFlowDocument(source);
        const after = edit(before, moves);
        const found = findDocumentChanges(before, after).filter(({ type }) => type === "move").length;
        expect(found).toBe(fewestMoves(before, after));
      }),
      { numRuns: 2000 * TEST_CASE_COUNT_MULTIPLIER },
    );
  });
});

function fewestMoves(before: FlowDocument, after: FlowDocument): number {
  const keys = [...getLocationsOfAllSteps(before).keys()].slice(0, 12);
  if (getLocationsOfAllSteps(before).size > 12)
    return findDocumentChanges(before, after).filter(({ type }) => type === "move").length;
  const sequence = (document: FlowDocument, gone: number) => {
    const byList = new Map<string, string[]>();
    for (const [key, { list }] of getLocationsOfAllSteps(document)) {
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

test("moving a step into an added conditional is reported as an added and a moved step", () => {
  const kinds = (changes: readonly DocumentChange[]) => changes.map(({ type }) => type);
  const before = parseFlowDocument({ name: "f", flowSteps: [{ id: "a", type: "prompt" }] });
  const after = parseFlowDocument({
    name: "f",
    flowSteps: [{ id: "c", type: "conditional", config: { trueSteps: [{ id: "a", type: "prompt" }] } }],
  });
  expect(kinds(findDocumentChanges(before, after))).toEqual(["add", "move"]);
});
