import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type RandomFlowEdit,
  convertRandomFlowEditToCommand,
  editArbitrary,
  flowArbitrary,
} from "#core/testing/arbitrary-flow.ts";
import { type EditCommand } from "#core/commands/edit-command.ts";
import { parseOutline } from "#core/testing/flow-builder.ts";
import { type FlowDocument, type StepKey, parseFlowDocument } from "#core/document/flow-document.ts";
import {
  type BaseFlowVersion,
  type EditHistory,
  countUnsavedHistoryEdits,
  recordSaveInHistory,
  recordCommandInHistory,
  redoHistoryEntry,
  sealLastHistoryEntry,
  createEditHistory,
  undoHistoryEntry,
} from "./edit-history.ts";

const key = (text: string) => text as StepKey;
const baseOf = (document: FlowDocument, revision = 1): BaseFlowVersion => ({
  document,
  version: { token: `${revision}-x`, updatedAt: `2026-01-01T00:00:0${revision}.000Z` },
});
const flow = parseOutline("a b c");
const rename = (name: string): EditCommand => ({ type: "renameStep", key: key("a"), name });
const switchOff = (id: string): EditCommand => ({ type: "setEnabled", keys: [key(id)], enabled: false });

const start = () => createEditHistory(baseOf(flow));
const after = (history: EditHistory, ...commands: readonly EditCommand[]) =>
  commands.reduce((now, command) => recordCommandInHistory(now, command), history);

const record = (history: EditHistory, edits: readonly RandomFlowEdit[]) =>
  edits.reduce(
    (now, edit, count) =>
      recordCommandInHistory(now, convertRandomFlowEditToCommand(now.document, edit, count)),
    history,
  );

it("undo and redo restore every document of a session one by one, in both directions", () => {
  fc.assert(
    fc.property(flowArbitrary, fc.array(editArbitrary, { maxLength: 8 }), (source, edits) => {
      const start = createEditHistory(baseOf(parseFlowDocument(source)));
      const states = [start];
      edits.forEach((edit, count) => {
        const last = states.at(-1)!;
        const next = recordCommandInHistory(last, convertRandomFlowEditToCommand(last.document, edit, count));
        if (next !== last) states.push(next);
      });
      let history = states.at(-1)!;
      for (const state of states.toReversed()) {
        expect(history.document).toBe(state.document);
        history = undoHistoryEntry(history);
      }
      expect(undoHistoryEntry(history)).toBe(history);
      for (const state of states) {
        expect(history.document).toBe(state.document);
        history = redoHistoryEntry(history);
      }
      expect(redoHistoryEntry(history)).toBe(history);
    }),
    { numRuns: 200 },
  );
});

it("undo and redo name the edit that they undo or redo", () => {
  const history = after(start(), rename("Fetch"), switchOff("b"));
  expect(history.entries.map((entry) => entry.label)).toEqual(["rename “A”", "switch off “B”"]);
});

it("undo and redo have no entry for an edit that changes nothing", () => {
  const history = start();
  expect(after(history, rename("A"))).toBe(history);
});

it("undo and redo can no longer redo undone edits after a new edit", () => {
  const history = after(undoHistoryEntry(after(start(), rename("X"))), switchOff("b"));
  expect(redoHistoryEntry(history)).toBe(history);
  expect(history.entries).toHaveLength(1);
});

describe("typing in one field", () => {
  const enter = (history: EditHistory, ...texts: string[]) =>
    texts.reduce((now, text) => recordCommandInHistory(now, rename(text), "name of a"), history);

  it("is one history entry with one undo", () => {
    const history = enter(start(), "F", "Fe", "Fetch");
    expect(history.entries).toHaveLength(1);
    expect(undoHistoryEntry(history).document).toBe(flow);
    expect(redoHistoryEntry(undoHistoryEntry(history)).document.steps[0]?.fields["name"]).toBe("Fetch");
  });

  it("starts a new entry after the field was left, and after a save", () => {
    expect(enter(sealLastHistoryEntry(enter(start(), "F")), "Fe").entries).toHaveLength(2);
    expect(enter(recordSaveInHistory(enter(start(), "F"), 1, baseOf(flow)), "Fe").entries).toHaveLength(2);
  });

  it("is a separate history entry from typing in another field", () => {
    const history = recordCommandInHistory(enter(start(), "F"), switchOff("b"), "other");
    expect(enter(history, "Fe").entries).toHaveLength(3);
  });
});

it("the count of unsaved changes is the number of edits since the last save", () => {
  let history = start();
  expect(countUnsavedHistoryEdits(history)).toBe(0);
  history = after(history, rename("X"), switchOff("b"), switchOff("c"));
  expect(countUnsavedHistoryEdits(history)).toBe(3);
  expect(countUnsavedHistoryEdits(undoHistoryEntry(history))).toBe(2);
});

