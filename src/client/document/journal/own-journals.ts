import { LOCAL_MODE_IDENTITY } from "#contract/local.ts";
import {
  type JournalSummary,
  isDiscardedJournal,
  isJournalOfUser,
  readJournalUserIdentity,
  parseJournalSummary,
  readJournalId,
} from "./list-unopened-journals.ts";
import { createJournalPartsKeyRange } from "./journal-database.ts";
import type { JournalDependencies } from "./journal-dependencies.ts";

export async function listOwnJournals(site: JournalDependencies): Promise<readonly JournalSummary[]> {
  const records = await readOwnRecords(site);
  return records
    .filter((record) => !isDiscardedJournal(record))
    .map((record) => parseJournalSummary(record, site.tabId))
    .filter(({ unsaved, isRest }) => unsaved !== 0 || isRest)
    .toSorted((a, b) => b.editedAt - a.editedAt);
}

/** Written while no sign-in was required: not shown, because they may contain another user's edits. */
export async function countHiddenJournals(site: JournalDependencies): Promise<number> {
  const identity = await site.identity.known();
  if (identity === LOCAL_MODE_IDENTITY) return 0;
  const connection = await site.database.connect();
  const records: readonly unknown[] = await connection.getAll("journals");
  return records.filter(
    (record) =>
      readJournalUserIdentity(record) === LOCAL_MODE_IDENTITY &&
      !isDiscardedJournal(record) &&
      parseJournalSummary(record, "").unsaved !== 0,
  ).length;
}

const PATIENCE_MS = 2000;
const RETRY_MS = 50;

/** Waits for other pages to release their journals, up to a time limit. */
export async function deleteOwnJournals(site: JournalDependencies): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  const connection = await site.database.connect();
  const records = await readOwnRecords(site);
  for (const id of records.map(readJournalId)) {
    let release = await site.owners.hold(id);
    while (!release && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      release = await site.owners.hold(id);
    }
    const transaction = connection.transaction(["journals", "parts"], "readwrite", { durability: "strict" });
    await Promise.all([
      transaction.objectStore("journals").delete(id),
      transaction.objectStore("parts").delete(createJournalPartsKeyRange(id)),
      transaction.done,
    ]).finally(release);
  }
}

async function readOwnRecords({ database, identity }: JournalDependencies): Promise<readonly unknown[]> {
  const own = await identity.known();
  const connection = await database.connect();
  const records: readonly unknown[] = await connection.getAll("journals");
  return records.filter((record) => isJournalOfUser(record, own));
}
