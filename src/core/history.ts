import { type Command, applyCommand } from "./command.ts";
import { describeCommand } from "./describe-command.ts";
import type { FlowDocument } from "./flow-document.ts";
import { isSameDocument } from "./save-body.ts";

/** How a version of a flow is named to the server: by its token, or where there are none, by its time of change. */
export interface VersionMark {
  readonly token: string | undefined;
  /** ISO 8601, as the server wrote it. */
  readonly updatedAt: string;
}

/** A version that the server held, as a document and by name: what the edits stand on. */
export interface Base {
  readonly document: FlowDocument;
  readonly version: VersionMark;
}

/**
 * What is saved. `saved` is the position whose document the server holds, and `abandoned` the entries past it that no
 * longer exist (undone and then replaced by others), so that unsaved work is counted even where the saved state cannot
 * be reached by undoing.
 */
export interface SavedMark {
  readonly base: Base;
  readonly saved: number;
  readonly abandoned: number;
}

export interface HistoryEntry {
  readonly command: Command;
  /** In words, without the verb “undo”: “move Summarise”. */
  readonly label: string;
  readonly before: FlowDocument;
  readonly after: FlowDocument;
  /** Entries that follow each other with the same key become one, until {@link sealEntry}. */
  readonly coalesceKey: string | undefined;
  /** Of an entry that put the edits on another base: what was saved on either side of it. */
  readonly rebase?: { readonly before: SavedMark; readonly after: SavedMark };
}

/** The edits of a session, without limit. `position` counts the entries that are applied; those after it can be redone. */
export interface History extends SavedMark {
  readonly document: FlowDocument;
  readonly entries: readonly HistoryEntry[];
  readonly position: number;
}

export function startHistory(base: Base): History {
  return { document: base.document, base, entries: [], position: 0, saved: 0, abandoned: 0 };
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
    base: history.base,
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
    base: history.base,
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

/**
 * Puts the edits on another base, as one entry that ends in `document`: what another person saved comes in, and what was
 * unsaved stays so. Undoing it brings the old base back as well: the next save then meets the newer version again,
 * instead of quietly taking the other person's work out of it.
 */
export function recordRebase(
  history: History,
  base: Base,
  {
    document,
    reason,
    unsaved = countUnsaved(history),
  }: {
    readonly document: FlowDocument;
    readonly reason: string;
    /** How many edits of `document` are not saved, where they are others than those that stand here. */
    readonly unsaved?: number;
  },
): History {
  const sealed = sealEntry(history);
  const entries = sealed.entries.slice(0, sealed.position);
  const position = entries.length + 1;
  const before = savedMarkOf(history);
  const abandoned = isSameDocument(base.document, document) ? 0 : unsaved;
  const after: SavedMark = { base, saved: position, abandoned };
  const entry: HistoryEntry = {
    command: { type: "replaceDocument", document, reason },
    label: reason,
    before: history.document,
    after: document,
    coalesceKey: undefined,
    rebase: { before, after },
  };
  return { ...after, document, entries: [...entries, entry], position };
}

function savedMarkOf({ base, saved, abandoned }: History): SavedMark {
  return { base, saved, abandoned };
}

/** The document before the last applied entry, by reference. */
export function undo(history: History): History {
  const index = history.position - 1;
  const entry = history.entries[index];
  if (!entry) return history;
  const back = { ...history, document: entry.before, position: index };
  if (!entry.rebase) return back;
  const rebase = { before: entry.rebase.before, after: savedMarkOf(history) };
  return { ...back, ...rebase.before, entries: history.entries.with(index, { ...entry, rebase }) };
}

export function redo(history: History): History {
  const index = history.position;
  const entry = history.entries[index];
  if (!entry) return history;
  const forth = { ...history, document: entry.after, position: index + 1 };
  if (!entry.rebase) return forth;
  const rebase = { before: savedMarkOf(history), after: entry.rebase.after };
  return { ...forth, ...rebase.after, entries: history.entries.with(index, { ...entry, rebase }) };
}

/** Something was undone that the next edit would take away for good. */
export function canRedo({ entries, position }: History): boolean {
  return position < entries.length;
}

/** Marks `position` as what the server now holds, as `base`; later entries stay as unsaved on top, and nothing is cleared. */
export function markSaved(history: History, position: number, base: Base): History {
  return { ...sealEntry(history), base, saved: position, abandoned: 0 };
}

/** Entries between the saved mark and now: none when the document equals the base, at least one when it does not. */
export function countUnsaved(history: History): number {
  if (isSameDocument(history.base.document, history.document)) return 0;
  return Math.max(1, Math.abs(history.position - history.saved) + history.abandoned);
}
