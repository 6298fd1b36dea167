import { type Command, applyCommand } from "./command.ts";
import { describeCommand } from "./describe-command.ts";
import type { FlowDocument } from "./flow-document.ts";
import { isSameDocument } from "./save-body.ts";

export interface HistoryEntry {
  readonly command: Command;
  /** In words, without the verb “undo”: “move Summarise”. */
  readonly label: string;
  readonly before: FlowDocument;
  readonly after: FlowDocument;
  /** Entries that follow each other with the same key become one, until {@link sealEntry}. */
  readonly coalesceKey: string | undefined;
}

/**
 * The edits of a session, without limit. `position` counts the entries that are applied; those after it can be redone.
 * `saved` is the position whose document the server holds, and `abandoned` the entries past it that no longer exist
 * (undone and then replaced by others), so that unsaved work is counted even where the saved state cannot be reached
 * by undoing.
 */
export interface History {
  readonly document: FlowDocument;
  readonly entries: readonly HistoryEntry[];
  readonly position: number;
  readonly saved: number;
  readonly abandoned: number;
}

export function startHistory(document: FlowDocument): History {
  return { document, entries: [], position: 0, saved: 0, abandoned: 0 };
}

/**
 * Applies the command and records it; the same history when it changes nothing. A command with a `coalesceKey` that
 * brings a field back to what it was before the last edits of it takes those back, as an undo does.
 */
export function recordCommand(history: History, command: Command, coalesceKey?: string): History {
  const after = applyCommand(history.document, command);
  if (after === history.document) return history;
  const origin = coalesceKey === undefined ? undefined : findOrigin(history, command, after);
  if (origin !== undefined) return takeBack(history, origin);
  const kept = history.entries.slice(0, history.position);
  const last = kept.at(-1);
  const joins =
    coalesceKey !== undefined && last?.coalesceKey === coalesceKey && history.saved < history.position;
  if (joins) kept.pop();
  const before = joins ? last.before : history.document;
  const label = joins ? last.label : describeCommand(history.document, command);
  const entries = [...kept, { command, label, before, after, coalesceKey }];
  const lost = Math.max(0, history.saved - history.position);
  return {
    document: after,
    entries,
    position: entries.length,
    saved: history.saved - lost,
    abandoned: history.abandoned + lost,
  };
}

/**
 * The first of the last edits, all of one field, that began with `after`. Undo inside a text field types a text back: as
 * an edit of its own, the next undo of the flow would bring the text again, and so on without end.
 */
function findOrigin(history: History, command: Command, after: FlowDocument): number | undefined {
  const field = fieldOf(command);
  if (field === undefined) return undefined;
  for (let index = history.position - 1; index >= 0; index -= 1) {
    const entry = history.entries[index];
    if (!entry || fieldOf(entry.command) !== field) return undefined;
    if (isSameDocument(entry.before, after)) return index;
  }
  return undefined;
}

function fieldOf(command: Command): string | undefined {
  switch (command.type) {
    case "renameStep":
    case "setWhen":
      return JSON.stringify([command.type, command.key]);
    case "setConfig":
      return JSON.stringify([command.type, command.key, ...command.path]);
    default:
      return undefined;
  }
}

/** Undoes the entry at `index` and all after it, and keeps that one alone for redo. */
function takeBack(history: History, index: number): History {
  const entries = history.entries.slice(0, index + 1);
  const lost = Math.max(0, history.saved - entries.length);
  return {
    document: entries[index]?.before ?? history.document,
    entries,
    position: index,
    saved: history.saved - lost,
    abandoned: history.abandoned + lost,
  };
}

/** Ends coalescing: the next command starts an entry of its own even under the same key. */
export function sealEntry(history: History): History {
  const last = history.entries.at(-1);
  if (last?.coalesceKey === undefined) return history;
  return { ...history, entries: [...history.entries.slice(0, -1), { ...last, coalesceKey: undefined }] };
}

/** The document before the last applied entry, by reference. */
export function undo(history: History): History {
  const entry = history.entries[history.position - 1];
  return entry ? { ...history, document: entry.before, position: history.position - 1 } : history;
}

export function redo(history: History): History {
  const entry = history.entries[history.position];
  return entry ? { ...history, document: entry.after, position: history.position + 1 } : history;
}

/** Marks `position` as what the server now holds; later entries stay as unsaved on top, and nothing is cleared. */
export function markSaved(history: History, position: number): History {
  return { ...sealEntry(history), saved: position, abandoned: 0 };
}

/** Entries between the saved mark and now: none when the document equals `base`, at least one when it does not. */
export function countUnsaved(history: History, base: FlowDocument): number {
  if (isSameDocument(base, history.document)) return 0;
  return Math.max(1, Math.abs(history.position - history.saved) + history.abandoned);
}
