import { openSaved } from "#client/document/testing/receive.ts";
import { expect, it, vi } from "vitest";
import { claimJournal } from "./claim-journal.ts";
import { listUnopenedJournalsOfFlow, listUnopenedJournals } from "./list-unopened-journals.ts";
import type { JournalDependencies } from "./journal-dependencies.ts";
import type { StoredHistoryEntry, StoredJournalMainRecord } from "./stored-journal.ts";
import {
  FAKE_SERVER_ORIGIN,
  createFakeBrowser,
  firstName,
  renameFetch,
  digestFlow,
} from "./testing/fake-browser.ts";
import { failIndexedDbPuts } from "./testing/fail-storage.ts";
import { readRecords, readNewestJournal } from "./testing/read-journal-records.ts";

/**
 * Crashes a page that has unsaved renames, then opens another page, which finds the journal of the crashed
 * one.
 */
async function leaveBehind(names: readonly string[] = ["Get"]) {
  const browser = createFakeBrowser();
  const dead = browser.openPage();
  for (const name of names) dead.openFlow.edit(renameFetch(name));
  await dead.keeper.flush();
  dead.kill();
  const site = browser.openSite();
  const [found] = await listUnopenedJournals(site);
  return { ...browser, site, found: found! };
}

async function spoilJournal(site: JournalDependencies, change: Partial<StoredJournalMainRecord>) {
  const connection = await site.database.connect();
  const [journal] = await connection.getAll("journals");
  await connection.put("journals", { ...journal!, ...change });
}
const ofFlow = { server: FAKE_SERVER_ORIGIN, flowId: digestFlow.id };

it("unsaved work of a closed page is offered when its flow is opened, newest first, and is listed with all unsaved work", async () => {
  const { openPage, openSite } = createFakeBrowser();
  const now = vi.spyOn(Date, "now");
  for (const at of [2000, 3000, 1000]) {
    now.mockReturnValue(at);
    const page = openPage();
    page.openFlow.edit(renameFetch(`At ${at}`));
    await page.keeper.flush();
    page.kill();
  }
  const site = openSite();
  expect((await listUnopenedJournalsOfFlow(site, ofFlow)).map(({ editedAt }) => editedAt)).toEqual([
    3000, 2000, 1000,
  ]);
  expect(await listUnopenedJournalsOfFlow(site, { ...ofFlow, flowId: "flow_2" })).toEqual([]);
  expect(await listUnopenedJournalsOfFlow(site, { ...ofFlow, server: "https://api.runtype.com" })).toEqual(
    [],
  );
  expect(await listUnopenedJournals(site)).toHaveLength(3);
});

it("unsaved work of a closed page is not offered while its page is open, and is claimed by only one of two concurrent pages", async () => {
  const { openPage, openSite } = createFakeBrowser();
  const page = openPage();
  page.openFlow.edit(renameFetch("Get"));
  await page.keeper.flush();
  const [here, there] = [openSite(), openSite()];
  expect(await listUnopenedJournals(here)).toEqual([]);
  page.kill();
  const [found] = await listUnopenedJournals(here);
  expect(found).toMatchObject({ flowName: "Digest", unsaved: 1, version: { token: "1-x" }, isRest: false });
  const claims = await Promise.all([here, there].map((site) => claimJournal(site, found!.id)));
  expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
  expect(await listUnopenedJournals(openSite())).toEqual([]);
  claims.forEach((claim) => claim?.release());
  expect(await listUnopenedJournals(openSite())).toHaveLength(1);
});

it("unsaved work of a closed page is deleted from the old journal only after the claiming page has persisted it", async () => {
  const { openPage, openSite, found } = await leaveBehind(["Get", "Read"]);
  const page = openPage();
  const claimed = (await claimJournal(page.site, found.id))!;
  if (claimed.content.type !== "restored") expect.fail(claimed.content.type);
  const { work } = claimed.content;
  const failing = failIndexedDbPuts("QuotaExceededError");
  await page.keeper.absorb(claimed.held, () => page.openFlow.restore(work));
  failing.mockRestore();
  expect((await readRecords(page.site)).journals).toMatchObject([{ id: found.id }]);
  expect(await listUnopenedJournals(openSite())).toEqual([]);
  await page.keeper.flush();
  const { journals } = await readRecords(page.site);
  expect(journals).toHaveLength(1);
  expect(journals[0]?.id).not.toBe(found.id);
  page.kill();
  const again = await readNewestJournal(openSite());
  expect(again?.history.entries.map(({ label }) => label)).toEqual(["rename “Fetch”", "rename “Get”"]);
});

