import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  TEST_CASE_COUNT_MULTIPLIER,
  applyRandomEdits,
  editArbitrary,
  flowArbitrary,
  storedFlowArbitrary,
} from "#core/testing/arbitrary-flow.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import { isDocumentUnchangedForSave } from "#core/save-body.ts";
import { applyDocumentChanges, reverseDocumentChanges } from "#core/testing/apply-changes.ts";
import { type DocumentChange, findDocumentChanges } from "./find-changes.ts";

const edits = fc.array(editArbitrary, { maxLength: 6 });
const session = fc
  .tuple(fc.oneof(flowArbitrary, storedFlowArbitrary), edits, edits)
  .map(([source, first, second]) => {
    const document = parseFlowDocument(source);
    return { before: applyRandomEdits(document, first), after: applyRandomEdits(document, second, 50) };
  });

test("the changes between two documents transform either into the other, and are empty exactly if a save would send nothing", () => {
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

test("moving a step into an added conditional is reported as an added and a moved step", () => {
  const kinds = (changes: readonly DocumentChange[]) => changes.map(({ type }) => type);
  const before = parseFlowDocument({ name: "f", flowSteps: [{ id: "a", type: "prompt" }] });
  const after = parseFlowDocument({
    name: "f",
    flowSteps: [{ id: "c", type: "conditional", config: { trueSteps: [{ id: "a", type: "prompt" }] } }],
  });
  expect(kinds(findDocumentChanges(before, after))).toEqual(["add", "move"]);
});
