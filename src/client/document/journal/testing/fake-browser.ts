import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import { type OpenFlow, createOpenFlow } from "#client/document/open-flow.ts";
import type { PageLife } from "#client/document/journal/follow-page.ts";
import { createJournalDatabase } from "#client/document/journal/journal-database.ts";
import { type JournalKeeper, startKeeping } from "#client/document/journal/journal-keeper.ts";
import { createAskingOwners, createLockOwners } from "#client/document/journal/journal-owners.ts";
import type { JournalSite } from "#client/document/journal/journal-site.ts";
import { heldFlow } from "#client/document/testing/held-flow.ts";
import { createFakeLocks } from "./fake-locks.ts";

export const sampleFlow = heldFlow(buildFlow("Digest", [buildStep("fetch"), buildStep("send")]));

export const rename = (name: string) => ({ type: "renameStep", key: "fetch" as StepKey, name }) as const;

export const nameOf = (document: FlowDocument) => document.steps[0]?.fields["name"];

export const SERVER = "https://flows.example";

export interface FakePage {
  readonly site: JournalSite;
  readonly openFlow: OpenFlow;
  readonly keeper: JournalKeeper;
  readonly life: PageLife;
  readonly troubles: readonly string[];
  /** From one moment to the next, as a crash does: nothing is written any more. */
  readonly kill: () => void;
}

/** For tests: a browser with storage of its own. Each of its pages opens the sample flow and keeps it. */
export function createFakeBrowser({ hasLocks = true } = {}) {
  globalThis.indexedDB = new IDBFactory();
  const locks = createFakeLocks();
  let count = 0;
  const openSite = (): JournalSite => {
    const database = createJournalDatabase();
    const page = `page_${(count += 1)}`;
    const owners = hasLocks ? createLockOwners(page, locks.ofPage(page)) : createAskingOwners(page, database);
    return { database, owners, tabId: `tab_${count}` };
  };
  const openPage = (openFlow = createOpenFlow(sampleFlow, { isInexact: false })): FakePage => {
    const site = openSite();
    const troubles: string[] = [];
    let life: PageLife = { onHide: () => undefined, onSleep: () => undefined, onWake: () => undefined };
    const follow = (given: PageLife) => {
      life = given;
      return () => undefined;
    };
    const keeper = startKeeping(openFlow, site, {
      server: () => SERVER,
      onTrouble: (trouble) => troubles.push(trouble),
      follow,
    });
    const kill = () => locks.killPage(site.owners.page);
    return { site, openFlow, keeper, life, troubles, kill };
  };
  return { openSite, openPage, countLocks: locks.count };
}