it("the count of unsaved changes is zero after a step was disabled and enabled again, although both edits are in the history", () => {
  const off = after(start(), switchOff("a"));
  const on = after(off, { type: "setEnabled", keys: [key("a")], enabled: true });
  expect(on.entries).toHaveLength(2);
  expect(countUnsavedHistoryEdits(on)).toBe(0);
});

it("the count of unsaved changes omits edits that canceled each other before the next edit, until an undo stops between them", () => {
  const off = after(start(), switchOff("a"));
  const on = after(off, { type: "setEnabled", keys: [key("a")], enabled: true });
  const edited = after(on, rename("X"));
  expect(countUnsavedHistoryEdits(edited)).toBe(1);
  expect(countUnsavedHistoryEdits(undoHistoryEntry(edited))).toBe(0);
  expect(countUnsavedHistoryEdits(undoHistoryEntry(undoHistoryEntry(edited)))).toBe(1);
});

it("the count of unsaved changes includes saved edits that were undone after the save", () => {
  const edited = after(start(), rename("X"), switchOff("b"));
  const saved = recordSaveInHistory(edited, edited.position, baseOf(edited.document));
  expect(countUnsavedHistoryEdits(saved)).toBe(0);
  expect(countUnsavedHistoryEdits(undoHistoryEntry(saved))).toBe(1);
  expect(countUnsavedHistoryEdits(undoHistoryEntry(undoHistoryEntry(saved)))).toBe(2);
  expect(undoHistoryEntry(undoHistoryEntry(saved)).document).toBe(flow);
});

it("the count of unsaved changes includes both undone saved edits and new edits if undo can no longer reach the saved state", () => {
  const edited = after(start(), rename("X"), switchOff("b"));
  const branched = after(
    undoHistoryEntry(undoHistoryEntry(recordSaveInHistory(edited, 2, baseOf(edited.document)))),
    switchOff("c"),
  );
  expect(countUnsavedHistoryEdits(branched)).toBe(3);
  expect(countUnsavedHistoryEdits(undoHistoryEntry(branched))).toBe(2);
});

it("the count of unsaved changes includes edits made during a save", () => {
  const sent = after(start(), rename("X"));
  const later = after(sent, switchOff("b"));
  const saved = recordSaveInHistory(later, sent.position, baseOf(sent.document));
  expect(countUnsavedHistoryEdits(saved)).toBe(1);
  expect(saved.entries).toHaveLength(2);
});

it("the count of unsaved changes is zero exactly if the document equals the server's, in any session", () => {
  fc.assert(
    fc.property(
      flowArbitrary,
      fc.array(editArbitrary, { maxLength: 5 }),
      fc.nat(5),
      (source, edits, back) => {
        let history = record(createEditHistory(baseOf(parseFlowDocument(source))), edits);
        const base = history.document;
        history = recordSaveInHistory(history, history.position, baseOf(history.document));
        for (let count = 0; count < back; count += 1) history = undoHistoryEntry(history);
        if (history.document === base) expect(countUnsavedHistoryEdits(history)).toBe(0);
        const moved = after(history, { type: "renameFlow", name: `${base.name}!` });
        expect(countUnsavedHistoryEdits(moved)).toBeGreaterThan(0);
      },
    ),
    { numRuns: 200 },
  );
});

describe("typing a text back to its previous value", () => {
  const enter = (history: EditHistory, ...names: readonly string[]) =>
    names.reduce((now, name) => recordCommandInHistory(now, rename(name), "name:a"), history);

  it("undoes its edit, so that the next undo reaches the edit before", () => {
    const before = after(start(), switchOff("b"));
    const typed = sealLastHistoryEntry(enter(before, "ax", "axy"));
    const back = enter(typed, "Ax", "A");
    expect(back.document).toBe(before.document);
    expect(undoHistoryEntry(back).document).toBe(flow);
    expect(redoHistoryEntry(back).document).toBe(typed.document);
  });

  it("undoes consecutive edits of that field at once, but no edit of another field", () => {
    const typed = sealLastHistoryEntry(enter(sealLastHistoryEntry(enter(start(), "ax")), "axy"));
    expect(enter(typed, "A")).toMatchObject({ document: flow, position: 0 });
    const other = after(typed, switchOff("b"));
    expect(enter(other, "A").position).toBe(other.position + 1);
  });

  it("counts as unsaved if the changed text was saved in between", () => {
    const typed = enter(start(), "ax");
    const saved = recordSaveInHistory(typed, typed.position, baseOf(typed.document));
    const back = enter(saved, "A");
    expect(countUnsavedHistoryEdits(back)).toBe(1);
  });
});
