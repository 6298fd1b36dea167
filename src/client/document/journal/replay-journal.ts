import {
  type EditCommand,
  applyEditCommand,
  describeEditCommand,
  isEditCommand,
  isEditCommandType,
} from "#core/commands/edit-command.ts";
import { isPlainObject } from "#core/document/is-flow-document.ts";
import { computeDocumentFingerprint } from "#core/document/fingerprint.ts";
import type { FlowDocument } from "#core/document/flow-document.ts";
import type {
  EditHistory,
  HistoryEntry,
  SavedHistoryPosition,
  BaseFlowVersion,
  HistoryRebaseType,
} from "#core/history/edit-history.ts";
import type { PersistedOpenFlowState } from "#client/document/open-flow-state.ts";
import {
  type InvalidFieldInput,
  NO_PENDING_USER_INPUT,
  type PendingUserInput,
} from "#client/document/pending-input.ts";
import { type ConflictDecisions, NO_CONFLICT_DECISIONS } from "#client/document/remote/decisions.ts";
import {
  UNDO_LABEL_BY_REBASE_TYPE,
  getRebaseTypeFromUndoLabel,
} from "#client/document/remote/remote-update.ts";
import type { UnacknowledgedSave } from "#client/document/saving/unacknowledged-save.ts";
import {
  parseNonNegativeInteger,
  parseSavedPositionOfJournal,
  parseJournalParts,
  type ParsedJournalParts,
  toStringOrUndefined,
  type UnvalidatedStoredFields,
} from "./parse-journal-parts.ts";
import { markEntryReproducible } from "./stored-history-entry.ts";
import { isSupportedJournalFormat, type StoredConflictDecision } from "./stored-journal.ts";

/** `raw`: the whole journal as JSON, for download. */
export type JournalReplayResult =
  | { readonly type: "restored"; readonly work: PersistedOpenFlowState }
  | {
      readonly type: "partly";
      readonly work: PersistedOpenFlowState;
      readonly lost: number;
      readonly fault: JournalFault;
      readonly raw: string;
    }
  | { readonly type: "unreadable"; readonly fault: JournalFault; readonly raw: string };

/** `restored`: exactly the document that was written. A damaged journal is rebuilt up to the damage. */
export function rebuildUnsavedWorkFromJournal(
  journal: unknown,
  stored: readonly unknown[],
): JournalReplayResult {
  const raw = () => writeRaw([journal, ...stored]);
  if (!isPlainObject(journal)) return { type: "unreadable", fault: "damaged", raw: raw() };
  if (!isSupportedJournalFormat(journal["format"]))
    return { type: "unreadable", fault: "other-version", raw: raw() };
  const parts = parseJournalParts(stored);
  const origin = parts.documents.get(journal["origin"]);
  if (!origin) return { type: "unreadable", fault: "damaged", raw: raw() };

  const count = Math.max(parseNonNegativeInteger(journal["entryCount"]) ?? 0, parts.entries.size);
  const replay = replayEntries(origin.document, count, parts);
  const { entries } = replay;
  const position = Math.min(parseNonNegativeInteger(journal["position"]) ?? count, entries.length);
  const document = entries[position - 1]?.after ?? origin.document;
  const isWhole =
    position === journal["position"] && computeDocumentFingerprint(document) === journal["print"];
  const mark = isWhole ? parseSavedPositionOfJournal(journal["mark"], parts) : undefined;
  const history: EditHistory = {
    ...(mark ?? findOlderMark(entries, position, origin.document)),
    document,
    entries,
    position,
  };
  const { areWhole, ...texts } = readTexts(history, parts);
  const unacknowledgedSaves = mark ? readSends(journal["sends"], mark.base, parts) : [];
  const work: PersistedOpenFlowState = { history, unacknowledgedSaves, ...texts };

  const isSound = mark !== undefined && areWhole && origin.isIntact;
  const fault = replay.fault ?? (isSound ? undefined : "damaged");
  if (fault === undefined) return { type: "restored", work };
  return { type: "partly", work, lost: count - entries.length, fault, raw: raw() };
}

