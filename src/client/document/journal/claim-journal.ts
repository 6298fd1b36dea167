import { type JournalDatabaseConnection, createJournalPartsKeyRange } from "./journal-database.ts";
import type { JournalDependencies } from "./journal-dependencies.ts";
import type { JournalLock } from "./journal-writer.ts";
import { type JournalSummary, isJournalOfUser, parseJournalSummary } from "./list-unopened-journals.ts";
import { type JournalReplayResult, rebuildUnsavedWorkFromJournal } from "./replay-journal.ts";
import type { StoredJournalMainRecord } from "./stored-journal.ts";

export interface ClaimedJournal {
  readonly found: JournalSummary;
  readonly content: JournalReplayResult;
  readonly held: JournalLock;
  /** Hides the journal from all pages; `undoDiscard` restores it within a day. */
  readonly discard: () => Promise<void>;
  readonly undoDiscard: () => Promise<void>;
  readonly release: () => void;
}

/** Undefined if the journal was deleted, or belongs to another open page or another user. */
export async function claimJournal(
  site: JournalDependencies,
  id: string,
): Promise<ClaimedJournal | undefined> {
  const identity = await site.identity.known();
  const release = await site.owners.hold(id);
  if (!release) return undefined;
  try {
    const connection = await site.database.connect();
    const stored = await connection.get("journals", id);
    const isFree = stored?.discardedAt === undefined && isJournalOfUser(stored, identity);
    if (stored && isFree) return await readClaimed(site, stored, release);
  } catch (error) {
    release();
    throw error;
  }
  release();
  return undefined;
}

async function readClaimed(
  { database, tabId }: JournalDependencies,
  stored: StoredJournalMainRecord,
  release: () => void,
): Promise<ClaimedJournal> {
  const content = rebuildUnsavedWorkFromJournal(
    stored,
    await readAllParts(await database.connect(), stored.id),
  );
  const put = async (journal: StoredJournalMainRecord) => {
    const connection = await database.connect();
    await connection.put("journals", journal);
  };
  return {
    found: parseJournalSummary(stored, tabId),
    content,
    held: {
      id: stored.id,
      rest: content.type === "restored" ? undefined : { ...stored, isRest: true },
      release,
    },
    discard: () => put({ ...stored, discardedAt: Date.now() }),
    undoDiscard: () => put(stored),
    release,
  };
}

/** Reads parts separately if a damaged part makes `getAll` fail. */
async function readAllParts(connection: JournalDatabaseConnection, id: string): Promise<readonly unknown[]> {
  try {
    return await connection.getAll("parts", createJournalPartsKeyRange(id));
  } catch {
    const keys = await connection.getAllKeys("parts", createJournalPartsKeyRange(id));
    return Promise.all(keys.map((key) => connection.get("parts", key).catch(() => undefined)));
  }
}
