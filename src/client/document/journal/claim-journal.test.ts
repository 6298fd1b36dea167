import { afterEach, describe, expect, it, vi } from "vitest";
import { createOpenFlow } from "#client/document/open-flow.ts";
import { claimJournal } from "./claim-journal.ts";
import { findJournals, listJournals } from "./find-journals.ts";
import type { JournalSite } from "./journal-site.ts";
import type { StoredEntry, StoredJournal } from "./stored-journal.ts";
import { SERVER, createFakeBrowser, nameOf, rename, sampleFlow } from "./testing/fake-browser.ts";
import { failPuts } from "./testing/fail-storage.ts";
import { readRecords, recoverWork } from "./testing/look-at-storage.ts";

afterEach(() => vi.restoreAllMocks());

/** A page that died with an unsaved rename, and one that finds it. */
async function leaveBehind(names: readonly string[] = ["Get"]) {
  const browser = createFakeBrowser();
  const dead = browser.openPage();
  for (const name of names) dead.openFlow.edit(rename(name));
  await dead.keeper.flush();
  dead.kill();
  const site = browser.openSite();
  const [found] = await listJournals(site);
  return { ...browser, site, found: found! };
}

/** Something goes wrong with a record. */
async function spoilJournal(site: JournalSite, change: Partial<StoredJournal>) {
  const connection = await site.database.connect();
  const [journal] = await connection.getAll("journals");
  await connection.put("journals", { ...journal!, ...change });
}
const ofFlow = { server: SERVER, flowId: sampleFlow.id };

describe("work that was left behind", () => {
  it("is offered to who opens that flow of that server, the newest first, and elsewhere in the list of all", async () => {
    const { openPage, openSite } = createFakeBrowser();
    const now = vi.spyOn(Date, "now");
    for (const at of [2000, 3000, 1000]) {
      now.mockReturnValue(at);
      const page = openPage();
      page.openFlow.edit(rename(`At ${at}`));
      await page.keeper.flush();
      page.kill();
    }
    const site = openSite();
    expect((await findJournals(site, ofFlow)).map(({ editedAt }) => editedAt)).toEqual([3000, 2000, 1000]);
    expect(await findJournals(site, { ...ofFlow, flowId: "flow_2" })).toEqual([]);
    expect(await findJournals(site, { ...ofFlow, server: "https://api.runtype.com" })).toEqual([]);
    expect(await listJournals(site)).toHaveLength(3);
  });

  it("is not offered while its page lives, and goes to one of two who take it at once", async () => {
    const { openPage, openSite } = createFakeBrowser();
    const page = openPage();
    page.openFlow.edit(rename("Get"));
    await page.keeper.flush();
    const [here, there] = [openSite(), openSite()];
    expect(await listJournals(here)).toEqual([]);
    page.kill();
    const [found] = await listJournals(here);
    expect(found).toMatchObject({ flowName: "Digest", unsaved: 1, version: { token: "1-x" }, isRest: false });
    const claims = await Promise.all([here, there].map((site) => claimJournal(site, found!.id)));
    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
    expect(await listJournals(openSite())).toEqual([]);
    claims.forEach((claim) => claim?.release());
    expect(await listJournals(openSite())).toHaveLength(1);
  });

  it("goes over to the page that takes it in, and is gone only once it is on the device there", async () => {
    const { openPage, openSite, found } = await leaveBehind(["Get", "Read"]);
    const page = openPage();
    const claimed = (await claimJournal(page.site, found.id))!;
    if (claimed.content.type !== "restored") expect.fail(claimed.content.type);
    const { work } = claimed.content;
    const failing = failPuts("QuotaExceededError");
    await page.keeper.absorb(claimed.held, () => page.openFlow.restore(work));
    failing.mockRestore();
    expect((await readRecords(page.site)).journals).toMatchObject([{ id: found.id }]);
    expect(await listJournals(openSite())).toEqual([]);
    await page.keeper.flush();
    const { journals } = await readRecords(page.site);
    expect(journals).toHaveLength(1);
    expect(journals[0]?.id).not.toBe(found.id);
    page.kill();
    const again = await recoverWork(openSite());
    expect(again?.history.entries.map(({ label }) => label)).toEqual(["rename Fetch", "rename Get"]);
  });

  it("is still there when the page that took it dies before it was kept", async () => {
    const { openPage, openSite, found } = await leaveBehind();
    const page = openPage();
    await claimJournal(page.site, found.id);
    page.kill();
    const work = await recoverWork(openSite());
    expect(work && nameOf(work.history.document)).toBe("Get");
  });

  it("is found by the page that has just left it, though its last write is still under way", async () => {
    const { openPage } = createFakeBrowser();
    const page = openPage();
    await page.keeper.flush();
    page.openFlow.edit(rename("Get"));
    const stopped = page.keeper.stop();
    const [found, all] = await Promise.all([findJournals(page.site, ofFlow), listJournals(page.site)]);
    await stopped;
    expect([found.length, all.length]).toEqual([1, 1]);
  });

  it("can be discarded, had back, and goes by itself only a day after it was discarded", async () => {
    const { openSite, site, found } = await leaveBehind();
    const claimed = (await claimJournal(site, found.id))!;
    await claimed.discard();
    claimed.release();
    expect(await listJournals(openSite())).toEqual([]);
    expect(await claimJournal(openSite(), found.id)).toBeUndefined();
    await claimed.undoDiscard();
    expect(await listJournals(openSite())).toHaveLength(1);
    await claimed.discard();
    expect((await readRecords(site)).journals).toHaveLength(1);
    const now = Date.now();
    vi.spyOn(Date, "now").mockReturnValue(now + 25 * 60 * 60 * 1000);
    await listJournals(openSite());
    expect(await readRecords(site)).toEqual({ journals: [], parts: [] });
  });

  it("is taken away, and never offered, where all of it was saved or undone", async () => {
    const { openPage, openSite } = createFakeBrowser();
    const page = openPage();
    page.openFlow.edit(rename("Get"));
    await page.keeper.flush();
    page.openFlow.undo();
    await page.keeper.flush();
    expect((await readRecords(page.site)).journals).toMatchObject([{ unsaved: 0, entryCount: 1 }]);
    await listJournals(openSite());
    expect((await readRecords(page.site)).journals).toHaveLength(1);
    page.kill();
    expect(await listJournals(openSite())).toEqual([]);
    expect(await readRecords(page.site)).toEqual({ journals: [], parts: [] });
  });
});

