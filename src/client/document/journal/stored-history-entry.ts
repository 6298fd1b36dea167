import { applyEditCommand, isEditCommand } from "#core/commands/edit-command.ts";
import { computeDocumentFingerprint } from "#core/document/fingerprint.ts";
import type { HistoryEntry } from "#core/history/edit-history.ts";
import type { DocumentNumberAssigner } from "./assign-document-numbers.ts";
import type { StoredHistoryEntry } from "./stored-journal.ts";

/** Stores the resulting document only if replaying the command would not produce it. */
export function toStoredHistoryEntry(
  entry: HistoryEntry,
  { journal, number }: Pick<StoredHistoryEntry, "journal" | "number">,
  documents: DocumentNumberAssigner,
): StoredHistoryEntry {
  const { command, label, coalesceKey, after, rebase } = entry;
  return {
    journal,
    kind: "entry",
    number,
    command: command.type === "replaceDocument" ? { type: command.type, reason: command.reason } : command,
    label,
    coalesceKey,
    print: computeDocumentFingerprint(after),
    ...(isStoredWhole(entry) && { after: documents.numberOf(after) }),
    ...(rebase && {
      rebase: {
        type: rebase.type,
        before: documents.storeMark(rebase.before),
        after: documents.storeMark(rebase.after),
      },
    }),
  };
}

/** The cleanup of unused documents then keeps them. */
export function markEntryDocumentsInUse(entry: HistoryEntry, { numberOf }: DocumentNumberAssigner): void {
  if (isStoredWhole(entry)) numberOf(entry.after);
  if (!entry.rebase) return;
  numberOf(entry.rebase.before.base.document);
  numberOf(entry.rebase.after.base.document);
}

const storedWholeByEntry = new WeakMap<HistoryEntry, boolean>();

/** {@link isStoredWhole} need then not replay the command again. */
export function markEntryReproducible(entry: HistoryEntry): void {
  storedWholeByEntry.set(entry, false);
}

/** The last command of a coalesced entry may alone produce another document. */
function isStoredWhole(entry: HistoryEntry): boolean {
  const known = storedWholeByEntry.get(entry);
  if (known !== undefined) return known;
  const { command, before, after } = entry;
  const isWhole =
    command.type === "replaceDocument" ||
    !isEditCommand(command) ||
    computeDocumentFingerprint(applyEditCommand(before, command)) !== computeDocumentFingerprint(after);
  storedWholeByEntry.set(entry, isWhole);
  return isWhole;
}
