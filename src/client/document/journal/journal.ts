import { createStore } from "zustand/vanilla";
import type { OpenFlow } from "#client/document/open-flow.ts";
import type { ClaimedJournal } from "./claim-journal.ts";
import type { FoundJournal } from "./find-journals.ts";
import type { JournalOptions, JournalPart } from "./journal-part.ts";

export interface JournalState {
  /** Unsaved work on this flow that other pages left behind, the newest first. */
  readonly found: readonly FoundJournal[];
}

/** Between tries to get the code, in milliseconds. */
const RETRY_MS = 5000;

/**
 * The journal of an open flow: every edit is on this device a moment later, and what a page left behind is found again.
 * Its code comes after the page. What was edited before that is in its first write.
 */
export function createJournal(openFlow: OpenFlow, options: JournalOptions) {
  const store = createStore<JournalState>(() => ({ found: [] }));
  let part: JournalPart | undefined;

  const forget = (id: string) =>
    store.setState(({ found }) => ({ found: found.filter((journal) => journal.id !== id) }));

  return {
    ...store,

    /** Keeps the flow until the returned function is called. */
    connect: () => {
      let isGone = false;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const load = () =>
        import("./journal-part.ts").then(
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

    /** Takes found work, so that no other page does; undefined where one was faster. It is offered here no longer. */
    claim: async (id: string): Promise<ClaimedJournal | undefined> => {
      const claimed = await part?.claim(id);
      forget(id);
      return claimed;
    },

    /** `takeIn` brings claimed work into the open flow; once that is on the device, it is nowhere else. */
    absorb: async ({ held }: ClaimedJournal, takeIn: () => void): Promise<void> => {
      if (part) await part.absorb(held, takeIn);
      else takeIn();
    },

    /** Resolves once what stands here now is on the device, or could not be kept. */
    flush: async (): Promise<void> => part?.flush(),
  };
}

export type Journal = ReturnType<typeof createJournal>;
