import { fingerprint } from "#core/fingerprint.ts";
import type { FlowDocument } from "#core/flow-document.ts";
import type { SavedMark } from "#core/history.ts";
import type { StoredDocument, StoredMark } from "./stored-journal.ts";

/** The documents that are stored whole, by number. A number is not used twice. */
export interface NumberedDocuments {
  readonly numbers: ReadonlyMap<FlowDocument, number>;
  readonly next: number;
}

export const NO_DOCUMENTS: NumberedDocuments = { numbers: new Map(), next: 0 };

/** Gives numbers to the documents that are asked for, those that they have already where they have one. */
export function numberDocuments(journal: string, known: NumberedDocuments) {
  const numbers = new Map<FlowDocument, number>();
  const added: StoredDocument[] = [];
  let { next } = known;
  const numberOf = (document: FlowDocument): number => {
    const before = numbers.get(document) ?? known.numbers.get(document);
    const number = before ?? next;
    numbers.set(document, number);
    if (before === undefined) {
      next += 1;
      added.push({ journal, kind: "document", number, document, print: fingerprint(document) });
    }
    return number;
  };
  return {
    numberOf,
    storeMark: ({ base, saved, abandoned }: SavedMark): StoredMark => ({
      base: { document: numberOf(base.document), version: base.version },
      saved,
      abandoned,
    }),
    /** What has a number now and had none. */
    added,
    /** The numbers of documents that nobody asked for this time. */
    findUnused: () =>
      [...known.numbers].filter(([document]) => !numbers.has(document)).map(([, number]) => number),
    numbered: (): NumberedDocuments => ({ numbers, next }),
  };
}

export type DocumentNumbers = ReturnType<typeof numberDocuments>;
