import { type JournalConnection, partsOf } from "./journal-database.ts";
import type { JournalSite } from "./journal-site.ts";
import type { HeldJournal } from "./journal-writer.ts";
import { type FoundJournal, readFound } from "./find-journals.ts";
import { type ReplayedJournal, replayJournal } from "./replay-journal.ts";
import type { StoredJournal } from "./stored-journal.ts";

/** A journal that this page alone has now, and what it holds. */
export interface ClaimedJournal {
  readonly found: FoundJournal;
  readonly content: ReplayedJournal;
  /** For the keeper that takes the work over. */
  readonly held: HeldJournal;
  /** Nobody is offered it any more. It can be had back as long as it is held, and for a while after. */
  readonly discard: () => Promise<void>;
  readonly undoDiscard: () => Promise<void>;
  /** Leaves it for later, or for another page. */
  readonly release: () => void;
}

/** Takes a journal that was found. Of two pages that try, one gets it; undefined where it is another's, or gone. */
export async function claimJournal(site: JournalSite, id: string): Promise<ClaimedJournal | undefined> {
  const release = await site.owners.hold(id);
  if (!release) return undefined;
  try {
    const connection = await site.database.connect();
    const stored = await connection.get("journals", id);
    if (stored && stored.discardedAt === undefined) return await readClaimed(site, stored, release);
  } catch (error) {
    release();
    throw error;
  }
  release();
  return undefined;
}

async function readClaimed(
  { database, tabId }: JournalSite,
  stored: StoredJournal,
  release: () => void,
): Promise<ClaimedJournal> {
  const content = replayJournal(stored, await readAllParts(await database.connect(), stored.id));
  const put = async (journal: StoredJournal) => {
    const connection = await database.connect();
    await connection.put("journals", journal);
  };
  return {
    found: readFound(stored, tabId),
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

/** All at once, or one by one where one of them has gone so bad that the storage itself cannot read it. */
async function readAllParts(connection: JournalConnection, id: string): Promise<readonly unknown[]> {
  try {
    return await connection.getAll("parts", partsOf(id));
  } catch {
    const keys = await connection.getAllKeys("parts", partsOf(id));
    return Promise.all(keys.map((key) => connection.get("parts", key).catch(() => undefined)));
  }
}