/**
 * Returns an older base if the stored base is unreadable. Merging from an older base reverts no changes of
 * other users: saves made since then are both in the journal and in the server's version.
 */
function findOlderMark(
  entries: readonly HistoryEntry[],
  position: number,
  origin: FlowDocument,
): SavedHistoryPosition {
  const rebase = entries.slice(0, position).findLast((entry) => entry.rebase)?.rebase;
  if (rebase) return rebase.after;
  return { base: { document: origin, version: { token: undefined, updatedAt: "" } }, saved: 0, abandoned: 0 };
}

function writeRaw(records: readonly unknown[]): string {
  try {
    return JSON.stringify(records, undefined, 2) ?? "";
  } catch {
    return records.map(String).join("\n");
  }
}

/** If the server did write an omitted save, a later merge takes its edits for another client's. */
function readSends(
  value: unknown,
  base: BaseFlowVersion,
  { documents }: ParsedJournalParts,
): readonly UnacknowledgedSave[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.flatMap((send): readonly UnacknowledgedSave[] => {
    if (!isPlainObject(send)) return [];
    const [key, position] = [toStringOrUndefined(send["key"]), parseNonNegativeInteger(send["position"])];
    const found = documents.get(send["document"]);
    if (key === undefined || position === undefined || !found?.isIntact) return [];
    return [
      { key, revision: parseNonNegativeInteger(send["revision"]), position, document: found.document, base },
    ];
  });
}

interface ReadTexts extends PendingUserInput {
  readonly decisions: ConflictDecisions;
  readonly areWhole: boolean;
}

function readTexts(history: EditHistory, { texts, documents }: ParsedJournalParts): ReadTexts {
  if (!texts) return { ...NO_PENDING_USER_INPUT, decisions: NO_CONFLICT_DECISIONS, areWhole: true };
  const { invalidInputs: list, pendingJson, decisions: decided = [] } = texts;
  const invalidInputs = Array.isArray(list) ? list.filter(isInvalidInput) : [];
  const decisions = readDecisions(decided);
  const areWhole =
    Array.isArray(list) &&
    invalidInputs.length === list.length &&
    Array.isArray(decided) &&
    decisions.size === decided.length;
  if (pendingJson === undefined) return { invalidInputs, pendingJson: undefined, decisions, areWhole };
  const text = isPlainObject(pendingJson) ? toStringOrUndefined(pendingJson["text"]) : undefined;
  if (!isPlainObject(pendingJson) || text === undefined)
    return { invalidInputs, pendingJson: undefined, decisions, areWhole: false };
  const known = findSince(pendingJson["since"], history, documents);
  // The JSON tab compares objects: with a copy it reports that the flow has changed since the edit.
  const since = known ?? { ...history.document };
  return {
    invalidInputs,
    pendingJson: { text, since },
    decisions,
    areWhole: areWhole && known !== undefined,
  };
}

function readDecisions(value: unknown): ConflictDecisions {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return new Map(list.filter(isStoredDecision).map((decision) => [decision.conflict.id, decision]));
}

/** The conflict's values are not checked: a decision applies only if they equal those of the next merge. */
function isStoredDecision(value: unknown): value is StoredConflictDecision {
  if (!isPlainObject(value)) return false;
  const { conflict, choice, written } = value;
  return (
    isPlainObject(conflict) &&
    conflict["type"] === "field" &&
    typeof conflict["id"] === "string" &&
    isOwnText(written) &&
    (choice === "mine" || choice === "theirs" || isOwnText(choice))
  );
}

const isOwnText = (value: unknown) => isPlainObject(value) && typeof value["value"] === "string";

