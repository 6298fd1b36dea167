import { openSaved } from "#client/document/testing/receive.ts";
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { LOCAL_MODE_IDENTITY } from "#contract/local.ts";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import { createJournalDatabase } from "#client/document/journal/journal-database.ts";
import {
  type JournalPersistence,
  startJournalPersistence,
  type PageLifecycleHandlers,
} from "#client/document/journal/journal-persistence.ts";
import {
  type JournalDependencies,
  createBroadcastJournalOwners,
  createWebLockJournalOwners,
} from "#client/document/journal/journal-dependencies.ts";
import { buildServerFlow } from "#client/document/testing/build-server-flow.ts";
import { createFakeWebLocks } from "./fake-locks.ts";

export const digestFlow = buildServerFlow(buildFlow("Digest", [buildStep("fetch"), buildStep("send")]));

export const renameFetch = (name: string) => ({ type: "renameStep", key: "fetch" as StepKey, name }) as const;

export const firstName = (document: FlowDocument) => document.steps[0]?.fields["name"];

export const FAKE_SERVER_ORIGIN = "https://flows.example";

export interface FakePage {
  readonly site: JournalDependencies;
  readonly openFlow: OpenFlow;
  readonly keeper: JournalPersistence;
  readonly life: PageLifecycleHandlers;
  readonly troubles: readonly string[];
  /** Simulates a crash: releases the page's locks without a last write. */
  readonly kill: () => void;
}

export function createFakeBrowser({ hasLocks = true } = {}) {
  globalThis.indexedDB = new IDBFactory();
  const locks = createFakeWebLocks();
  let count = 0;
  const openSite = (identity: string | undefined = LOCAL_MODE_IDENTITY): JournalDependencies => {
    const database = createJournalDatabase();
    const page = `page_${(count += 1)}`;
    const owners = hasLocks
      ? createWebLockJournalOwners(page, locks.ofPage(page))
      : createBroadcastJournalOwners(page, database);
    const known = new Promise<string>((resolve) => {
      if (identity !== undefined) resolve(identity);
    });
    return {
      database,
      owners,
      tabId: `tab_${count}`,
      identity: { current: () => identity, known: () => known },
    };
  };
  const openPage = (openFlow = openSaved(digestFlow), site = openSite()): FakePage => {
    const troubles: string[] = [];
    let life: PageLifecycleHandlers = {
      onHide: () => undefined,
      onSleep: () => undefined,
      onWake: () => undefined,
    };
    const follow = (given: PageLifecycleHandlers) => {
      life = given;
      return () => undefined;
    };
    const keeper = startJournalPersistence(openFlow, site, {
      server: () => FAKE_SERVER_ORIGIN,
      onTrouble: (trouble) => troubles.push(trouble),
      follow,
    });
    const kill = () => locks.killPage(site.owners.page);
    return { site, openFlow, keeper, life, troubles, kill };
  };
  return { openSite, openPage, countLocks: locks.count };
}