describe("a journal that cannot all be read", () => {
  it("gives what it can, and the rest stays as a file until somebody discards it", async () => {
    const { openPage, openSite, found } = await leaveBehind(["Get", "Read"]);
    const page = openPage();
    const connection = await page.site.database.connect();
    const entry = (await connection.get("parts", [found.id, "entry", 1])) as StoredEntry;
    await connection.put("parts", { ...entry, command: { type: "fold" } } as unknown as StoredEntry);
    const claimed = (await claimJournal(page.site, found.id))!;
    if (claimed.content.type !== "partly") expect.fail(claimed.content.type);
    const { work, lost, raw } = claimed.content;
    expect(lost).toBe(1);
    expect(raw).toContain('"fold"');
    await page.keeper.absorb(claimed.held, () => page.openFlow.restore(work));
    page.kill();
    const site = openSite();
    expect(await findJournals(site, ofFlow)).toMatchObject([{ isRest: false, unsaved: 1 }]);
    expect(new Set((await listJournals(site)).map(({ isRest }) => isRest))).toEqual(new Set([false, true]));
    const rest = (await claimJournal(site, found.id))!;
    expect(rest.content.type).toBe("partly");
    await rest.discard();
    expect(await listJournals(site)).toMatchObject([{ isRest: false }]);
  });

  it("is listed and never taken away by itself, though it says that all is saved", async () => {
    const { site, found } = await leaveBehind();
    await spoilJournal(site, { format: 7, unsaved: 0 });
    expect(await listJournals(site)).toEqual([]);
    await spoilJournal(site, { format: 7, unsaved: undefined });
    expect(await listJournals(site)).toMatchObject([{ id: found.id, unsaved: undefined }]);
    expect((await claimJournal(site, found.id))?.content).toMatchObject({
      type: "unreadable",
      fault: "other-version",
    });
    expect((await readRecords(site)).journals).toHaveLength(1);
  });

  it("loses no more than the part that the storage itself fails to read", async () => {
    const { site, found } = await leaveBehind(["Get", "Read"]);
    // It is called below, with the store that it is asked of.
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
});

describe("a flow that is closed", () => {
  it("is held by nobody, even where it was closed before it could be kept at all", async () => {
    const { openPage, countLocks } = createFakeBrowser();
    const page = openPage();
    await page.keeper.stop();
    const other = openPage();
    other.openFlow.edit(rename("Get"));
    await other.keeper.flush();
    expect(countLocks()).toBe(1);
    await other.keeper.stop();
    await vi.waitFor(() => expect(countLocks()).toBe(0));
  });
});

describe("a page that comes back from the browser's cache", () => {
  it("goes on with its journal where nobody took it meanwhile", async () => {
    const { openPage, openSite } = createFakeBrowser();
    const page = openPage();
    page.openFlow.edit(rename("Get"));
    await page.keeper.flush();
    page.life.onHide();
    page.life.onSleep();
    expect(await listJournals(openSite())).toHaveLength(1);
    page.life.onWake();
    await page.keeper.flush();
    expect(await listJournals(openSite())).toEqual([]);
    page.openFlow.edit(rename("Read"));
    await page.keeper.flush();
    expect((await readRecords(page.site)).journals).toMatchObject([{ entryCount: 2 }]);
  });

  it("writes all it has under another name where somebody did, and disturbs nothing of theirs", async () => {
    const { openPage, openSite } = createFakeBrowser();
    const page = openPage();
    page.openFlow.edit(rename("Get"));
    await page.keeper.flush();
    page.life.onHide();
    page.life.onSleep();
    const other = openSite();
    const [found] = await listJournals(other);
    const claimed = await claimJournal(other, found!.id);
    page.life.onWake();
    page.openFlow.edit(rename("Read"));
    await page.keeper.flush();
    const { journals } = await readRecords(page.site);
    expect(new Set(journals.map(({ entryCount }) => entryCount))).toEqual(new Set([1, 2]));
    expect(claimed?.content.type).toBe("restored");
    expect(await listJournals(openSite())).toEqual([]);
  });
});

describe("where there are no locks", () => {
  const leave = async () => {
    const browser = createFakeBrowser({ hasLocks: false });
    const page = browser.openPage(createOpenFlow(sampleFlow, { isInexact: false }));
    page.openFlow.edit(rename("Get"));
    await page.keeper.flush();
    return { ...browser, page };
  };

  it("a living page answers for its journal, and what nobody answers for is offered and taken once", async () => {
    const { page, openSite } = await leave();
    const sites = [openSite(), openSite()];
    expect(await listJournals(sites[0]!)).toEqual([]);
    page.life.onSleep();
    const [found] = await listJournals(sites[0]!);
    const claims = await Promise.all(sites.map((site) => claimJournal(site, found!.id)));
    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
    expect(await listJournals(openSite())).toEqual([]);
  });

  it("a page that could not answer in time, and lost its journal, goes on under another name", async () => {
    const { page, openSite } = await leave();
    const other = openSite();
    const { journals } = await readRecords(other);
    // As a frozen page: it does not know that it no longer answers.
    const connection = await other.database.connect();
    await connection.put("journals", { ...journals[0]!, owner: "page_other" });
    page.openFlow.edit(rename("Read"));
    await page.keeper.flush();
    const after = await readRecords(other);
    expect(new Map(after.journals.map(({ owner, entryCount }) => [owner, entryCount]))).toEqual(
      new Map([
        [page.site.owners.page, 2],
        ["page_other", 1],
      ]),
    );
    page.openFlow.edit(rename("Write"));
    await page.keeper.flush();
    expect((await readRecords(other)).journals).toHaveLength(2);
  });
});
