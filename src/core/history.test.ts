import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Edit, aimEdit, anyEdit, anyFlow } from "./arbitrary-flow.ts";
import { type Command, applyCommand } from "./command.ts";
import { buildFlow, buildStep } from "./flow-builder.ts";
import { type FlowDocument, type StepKey, parseFlow } from "./flow-document.ts";
import {
  type Base,
  type History,
  countUnsaved,
  markSaved,
  recordCommand,
  redo,
  sealEntry,
  startHistory,
  undo,
} from "./history.ts";
import { ROOT } from "./step-list.ts";

const key = (text: string) => text as StepKey;
const baseOf = (document: FlowDocument, revision = 1): Base => ({
  document,
  version: { token: `${revision}-x`, updatedAt: `2026-01-01T00:00:0${revision}.000Z` },
});
const flow = parseFlow(buildFlow("f", [buildStep("a"), buildStep("b"), buildStep("c")]));
const rename = (name: string): Command => ({ type: "renameStep", key: key("a"), name });
const switchOff = (id: string): Command => ({ type: "setEnabled", keys: [key(id)], enabled: false });

const record = (history: History, edits: readonly Edit[]) =>
  edits.reduce((now, edit, count) => recordCommand(now, aimEdit(now.document, edit, count)), history);

describe("undo and redo", () => {
  it("of any edit of any flow give back the very documents before and after it", () => {
    fc.assert(
      fc.property(anyFlow, anyEdit, (source, edit) => {
        const document = parseFlow(source);
        const command = aimEdit(document, edit, 0);
        const history = recordCommand(startHistory(baseOf(document)), command);
        expect(undo(history).document).toBe(document);
        expect(redo(undo(history)).document).toBe(history.document);
        expect(history.document).toEqual(applyCommand(document, command));
      }),
      { numRuns: 500 },
    );
  });

  it("lead through a whole session, all the way back and forth", () => {
    fc.assert(
      fc.property(anyFlow, fc.array(anyEdit, { maxLength: 8 }), (source, edits) => {
        const start = startHistory(baseOf(parseFlow(source)));
        const states = [start];
        edits.forEach((edit, count) => {
          const last = states.at(-1)!;
          const next = recordCommand(last, aimEdit(last.document, edit, count));
          if (next !== last) states.push(next);
        });
        let history = states.at(-1)!;
        for (const state of states.toReversed()) {
          expect(history.document).toBe(state.document);
          history = undo(history);
        }
        expect(undo(history)).toBe(history);
        for (const state of states) {
          expect(history.document).toBe(state.document);
          history = redo(history);
        }
        expect(redo(history)).toBe(history);
      }),
      { numRuns: 200 },
    );
  });

  it("name what they take back", () => {
    const history = recordCommand(recordCommand(startHistory(baseOf(flow)), rename("Fetch")), switchOff("b"));
    expect(history.entries.map((entry) => entry.label)).toEqual(["rename A", "switch off B"]);
  });

  it("record nothing for an edit that changes nothing", () => {
    const history = startHistory(baseOf(flow));
    expect(recordCommand(history, rename("A"))).toBe(history);
  });

  it("forget what was undone once something else is done", () => {
    const history = recordCommand(
      undo(recordCommand(startHistory(baseOf(flow)), rename("X"))),
      switchOff("b"),
    );
    expect(redo(history)).toBe(history);
    expect(history.entries).toHaveLength(1);
  });
});

describe("typing in one field", () => {
  const type = (history: History, ...texts: string[]) =>
    texts.reduce((now, text) => recordCommand(now, rename(text), "name of a"), history);

  it("is one entry, undone as one", () => {
    const history = type(startHistory(baseOf(flow)), "F", "Fe", "Fetch");
    expect(history.entries).toHaveLength(1);
    expect(undo(history).document).toBe(flow);
    expect(redo(undo(history)).document.steps[0]?.fields["name"]).toBe("Fetch");
  });

  it("starts a new entry after it was left, and after a save", () => {
    expect(type(sealEntry(type(startHistory(baseOf(flow)), "F")), "Fe").entries).toHaveLength(2);
    expect(
      type(markSaved(type(startHistory(baseOf(flow)), "F"), 1, baseOf(flow)), "Fe").entries,
    ).toHaveLength(2);
  });

  it("does not join what was typed into another field", () => {
    const history = recordCommand(type(startHistory(baseOf(flow)), "F"), switchOff("b"), "other");
    expect(type(history, "Fe").entries).toHaveLength(3);
  });
});

