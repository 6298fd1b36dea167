import { isCommand } from "#core/check-command.ts";
import { applyCommand } from "#core/command.ts";
import { fingerprint } from "#core/fingerprint.ts";
import type { HistoryEntry } from "#core/history.ts";
import type { DocumentNumbers } from "./number-documents.ts";
import type { StoredEntry } from "./stored-journal.ts";

/** The entry as it is stored: its documents by number, or made anew by its command. */
export function storeEntry(
  entry: HistoryEntry,
  { journal, number }: Pick<StoredEntry, "journal" | "number">,
  documents: DocumentNumbers,
): StoredEntry {
  const { command, label, coalesceKey, after, rebase } = entry;
  return {
    journal,
    kind: "entry",
    number,
    command: command.type === "replaceDocument" ? { type: command.type, reason: command.reason } : command,
    label,
    coalesceKey,
    print: fingerprint(after),
    ...(isStoredWhole(entry) && { after: documents.numberOf(after) }),
    ...(rebase && {
      rebase: { before: documents.storeMark(rebase.before), after: documents.storeMark(rebase.after) },
    }),
  };
}

/** Keeps the numbers of what an entry that is stored already stands on. */
export function keepDocuments(entry: HistoryEntry, { numberOf }: DocumentNumbers): void {
  if (isStoredWhole(entry)) numberOf(entry.after);
  if (!entry.rebase) return;
  numberOf(entry.rebase.before.base.document);
  numberOf(entry.rebase.after.base.document);
}

const answers = new WeakMap<HistoryEntry, boolean>();

/** Of an entry that was made by replaying its edit it is known that it can be. */
export function noteReplayed(entry: HistoryEntry): void {
  answers.set(entry, false);
}

/**
 * Edits that became one entry are stored as the last of them, which alone may come to something else: a key that was
 * removed and typed again stands at the end. Then the document itself is stored.
 */
function isStoredWhole(entry: HistoryEntry): boolean {
  const known = answers.get(entry);
  if (known !== undefined) return known;
  const { command, before, after } = entry;
  const isWhole =
    command.type === "replaceDocument" ||
    !isCommand(command) ||
    fingerprint(applyCommand(before, command)) !== fingerprint(after);
  answers.set(entry, isWhole);
  return isWhole;
}
