import type { OpenFlowState } from "#client/document/open-flow.ts";
import { NOTHING_WRITTEN, type Flush, planFlush } from "#client/document/journal/plan-flush.ts";
import { type ReplayedJournal, replayJournal } from "#client/document/journal/replay-journal.ts";
import { JOURNAL_FORMAT, type StoredPart } from "#client/document/journal/stored-journal.ts";

/** For tests: what a device keeps of the states that are written to it, as copies like those that storage makes. */
export function createStoredDevice() {
  const parts = new Map<string, StoredPart>();
  let written = NOTHING_WRITTEN;
  let journal: unknown;
  return {
    write: (state: OpenFlowState): Flush => {
      const flush = planFlush("j", state, written);
      for (const key of flush.gone) {
        if (!parts.delete(JSON.stringify(key)))
          throw new Error(`${key.join(" ")} is not there to be removed`);
      }
      for (const part of flush.parts)
        parts.set(JSON.stringify([part.journal, part.kind, part.number]), structuredClone(part));
      journal = structuredClone({ format: JOURNAL_FORMAT, ...flush.journal });
      ({ written } = flush);
      return flush;
    },
    /** Copies of all records, the journal's own one first. */
    read: (): readonly unknown[] => structuredClone([journal, ...parts.values()]),
    replay: (): ReplayedJournal =>
      replayJournal(structuredClone(journal), structuredClone([...parts.values()])),
  };
}
