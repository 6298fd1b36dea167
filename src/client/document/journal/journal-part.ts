import type { OpenFlow } from "#client/document/open-flow.ts";
import { type ClaimedJournal, claimJournal } from "./claim-journal.ts";
import { describeTrouble } from "./describe-trouble.ts";
import { type FoundJournal, findJournals } from "./find-journals.ts";
import { type JournalKeeper, startKeeping } from "./journal-keeper.ts";
import { journalSite } from "./journal-site.ts";

/** What the journal of an open flow can do once its code is there. */
export interface JournalPart extends JournalKeeper {
  readonly find: () => Promise<readonly FoundJournal[]>;
  readonly claim: (id: string) => Promise<ClaimedJournal | undefined>;
}

export interface JournalOptions {
  /** The API that holds the flow, once that is known. */
  readonly findServer: () => Promise<string>;
  /** Edits are not kept: what to tell the person, once. */
  readonly onTrouble: (text: string) => void;
}

export function openJournal(openFlow: OpenFlow, { findServer, onTrouble }: JournalOptions): JournalPart {
  const site = journalSite();
  const flowId = openFlow.getState().flow.id;
  let server = location.origin;
  const found = findServer().then((name) => {
    server = name;
  });
  return {
    ...startKeeping(openFlow, site, {
      server: () => server,
      onTrouble: (trouble) => onTrouble(describeTrouble(trouble)),
    }),
    find: async () => {
      await found;
      return findJournals(site, { server, flowId });
    },
    claim: (id) => claimJournal(site, id),
  };
}
