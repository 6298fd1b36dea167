import { mintId } from "#client/data/mint-id.ts";
import type { OpenFlowState } from "#client/document/open-flow.ts";
import { type JournalConnection, partsOf } from "./journal-database.ts";
import type { JournalSite } from "./journal-site.ts";
import { NOTHING_WRITTEN, type WrittenState, planFlush } from "./plan-flush.ts";
import { JOURNAL_FORMAT, type StoredJournal } from "./stored-journal.ts";
import { writeJournal } from "./write-journal.ts";

/** A journal that this page holds, to become part of its own. */
export interface HeldJournal {
  readonly id: string;
  /** What stays of it: it could not all be read. */
  readonly rest: StoredJournal | undefined;
  readonly release: () => void;
}

/**
 * Writes one journal. Where it may be another page's by now, as after a sleep, it goes on under a new name with all that
 * there is: two pages never write the same journal.
 */
export function createJournalWriter({ database, owners, tabId }: JournalSite, server: () => string) {
  const startedAt = Date.now();
  let id = mintId("journal");
  let release: (() => void) | undefined;
  let holding: Promise<void> | undefined;
  /** Undefined where nothing is known to be there. */
  let written: WrittenState | undefined;
  /** Counts how often that was forgotten: a write that began before says nothing about what is there after. */
  let era = 0;
  let isBegun = false;
  let isOver = false;
  let underWay = 0;
  let absorbing: readonly HeldJournal[] = [];

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

  const rename = () => {
    letGo();
    id = mintId("journal");
    isBegun = false;
  };

  const hold = (): Promise<void> => {
    const asking: Promise<void> = (holding ??= owners.hold(id).then(
      (held) => {
        // Let go of before it was there.
        if (holding !== asking) return held?.();
        release = held;
        if (held) return;
        rename();
        return hold();
      },
      (error: unknown) => {
        if (holding === asking) holding = undefined;
        throw error;
      },
    ));
    return asking;
  };

  /** False where the journal is another page's. */
  const write = async (
    connection: JournalConnection,
    state: OpenFlowState,
    editedAt: number,
  ): Promise<boolean> => {
    // Two at once come about only where a page may be about to go. If the first fails, the second must not stand on it.
    const known = underWay === 0 ? written : undefined;
    const flush = planFlush(id, state, known ?? NOTHING_WRITTEN);
    const about = { id, format: JOURNAL_FORMAT, owner: owners.page, server: server(), tabId };
    const absorbed = absorbing;
    const isChecked = isBegun && owners.mayLose;
    const begunIn = era;
    isBegun = true;
    underWay += 1;
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
      underWay -= 1;
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
      rename();
    }
  };

  return {
    /** So that a page which goes away with its very first edit has all it needs to write it. Nothing is written yet. */
    prepare: async () => {
      await database.connect();
      if (!isOver) await hold();
    },

    /** Resolves with the state that the device holds from then on. */
    flush,

    /** The same for a page that may be gone after this very moment: what can be said without waiting is. */
    flushNow: async (getState: () => OpenFlowState, editedAt: number): Promise<OpenFlowState> => {
      const connection = database.current();
      const state = getState();
      if (!connection || !release || owners.mayLose) return flush(getState, editedAt);
      await write(connection, state, editedAt);
      return state;
    },

    isBegun: () => isBegun,
    isAbsorbing: () => absorbing.length > 0,

    /** The next flush holds the work of another journal too, which goes with it. */
    absorb: (held: HeldJournal) => {
      absorbing = [...absorbing, held];
    },

    /** What is on the device is no longer known. */
    forget,

    /** From here on another page may take the journal. */
    letGo,

    /** Goes on under another name; what was written before goes with the next flush, unless another page has it by now. */
    wake: async () => {
      const before = id;
      const wasBegun = isBegun;
      rename();
      const held = wasBegun ? await owners.hold(before) : undefined;
      if (held) absorbing = [...absorbing, { id: before, rest: undefined, release: held }];
    },

    /** There is nothing to keep. */
    drop: async () => {
      if (!isBegun) return;
      const connection = await database.connect();
      const transaction = connection.transaction(["journals", "parts"], "readwrite");
      const journals = transaction.objectStore("journals");
      if ((await journals.get(id))?.owner !== owners.page) return;
      await Promise.all([
        journals.delete(id),
        transaction.objectStore("parts").delete(partsOf(id)),
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
