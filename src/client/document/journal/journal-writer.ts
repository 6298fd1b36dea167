import { createSortableId } from "#client/data/api/create-sortable-id.ts";
import type { OpenFlowState } from "#client/document/open-flow-state.ts";
import { type JournalDatabaseConnection, createJournalPartsKeyRange } from "./journal-database.ts";
import type { JournalDependencies } from "./journal-dependencies.ts";
import { EMPTY_WRITTEN_JOURNAL_STATE, type WrittenJournalState, planJournalFlush } from "./plan-flush.ts";
import {
  JOURNAL_FORMAT_VERSION,
  type StoredJournalMainRecord,
  type JournalPartKey,
  type StoredJournalPart,
} from "./stored-journal.ts";

export interface JournalLock {
  readonly id: string;
  /** The part that this release cannot read, kept for download; undefined if everything was readable. */
  readonly rest: StoredJournalMainRecord | undefined;
  readonly release: () => void;
}

/** If another page may own the journal, writes to a new one: two pages must never write the same. */
export function createJournalWriter(
  { database, owners, tabId, identity: page }: JournalDependencies,
  server: () => string,
) {
  const startedAt = Date.now();
  let id = createSortableId("journal");
  let release: (() => void) | undefined;
  let holding: Promise<void> | undefined;
  let written: WrittenJournalState | undefined;
  /** A write that started before the last `forget` must not set `written` when it ends. */
  let era = 0;
  let isBegun = false;
  let isOver = false;
  let runningWriteCount = 0;
  let absorbing: readonly JournalLock[] = [];

  const forget = () => {
    written = undefined;
    era += 1;
  };

  const letGo = () => {
    release?.();
    release = undefined;
    holding = undefined;
    forget();
  };

  const startNewJournal = () => {
    letGo();
    id = createSortableId("journal");
    isBegun = false;
  };

  const hold = (): Promise<void> => {
    const asking: Promise<void> = (holding ??= owners.hold(id).then(
      (held) => {
        if (holding !== asking) return held?.();
        release = held;
        if (held) return;
        startNewJournal();
        return hold();
      },
      (error: unknown) => {
        if (holding === asking) holding = undefined;
        throw error;
      },
    ));
    return asking;
  };

  /** Writes the difference to the last written state. Returns false if another page owns the journal. */
  const write = async (
    connection: JournalDatabaseConnection,
    state: OpenFlowState,
    editedAt: number,
  ): Promise<boolean> => {
    // Writes the whole state instead of a difference if another write is still running: if that write failed, the
    // journal would lack the edits of that write. Writes overlap only when the page may be closing.
    const known = runningWriteCount === 0 ? written : undefined;
    const flush = planJournalFlush(id, state, known ?? EMPTY_WRITTEN_JOURNAL_STATE);
    const identity = page.current();
    const about = {
      id,
      format: JOURNAL_FORMAT_VERSION,
      owner: owners.page,
      server: server(),
      tabId,
      ...(identity !== undefined && { identity }),
    };
    const absorbed = absorbing;
    const isChecked = isBegun && owners.mayLose;
    const begunIn = era;
    isBegun = true;
    runningWriteCount += 1;
    try {
      const isOurs = await writeJournal(connection, {
        ...flush,
        journal: { ...about, startedAt, editedAt, ...flush.journal },
        isWhole: known === undefined,
        absorbed,
        isChecked,
      });
      if (!isOurs) return false;
      if (begunIn === era) ({ written } = flush);
    } catch (error) {
      forget();
      throw error;
    } finally {
      runningWriteCount -= 1;
    }
    for (const { release: giveBack } of absorbed) giveBack();
    absorbing = absorbing.filter((held) => !absorbed.includes(held));
    return true;
  };

  const flush = async (getState: () => OpenFlowState, editedAt: number): Promise<OpenFlowState> => {
    for (;;) {
      const connection = await database.connect();
      await hold();
      if (!release) continue;
      const state = getState();
      if (await write(connection, state, editedAt)) return state;
      startNewJournal();
    }
  };

  return {
    /** A closing page has no time for these requests, and would lose an edit made just before. */
    prepare: async () => {
      await database.connect();
      if (!isOver) await hold();
    },

    flush,

    /** Sends all storage requests synchronously if possible: a closing page cannot wait. */
    flushNow: async (getState: () => OpenFlowState, editedAt: number): Promise<OpenFlowState> => {
      const connection = database.current();
      const state = getState();
      if (!connection || !release || owners.mayLose) return flush(getState, editedAt);
      await write(connection, state, editedAt);
      return state;
    },

    isBegun: () => isBegun,
    isAbsorbing: () => absorbing.length > 0,

    /** The next flush deletes the journal `held` in the transaction that writes its restored edits. */
    absorb: (held: JournalLock) => {
      absorbing = [...absorbing, held];
    },

    forget,

    letGo,

    /** Another page may have claimed the journal while this one was in the back/forward cache. */
    wake: async () => {
      const before = id;
      const wasBegun = isBegun;
      startNewJournal();
      const held = wasBegun ? await owners.hold(before) : undefined;
      if (held) absorbing = [...absorbing, { id: before, rest: undefined, release: held }];
    },

    drop: async () => {
      if (!isBegun) return;
      const connection = await database.connect();
      const transaction = connection.transaction(["journals", "parts"], "readwrite");
      const journals = transaction.objectStore("journals");
      if ((await journals.get(id))?.owner !== owners.page) return;
      await Promise.all([
        journals.delete(id),
        transaction.objectStore("parts").delete(createJournalPartsKeyRange(id)),
        transaction.done,
      ]);
    },

    stop: () => {
      isOver = true;
      letGo();
      for (const { release: giveBack } of absorbing) giveBack();
    },
  };
}

interface JournalWrite {
  readonly journal: StoredJournalMainRecord;
  readonly parts: readonly StoredJournalPart[];
  readonly gone: readonly JournalPartKey[];
  readonly isWhole: boolean;
  /** Deleted in the same transaction, or reduced to the unreadable part (`rest`). */
  readonly absorbed: readonly { readonly id: string; readonly rest: StoredJournalMainRecord | undefined }[];
  readonly isChecked: boolean;
}

/** False if another page owns the journal. Synchronous unless `isChecked`, for a closing page. */
async function writeJournal(connection: JournalDatabaseConnection, write: JournalWrite): Promise<boolean> {
  const { journal } = write;
  const transaction = connection.transaction(["journals", "parts"], "readwrite", { durability: "strict" });
  const journals = transaction.objectStore("journals");
  const parts = transaction.objectStore("parts");
  if (write.isChecked && (await journals.get(journal.id))?.owner !== journal.owner) return false;
  const requests: Promise<unknown>[] = [];
  try {
    for (const { id, rest } of write.absorbed) {
      if (rest) requests.push(journals.put(rest));
      else requests.push(journals.delete(id), parts.delete(createJournalPartsKeyRange(id)));
    }
    if (write.isWhole) requests.push(parts.delete(createJournalPartsKeyRange(journal.id)));
    for (const key of write.gone) requests.push(parts.delete(key));
    for (const part of write.parts) requests.push(parts.put(part));
    requests.push(journals.put(journal));
    transaction.commit();
  } catch (error) {
    // Aborts the transaction, because a value cannot be cloned or the connection is closing.
    transaction.abort();
    requests.unshift(Promise.reject(error));
  }
  await waitForAll([...requests, transaction.done]);
  return true;
}

/** Waits for all requests, so that no rejection is unhandled, and throws the first error. */
async function waitForAll(requests: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(requests)).find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}
