import { computeDocumentFingerprint } from "#core/document/fingerprint.ts";
import type { FlowDocument } from "#core/document/flow-document.ts";
import type { SavedHistoryPosition } from "#core/history/edit-history.ts";
import type { StoredJournalDocument, StoredBaseVersion } from "./stored-journal.ts";

/** Numbers that identify the documents that a journal stores in full; a number is never reused. */
export interface AssignedDocumentNumbers {
  readonly numbers: ReadonlyMap<FlowDocument, number>;
  readonly next: number;
}

export const NO_DOCUMENT_NUMBERS: AssignedDocumentNumbers = {
  numbers: new Map(),
  next: 0,
};

export function createDocumentNumberAssigner(journal: string, known: AssignedDocumentNumbers) {
  const numbers = new Map<FlowDocument, number>();
  const added: StoredJournalDocument[] = [];
  let { next } = known;
  const numberOf = (document: FlowDocument): number => {
    const before = numbers.get(document) ?? known.numbers.get(document);
    const number = before ?? next;
    numbers.set(document, number);
    if (before === undefined) {
      next += 1;
      added.push({
        journal,
        kind: "document",
        number,
        document,
        print: computeDocumentFingerprint(document),
      });
    }
    return number;
  };
  return {
    numberOf,
    storeMark: ({ base, saved, abandoned }: SavedHistoryPosition): StoredBaseVersion => ({
      base: { document: numberOf(base.document), version: base.version },
      saved,
      abandoned,
    }),
    added,
    findUnused: () =>
      [...known.numbers].filter(([document]) => !numbers.has(document)).map(([, number]) => number),
    numbered: (): AssignedDocumentNumbers => ({ numbers, next }),
  };
}

export type DocumentNumberAssigner = ReturnType<typeof createDocumentNumberAssigner>;