it("unsaved work of a closed page remains stored if the page that claimed it crashes before persisting it", async () => {
  const { openPage, openSite, found } = await leaveBehind();
  const page = openPage();
  await claimJournal(page.site, found.id);
  page.kill();
  const work = await readNewestJournal(openSite());
  expect(work && firstName(work.history.document)).toBe("Get");
});

it("unsaved work of a closed page is found by the page that has just closed the flow, even while the last write is running", async () => {
  const { openPage } = createFakeBrowser();
  const page = openPage();
  await page.keeper.flush();
  page.openFlow.edit(renameFetch("Get"));
  const stopped = page.keeper.stop();
  const [found, all] = await Promise.all([
    listUnopenedJournalsOfFlow(page.site, ofFlow),
    listUnopenedJournals(page.site),
  ]);
  await stopped;
  expect([found.length, all.length]).toEqual([1, 1]);
});

it("unsaved work of a closed page can be discarded and restored, and is deleted only a day after it was discarded", async () => {
  const { openSite, site, found } = await leaveBehind();
  const claimed = (await claimJournal(site, found.id))!;
  await claimed.discard();
  claimed.release();
  expect(await listUnopenedJournals(openSite())).toEqual([]);
  expect(await claimJournal(openSite(), found.id)).toBeUndefined();
  await claimed.undoDiscard();
  expect(await listUnopenedJournals(openSite())).toHaveLength(1);
  await claimed.discard();
  expect((await readRecords(site)).journals).toHaveLength(1);
  const now = Date.now();
  vi.spyOn(Date, "now").mockReturnValue(now + 25 * 60 * 60 * 1000);
  await listUnopenedJournals(openSite());
  expect(await readRecords(site)).toEqual({ journals: [], parts: [] });
});

it("unsaved work of a closed page is deleted and never offered if all of it was saved or undone", async () => {
  const { openPage, openSite } = createFakeBrowser();
  const page = openPage();
  page.openFlow.edit(renameFetch("Get"));
  await page.keeper.flush();
  page.openFlow.undo();
  await page.keeper.flush();
  expect((await readRecords(page.site)).journals).toMatchObject([{ unsaved: 0, entryCount: 1 }]);
  await listUnopenedJournals(openSite());
  expect((await readRecords(page.site)).journals).toHaveLength(1);
  page.kill();
  expect(await listUnopenedJournals(openSite())).toEqual([]);
  expect(await readRecords(page.site)).toEqual({ journals: [], parts: [] });
});

it("a partly unreadable journal restores the readable part, and keeps the unreadable part for download until it is discarded", async () => {
  const { openPage, openSite, found } = await leaveBehind(["Get", "Read"]);
  const page = openPage();
  const connection = await page.site.database.connect();
  const entry = (await connection.get("parts", [found.id, "entry", 1])) as StoredHistoryEntry;
  await connection.put("parts", { ...entry, command: { type: "fold" } } as unknown as StoredHistoryEntry);
  const claimed = (await claimJournal(page.site, found.id))!;
  if (claimed.content.type !== "partly") expect.fail(claimed.content.type);
  const { work, lost, raw } = claimed.content;
  expect(lost).toBe(1);
  expect(raw).toContain('"fold"');
  await page.keeper.absorb(claimed.held, () => page.openFlow.restore(work));
  page.kill();
  const site = openSite();
  expect(await listUnopenedJournalsOfFlow(site, ofFlow)).toMatchObject([{ isRest: false, unsaved: 1 }]);
  expect(new Set((await listUnopenedJournals(site)).map(({ isRest }) => isRest))).toEqual(
    new Set([false, true]),
  );
  const rest = (await claimJournal(site, found.id))!;
  expect(rest.content.type).toBe("partly");
  await rest.discard();
  expect(await listUnopenedJournals(site)).toMatchObject([{ isRest: false }]);
});

it("a partly unreadable journal is never deleted automatically, and is listed if it has unsaved edits", async () => {
  const { site, found } = await leaveBehind();
  await spoilJournal(site, { format: 7, unsaved: 0 });
  expect(await listUnopenedJournals(site)).toEqual([]);
  await spoilJournal(site, { format: 7, unsaved: undefined });
  expect(await listUnopenedJournals(site)).toMatchObject([{ id: found.id, unsaved: undefined }]);
  expect((await claimJournal(site, found.id))?.content).toMatchObject({
    type: "unreadable",
    fault: "other-version",
  });
  expect((await readRecords(site)).journals).toHaveLength(1);
});

