import { loadAfterPaint } from "#client/data/api/load-after-paint.ts";
import { createStore } from "zustand/vanilla";
import type { OpenFlow } from "#client/document/open-flow.ts";
import type { ClaimedJournal } from "./claim-journal.ts";
import type { JournalSummary } from "./list-unopened-journals.ts";
import type { OpenJournalOptions, JournalSearchAndClaimService } from "./open-journal.ts";

export interface FoundJournalsState {
  readonly found: readonly JournalSummary[];
}

const RETRY_MS = 5000;

const loadPart = () => loadAfterPaint(() => import("./open-journal.ts"));

/** Loads after the page, so the first write includes earlier edits. */
export function createOpenFlowJournal(openFlow: OpenFlow, options: OpenJournalOptions) {
  const store = createStore<FoundJournalsState>(() => ({ found: [] }));
  let part: JournalSearchAndClaimService | undefined;

  const forget = (id: string) =>
    store.setState(({ found }) => ({ found: found.filter((journal) => journal.id !== id) }));

  return {
    ...store,

    connect: () => {
      let isGone = false;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const load = () =>
        loadPart().then(
          async ({ openJournal }) => {
            if (isGone) return;
            part = openJournal(openFlow, options);
            const found = await part.find().catch(() => []);
            if (!isGone) store.setState({ found });
          },
          () => {
            if (!isGone) timer = setTimeout(() => void load(), RETRY_MS);
          },
        );
      void load();
      return () => {
        isGone = true;
        clearTimeout(timer);
        void part?.stop();
        part = undefined;
      };
    },

    /** Claims the found work of a closed page; undefined if another page claimed the work first. */
    claim: async (id: string): Promise<ClaimedJournal | undefined> => {
      const claimed = await part?.claim(id);
      forget(id);
      return claimed;
    },

    absorb: async ({ held }: ClaimedJournal, takeIn: () => void): Promise<void> => {
      if (part) await part.absorb(held, takeIn);
      else takeIn();
    },

    flush: async (): Promise<void> => part?.flush(),
  };
}

export type OpenFlowJournal = ReturnType<typeof createOpenFlowJournal>;
