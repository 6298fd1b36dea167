import type { OpenFlowState } from "#client/document/open-flow-state.ts";
import {
  EMPTY_WRITTEN_JOURNAL_STATE,
  type JournalFlushPlan,
  planJournalFlush,
} from "#client/document/journal/plan-flush.ts";
import {
  type JournalReplayResult,
  rebuildUnsavedWorkFromJournal,
} from "#client/document/journal/replay-journal.ts";
import { JOURNAL_FORMAT_VERSION, type StoredJournalPart } from "#client/document/journal/stored-journal.ts";

export function createInMemoryJournalStore() {
  const parts = new Map<string, StoredJournalPart>();
  let written = EMPTY_WRITTEN_JOURNAL_STATE;
  let journal: unknown;
  return {
    write: (state: OpenFlowState): JournalFlushPlan => {
      const flush = planJournalFlush("j", state, written);
      for (const key of flush.gone) {
        if (!parts.delete(JSON.stringify(key)))
          throw new Error(`${key.join(" ")} is not there to be removed`);
      }
      for (const part of flush.parts)
        parts.set(JSON.stringify([part.journal, part.kind, part.number]), structuredClone(part));
      journal = structuredClone({ format: JOURNAL_FORMAT_VERSION, ...flush.journal });
      ({ written } = flush);
      return flush;
    },
    read: (): readonly unknown[] => structuredClone([journal, ...parts.values()]),
    replay: (): JournalReplayResult =>
      rebuildUnsavedWorkFromJournal(structuredClone(journal), structuredClone([...parts.values()])),
  };
}