it("a partly unreadable journal loses only the records that the storage fails to read", async () => {
  const { site, found } = await leaveBehind(["Get", "Read"]);
  // oxlint-disable-next-line typescript/unbound-method
  const { get } = IDBObjectStore.prototype;
  const fail = () => {
    throw new DOMException("Failed to read large IndexedDB value", "DataError");
  };
  vi.spyOn(IDBObjectStore.prototype, "getAll").mockImplementation(fail);
  vi.spyOn(IDBObjectStore.prototype, "get").mockImplementation(function read(this: IDBObjectStore, key) {
    return Array.isArray(key) && key[1] === "entry" && key[2] === 1 ? fail() : get.call(this, key);
  });
  const claimed = await claimJournal(site, found.id);
  expect(claimed?.content).toMatchObject({ type: "partly", fault: "damaged", lost: 1 });
});

it("the journal of a closed flow releases its lock, even if the flow was closed before the first write", async () => {
  const { openPage, countLocks } = createFakeBrowser();
  const page = openPage();
  await page.keeper.stop();
  const other = openPage();
  other.openFlow.edit(renameFetch("Get"));
  await other.keeper.flush();
  expect(countLocks()).toBe(1);
  await other.keeper.stop();
  await vi.waitFor(() => expect(countLocks()).toBe(0));
});

it("a page that returns from the back/forward cache continues its journal if no other page claimed it", async () => {
  const { openPage, openSite } = createFakeBrowser();
  const page = openPage();
  page.openFlow.edit(renameFetch("Get"));
  await page.keeper.flush();
  page.life.onHide();
  page.life.onSleep();
  expect(await listUnopenedJournals(openSite())).toHaveLength(1);
  page.life.onWake();
  await page.keeper.flush();
  expect(await listUnopenedJournals(openSite())).toEqual([]);
  page.openFlow.edit(renameFetch("Read"));
  await page.keeper.flush();
  expect((await readRecords(page.site)).journals).toMatchObject([{ entryCount: 2 }]);
});

it("a page that returns from the back/forward cache writes everything to a new journal if another page claimed the old journal", async () => {
  const { openPage, openSite } = createFakeBrowser();
  const page = openPage();
  page.openFlow.edit(renameFetch("Get"));
  await page.keeper.flush();
  page.life.onHide();
  page.life.onSleep();
  const other = openSite();
  const [found] = await listUnopenedJournals(other);
  const claimed = await claimJournal(other, found!.id);
  page.life.onWake();
  page.openFlow.edit(renameFetch("Read"));
  await page.keeper.flush();
  const { journals } = await readRecords(page.site);
  expect(new Set(journals.map(({ entryCount }) => entryCount))).toEqual(new Set([1, 2]));
  expect(claimed?.content.type).toBe("restored");
  expect(await listUnopenedJournals(openSite())).toEqual([]);
});

const leave = async () => {
  const browser = createFakeBrowser({ hasLocks: false });
  const page = browser.openPage(openSaved(digestFlow));
  page.openFlow.edit(renameFetch("Get"));
  await page.keeper.flush();
  return { ...browser, page };
};

it("without the Web Locks API a journal is offered if no open page responds as its owner, and is claimed by one page only", async () => {
  const { page, openSite } = await leave();
  const sites = [openSite(), openSite()];
  expect(await listUnopenedJournals(sites[0]!)).toEqual([]);
  page.life.onSleep();
  const [found] = await listUnopenedJournals(sites[0]!);
  const claims = await Promise.all(sites.map((site) => claimJournal(site, found!.id)));
  expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
  expect(await listUnopenedJournals(openSite())).toEqual([]);
});

it("without the Web Locks API a page that did not respond in time and lost its journal to another page starts a new journal", async () => {
  const { page, openSite } = await leave();
  const other = openSite();
  const { journals } = await readRecords(other);
  // Simulates that another page takes the journal while this page is frozen and cannot notice.
  const connection = await other.database.connect();
  await connection.put("journals", { ...journals[0]!, owner: "page_other" });
  page.openFlow.edit(renameFetch("Read"));
  await page.keeper.flush();
  const after = await readRecords(other);
  expect(new Map(after.journals.map(({ owner, entryCount }) => [owner, entryCount]))).toEqual(
    new Map([
      [page.site.owners.page, 2],
      ["page_other", 1],
    ]),
  );
  page.openFlow.edit(renameFetch("Write"));
  await page.keeper.flush();
  expect((await readRecords(other)).journals).toHaveLength(2);
});
