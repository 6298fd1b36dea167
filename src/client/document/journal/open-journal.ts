import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import { type ClaimedJournal, claimJournal } from "./claim-journal.ts";
import { type JournalSummary, listUnopenedJournalsOfFlow } from "./list-unopened-journals.ts";
import type { JournalStorageFailureReason } from "./journal-database.ts";
import { type JournalPersistence, startJournalPersistence } from "./journal-persistence.ts";
import { getJournalDependencies } from "./journal-dependencies.ts";

export interface JournalSearchAndClaimService extends JournalPersistence {
  readonly find: () => Promise<readonly JournalSummary[]>;
  readonly claim: (id: string) => Promise<ClaimedJournal | undefined>;
}

export interface OpenJournalOptions {
  readonly findServer: () => Promise<string>;
  readonly onTrouble: (text: string) => void;
  /** Called before the page ends, so that pending input is flushed into the document. */
  readonly onKeep: () => void;
}

export function openJournal(
  openFlow: OpenFlow,
  { findServer, onTrouble, onKeep }: OpenJournalOptions,
): JournalSearchAndClaimService {
  const site = getJournalDependencies();
  const flowId = openFlow.getState().flow.id;
  let server = location.origin;
  const found = findServer().then((name) => {
    server = name;
  });
  const keeper = startJournalPersistence(openFlow, site, {
    server: () => server,
    onTrouble: (trouble) => onTrouble(describeTrouble(trouble)),
  });
  if (pageUserIdentityTracker.current() === undefined)
    void pageUserIdentityTracker.known().then(keeper.attribute);
  const releaseWork = pageUserIdentityTracker.holdWork({
    keep: () => {
      onKeep();
      openFlow.flush();
      return keeper.flush();
    },
    discard: openFlow.giveUp,
  });
  return {
    ...keeper,
    find: async () => {
      await found;
      return listUnopenedJournalsOfFlow(site, { server, flowId });
    },
    claim: (id) => claimJournal(site, id),
    stop: () => {
      releaseWork();
      return keeper.stop();
    },
  };
}

function describeTrouble(trouble: JournalStorageFailureReason): string {
  switch (trouble) {
    case "full":
      return "This device is out of storage. Unsaved edits last only until this tab is closed.";
    case "newer":
      return "A newer version of this page is open in another tab, so edits aren’t kept on this device. Save, then reload.";
    case "unavailable":
      return "This browser doesn’t allow keeping edits on this device. Unsaved edits last only until this tab is closed.";
  }
}