describe("the count of unsaved changes", () => {
  it("is the number of edits since the last save", () => {
    let history = startHistory(baseOf(flow));
    expect(countUnsaved(history)).toBe(0);
    history = recordCommand(
      recordCommand(recordCommand(history, rename("X")), switchOff("b")),
      switchOff("c"),
    );
    expect(countUnsaved(history)).toBe(3);
    expect(countUnsaved(undo(history))).toBe(2);
  });

  it("is none when a step was switched off and on again, although both are in the history", () => {
    const off = recordCommand(startHistory(baseOf(flow)), switchOff("a"));
    const on = recordCommand(off, { type: "setEnabled", keys: [key("a")], enabled: true });
    expect(on.entries).toHaveLength(2);
    expect(countUnsaved(on)).toBe(0);
  });

  it("counts from the save, and counts what was undone behind it too", () => {
    const edited = recordCommand(recordCommand(startHistory(baseOf(flow)), rename("X")), switchOff("b"));
    const saved = markSaved(edited, edited.position, baseOf(edited.document));
    expect(countUnsaved(saved)).toBe(0);
    expect(countUnsaved(undo(saved))).toBe(1);
    expect(countUnsaved(undo(undo(saved)))).toBe(2);
    expect(undo(undo(saved)).document).toBe(flow);
  });

  it("keeps counting where the saved state can no longer be reached by undo", () => {
    const edited = recordCommand(recordCommand(startHistory(baseOf(flow)), rename("X")), switchOff("b"));
    const branched = recordCommand(undo(undo(markSaved(edited, 2, baseOf(edited.document)))), switchOff("c"));
    expect(countUnsaved(branched)).toBe(3);
    expect(countUnsaved(undo(branched))).toBe(2);
  });

  it("leaves edits made while a save was under way as unsaved on top of it", () => {
    const sent = recordCommand(startHistory(baseOf(flow)), rename("X"));
    const later = recordCommand(sent, switchOff("b"));
    const saved = markSaved(later, sent.position, baseOf(sent.document));
    expect(countUnsaved(saved)).toBe(1);
    expect(saved.entries).toHaveLength(2);
  });

  it("is none exactly when the document is what the server holds, in any session", () => {
    fc.assert(
      fc.property(anyFlow, fc.array(anyEdit, { maxLength: 5 }), fc.nat(5), (source, edits, back) => {
        let history = record(startHistory(baseOf(parseFlow(source))), edits);
        const base = history.document;
        history = markSaved(history, history.position, baseOf(history.document));
        for (let count = 0; count < back; count += 1) history = undo(history);
        if (history.document === base) expect(countUnsaved(history)).toBe(0);
        const moved = recordCommand(history, { type: "renameFlow", name: `${base.name}!` });
        expect(countUnsaved(moved)).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });

  it("is not lost when steps move", () => {
    const move: Command = { type: "moveSteps", keys: [key("c")], place: { list: ROOT, index: 0 } };
    expect(countUnsaved(recordCommand(startHistory(baseOf(flow)), move))).toBe(1);
  });
});

describe("a text that is typed back to what it was", () => {
  const type = (history: History, ...names: readonly string[]) =>
    names.reduce((now, name) => recordCommand(now, rename(name), "name:a"), history);

  it("is the undo of its edit, so that the next undo reaches the edit before", () => {
    const before = recordCommand(startHistory(baseOf(flow)), switchOff("b"));
    const typed = sealEntry(type(before, "ax", "axy"));
    const back = type(typed, "Ax", "A");
    expect(back.document).toBe(before.document);
    expect(undo(back).document).toBe(flow);
    expect(redo(back).document).toBe(typed.document);
  });

  it("takes several edits of the same field back at once, and none of another", () => {
    const typed = sealEntry(type(sealEntry(type(startHistory(baseOf(flow)), "ax")), "axy"));
    expect(type(typed, "A")).toMatchObject({ document: flow, position: 0 });
    const other = recordCommand(typed, switchOff("b"));
    expect(type(other, "A").position).toBe(other.position + 1);
  });

  it("is still unsaved when the longer text was saved", () => {
    const typed = type(startHistory(baseOf(flow)), "ax");
    const saved = markSaved(typed, typed.position, baseOf(typed.document));
    const back = type(saved, "A");
    expect(countUnsaved(back)).toBe(1);
  });
});
