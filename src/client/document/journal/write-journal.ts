import { type JournalConnection, partsOf } from "./journal-database.ts";
import type { PartKey, StoredJournal, StoredPart } from "./stored-journal.ts";

export interface JournalWrite {
  readonly journal: StoredJournal;
  readonly parts: readonly StoredPart[];
  readonly gone: readonly PartKey[];
  /** Nothing that is there already counts: the parts are all there is. */
  readonly isWhole: boolean;
  /** Journals whose work is in this one from now on: in the same moment they go, or become what they are given. */
  readonly absorbed: readonly { readonly id: string; readonly rest: StoredJournal | undefined }[];
  /** Only where the journal still says that this page writes it. */
  readonly isChecked: boolean;
}

/**
 * Writes all of it or nothing, and is back once it is on the disk. Unless it has to be checked first it is all said at
 * once, so that it comes to its end even when the page goes away right after. False where another page has the journal.
 */
export async function writeJournal(connection: JournalConnection, write: JournalWrite): Promise<boolean> {
  const { journal } = write;
  const transaction = connection.transaction(["journals", "parts"], "readwrite", { durability: "strict" });
  const journals = transaction.objectStore("journals");
  const parts = transaction.objectStore("parts");
  if (write.isChecked && (await journals.get(journal.id))?.owner !== journal.owner) return false;
  const requests: Promise<unknown>[] = [];
  try {
    for (const { id, rest } of write.absorbed) {
      if (rest) requests.push(journals.put(rest));
      else requests.push(journals.delete(id), parts.delete(partsOf(id)));
    }
    if (write.isWhole) requests.push(parts.delete(partsOf(journal.id)));
    for (const key of write.gone) requests.push(parts.delete(key));
    for (const part of write.parts) requests.push(parts.put(part));
    requests.push(journals.put(journal));
    transaction.commit();
  } catch (error) {
    // What cannot be copied, or a connection that is closing.
    transaction.abort();
    requests.unshift(Promise.reject(error));
  }
  await settle([...requests, transaction.done]);
  return true;
}

/** Waits for all, so that none fails unheard, and fails as the first of them did: the others are told no more than that. */
async function settle(requests: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(requests)).find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}
