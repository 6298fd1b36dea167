import {
  type EditCommand,
  applyEditCommand,
  describeEditCommand,
  getEditedFieldKey,
} from "#core/commands/edit-command.ts";
import type { FlowDocument } from "#core/document/flow-document.ts";
import { isDocumentUnchangedForSave } from "#core/save-body.ts";

/** By its token, or by its modification time if the server has no tokens. */
export interface FlowVersionIdentifier {
  readonly token: string | undefined;
  readonly updatedAt: string;
}

export interface BaseFlowVersion {
  readonly document: FlowDocument;
  readonly version: FlowVersionIdentifier;
}

/** `abandoned` counts deleted entries after `saved`: unsaved changes that no undo can restore. */
export interface SavedHistoryPosition {
  readonly base: BaseFlowVersion;
  readonly saved: number;
  readonly abandoned: number;
}

export interface HistoryEntry {
  readonly command: EditCommand;
  readonly label: string;
  readonly before: FlowDocument;
  readonly after: FlowDocument;
  /** Consecutive entries with the same key are merged until {@link sealLastHistoryEntry} is called. */
  readonly coalesceKey: string | undefined;
  readonly rebase?: {
    readonly type: HistoryRebaseType;
    readonly before: SavedHistoryPosition;
    readonly after: SavedHistoryPosition;
  };
}

/** `updated`: there were no unsaved edits; `replaced`: they were discarded. */
export type HistoryRebaseType = "merged" | "updated" | "replaced";

/** Undo history without a length limit. `position` counts the applied entries; the entries after it can be redone. */
export interface EditHistory extends SavedHistoryPosition {
  readonly document: FlowDocument;
  readonly entries: readonly HistoryEntry[];
  readonly position: number;
}

export function createEditHistory(base: BaseFlowVersion): EditHistory {
  return { document: base.document, base, entries: [], position: 0, saved: 0, abandoned: 0 };
}

/** The edits between the two positions cancel each other. */
function markUnchangedAsSaved(history: EditHistory): EditHistory {
  const { base, document, position, saved } = history;
  if (position === saved || !isDocumentUnchangedForSave(base.document, document)) return history;
  return { ...history, saved: position, abandoned: 0 };
}

/** With a `coalesceKey`, an edit that restores an earlier value of its field undoes the later edits. */
export function recordCommandInHistory(
  current: EditHistory,
  command: EditCommand,
  coalesceKey?: string,
): EditHistory {
  const history = markUnchangedAsSaved(current);
  const after = applyEditCommand(history.document, command);
  if (after === history.document) return current;
  const origin = coalesceKey === undefined ? undefined : findOrigin(history, command, after);
  if (origin !== undefined) return undoEntryAt(history, origin);
  const appliedEntries = history.entries.slice(0, history.position);
  const last = appliedEntries.at(-1);
  const isMerged =
    coalesceKey !== undefined && last?.coalesceKey === coalesceKey && history.saved < history.position;
  if (isMerged) appliedEntries.pop();
  const before = isMerged ? last.before : history.document;
  const label = isMerged ? last.label : describeEditCommand(history.document, command);
  const entries = [...appliedEntries, { command, label, before, after, coalesceKey }];
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

/** A browser's undo in a text field must not count as a new edit, or the next undo would restore the text. */
function findOrigin(history: EditHistory, command: EditCommand, after: FlowDocument): number | undefined {
  const field = getEditedFieldKey(command);
  if (field === undefined) return undefined;
  for (let index = history.position - 1; index >= 0; index -= 1) {
    const entry = history.entries[index];
    if (!entry || getEditedFieldKey(entry.command) !== field) return undefined;
    if (isDocumentUnchangedForSave(entry.before, after)) return index;
  }
  return undefined;
}

/** Deletes all later entries: the applied ones edit the same field, and a new edit deletes undone ones. */
function undoEntryAt(history: EditHistory, index: number): EditHistory {
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

/** Makes the next command start a new entry, even if its `coalesceKey` is the same. */
export function sealLastHistoryEntry(history: EditHistory): EditHistory {
  const last = history.entries.at(-1);
  if (last?.coalesceKey === undefined) return history;
  return { ...history, entries: [...history.entries.slice(0, -1), { ...last, coalesceKey: undefined }] };
}

/** Undo also restores the old base: the next save then conflicts instead of silently overwriting. */
export function recordRebaseInHistory(
  history: EditHistory,
  base: BaseFlowVersion,
  {
    document,
    type,
    reason,
    unsaved = countUnsavedHistoryEdits(history),
  }: {
    readonly document: FlowDocument;
    readonly type: HistoryRebaseType;
    readonly reason: string;
    readonly unsaved?: number;
  },
): EditHistory {
  const sealed = sealLastHistoryEntry(history);
  const entries = sealed.entries.slice(0, sealed.position);
  const position = entries.length + 1;
  const before = savedMarkOf(history);
  const abandoned = isDocumentUnchangedForSave(base.document, document) ? 0 : unsaved;
  const after: SavedHistoryPosition = { base, saved: position, abandoned };
  const entry: HistoryEntry = {
    command: { type: "replaceDocument", document, reason },
    label: reason,
    before: history.document,
    after: document,
    coalesceKey: undefined,
    rebase: { type, before, after },
  };
  return { ...after, document, entries: [...entries, entry], position };
}

function savedMarkOf({ base, saved, abandoned }: EditHistory): SavedHistoryPosition {
  return { base, saved, abandoned };
}

export function undoHistoryEntry(history: EditHistory): EditHistory {
  const index = history.position - 1;
  const entry = history.entries[index];
  if (!entry) return history;
  const back = { ...history, document: entry.before, position: index };
  if (!entry.rebase) return back;
  const rebase = { ...entry.rebase, after: savedMarkOf(history) };
  return { ...back, ...rebase.before, entries: history.entries.with(index, { ...entry, rebase }) };
}

export function redoHistoryEntry(history: EditHistory): EditHistory {
  const index = history.position;
  const entry = history.entries[index];
  if (!entry) return history;
  const forth = { ...history, document: entry.after, position: index + 1 };
  if (!entry.rebase) return forth;
  const rebase = { ...entry.rebase, before: savedMarkOf(history) };
  return { ...forth, ...rebase.after, entries: history.entries.with(index, { ...entry, rebase }) };
}

export function canRedoHistoryEntry({ entries, position }: EditHistory): boolean {
  return position < entries.length;
}

/** Keeps all entries, so that saved edits can still be undone. */
export function recordSaveInHistory(
  history: EditHistory,
  position: number,
  base: BaseFlowVersion,
): EditHistory {
  return { ...sealLastHistoryEntry(history), base, saved: position, abandoned: 0 };
}

/** Returns zero if the document equals the base, otherwise at least one. */
export function countUnsavedHistoryEdits(history: EditHistory): number {
  if (isDocumentUnchangedForSave(history.base.document, history.document)) return 0;
  return Math.max(1, Math.abs(history.position - history.saved) + history.abandoned);
}
