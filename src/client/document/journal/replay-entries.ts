import { isCommand, isCommandType } from "#core/check-command.ts";
import { isFields } from "#core/check-document.ts";
import { type Command, applyCommand } from "#core/command.ts";
import { describeCommand } from "#core/describe-command.ts";
import { fingerprint } from "#core/fingerprint.ts";
import type { FlowDocument } from "#core/flow-document.ts";
import type { HistoryEntry } from "#core/history.ts";
import { type Fields, type ReadParts, readMark, readText } from "./read-parts.ts";
import { noteReplayed } from "./store-entry.ts";

/**
 * Why not all of a journal came back as it was: it holds edits that this version of the app does not know, or is damaged,
 * or its edits came to something else than they did when they were made.
 */
export type JournalFault = "other-version" | "damaged" | "inexact";

export interface Replay {
  readonly entries: readonly HistoryEntry[];
  /** Why it stopped before the last, or went on without being sure. */
  readonly fault: JournalFault | undefined;
}

/** Makes the documents anew, from the first, as far as the entries can be read without a gap. */
export function replayEntries(origin: FlowDocument, count: number, parts: ReadParts): Replay {
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
  part: Fields | undefined,
  before: FlowDocument,
  parts: ReadParts,
): { readonly entry: HistoryEntry; readonly isExact: boolean } | JournalFault {
  if (!part) return "damaged";
  try {
    const command = readCommand(part, parts);
    if (typeof command === "string") return command;
    const rebase = readRebase(part["rebase"], parts);
    if (rebase === "damaged") return rebase;
    const stored = parts.documents.get(part["after"]);
    const after = stored?.document ?? applyCommand(before, command);
    const label = readText(part["label"]) ?? describeCommand(before, command);
    const coalesceKey = readText(part["coalesceKey"]);
    const entry: HistoryEntry = { command, label, before, after, coalesceKey, ...(rebase && { rebase }) };
    const isExact = fingerprint(after) === part["print"];
    if (isExact && !stored) noteReplayed(entry);
    return { entry, isExact };
  } catch {
    // An edit that goes round in circles, or deeper than can be followed.
    return "damaged";
  }
}

/** A document that is stored stands for itself; an edit whose document was lost is made once more. */
function readCommand({ command, after }: Fields, { documents }: ReadParts): Command | JournalFault {
  if (!isFields(command)) return "damaged";
  if (isCommand(command)) return command;
  const stored = documents.get(after);
  if (!stored) return isCommandType(command["type"]) ? "damaged" : "other-version";
  const reason = readText(command["reason"]) ?? "edit";
  return { type: "replaceDocument", document: stored.document, reason };
}

/** Without it an undo would quietly take back what another person saved, so an entry that lost it ends the history. */
function readRebase(value: unknown, parts: ReadParts): HistoryEntry["rebase"] | "damaged" {
  if (value === undefined) return undefined;
  if (!isFields(value)) return "damaged";
  const before = readMark(value["before"], parts);
  const after = readMark(value["after"], parts);
  return before && after ? { before, after } : "damaged";
}