function findSince(
  since: unknown,
  { entries, document }: EditHistory,
  documents: ParsedJournalParts["documents"],
): FlowDocument | undefined {
  if (!isPlainObject(since)) return undefined;
  const position = parseNonNegativeInteger(since["position"]);
  if (position === undefined) return documents.get(since["document"])?.document;
  return position === 0 ? (entries[0]?.before ?? document) : entries[position - 1]?.after;
}

function isInvalidInput(value: unknown): value is InvalidFieldInput {
  return (
    isPlainObject(value) &&
    ["key", "field", "text", "message"].every((name) => typeof value[name] === "string")
  );
}

/** `inexact`: the replay has a different result. */
type JournalFault = "other-version" | "damaged" | "inexact";

interface Replay {
  readonly entries: readonly HistoryEntry[];
  readonly fault: JournalFault | undefined;
}

/** Replays the commands on `origin` up to the first unreadable entry. */
function replayEntries(origin: FlowDocument, count: number, parts: ParsedJournalParts): Replay {
  const entries: HistoryEntry[] = [];
  let before = origin;
  let isExact = true;
  while (entries.length < count) {
    const read = readEntry(parts.entries.get(entries.length), before, parts);
    if (typeof read === "string") return { entries, fault: read };
    entries.push(read.entry);
    isExact &&= read.isExact;
    before = read.entry.after;
  }
  return { entries, fault: isExact ? undefined : "inexact" };
}

function readEntry(
  part: UnvalidatedStoredFields | undefined,
  before: FlowDocument,
  parts: ParsedJournalParts,
): { readonly entry: HistoryEntry; readonly isExact: boolean } | JournalFault {
  if (!part) return "damaged";
  try {
    const command = readCommand(part, parts);
    if (typeof command === "string") return command;
    const rebase = readRebase(part, parts);
    if (rebase === "damaged") return rebase;
    const stored = parts.documents.get(part["after"]);
    const after = stored?.document ?? applyEditCommand(before, command);
    const label = toStringOrUndefined(part["label"]) ?? describeEditCommand(before, command);
    const coalesceKey = toStringOrUndefined(part["coalesceKey"]);
    const entry: HistoryEntry = { command, label, before, after, coalesceKey, ...(rebase && { rebase }) };
    const isExact = computeDocumentFingerprint(after) === part["print"];
    if (isExact && !stored) markEntryReproducible(entry);
    return { entry, isExact };
  } catch {
    // The command is cyclic or too deeply nested, so applying it has thrown an error.
    return "damaged";
  }
}

/** If the command is invalid, one that replaces the whole document with the stored document. */
function readCommand(
  { command, after }: UnvalidatedStoredFields,
  { documents }: ParsedJournalParts,
): EditCommand | JournalFault {
  if (!isPlainObject(command)) return "damaged";
  if (isEditCommand(command)) return command;
  const stored = documents.get(after);
  if (!stored) return isEditCommandType(command["type"]) ? "damaged" : "other-version";
  const reason = toStringOrUndefined(command["reason"]) ?? "edit";
  return { type: "replaceDocument", document: stored.document, reason };
}

/** An unreadable rebase is damage: undo would silently revert another user's changes. */
function readRebase(
  { rebase: value, label }: UnvalidatedStoredFields,
  parts: ParsedJournalParts,
): HistoryEntry["rebase"] | "damaged" {
  if (value === undefined) return undefined;
  if (!isPlainObject(value)) return "damaged";
  const before = parseSavedPositionOfJournal(value["before"], parts);
  const after = parseSavedPositionOfJournal(value["after"], parts);
  const type = isRebaseType(value["type"])
    ? value["type"]
    : getRebaseTypeFromUndoLabel(toStringOrUndefined(label) ?? "");
  return before && after ? { type, before, after } : "damaged";
}

const isRebaseType = (value: unknown): value is HistoryRebaseType =>
  typeof value === "string" && Object.hasOwn(UNDO_LABEL_BY_REBASE_TYPE, value);
