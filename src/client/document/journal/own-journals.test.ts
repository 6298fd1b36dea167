import { openSaved } from "#client/document/testing/receive.ts";
import { expect, it, test } from "vitest";
import { claimJournal } from "./claim-journal.ts";
import { listUnopenedJournalsOfFlow, listUnopenedJournals } from "./list-unopened-journals.ts";
import type { JournalDependencies } from "./journal-dependencies.ts";
import { countHiddenJournals, deleteOwnJournals, listOwnJournals } from "./own-journals.ts";
import type { StoredJournalMainRecord } from "./stored-journal.ts";
import { FAKE_SERVER_ORIGIN, createFakeBrowser, renameFetch, digestFlow } from "./testing/fake-browser.ts";
import { readRecords } from "./testing/read-journal-records.ts";

const ofFlow = { server: FAKE_SERVER_ORIGIN, flowId: digestFlow.id };
const [FIRST, SECOND] = ["key_first", "key_second"];

type Browser = ReturnType<typeof createFakeBrowser>;

const openAs = (browser: Browser, identity: string) =>
  browser.openPage(openSaved(digestFlow), browser.openSite(identity));

async function leaveBehindAs(browser: Browser, identity: string, name = "Get") {
  const page = openAs(browser, identity);
  page.openFlow.edit(renameFetch(name));
  await page.keeper.flush();
  page.kill();
}

/** Leaves a journal behind as a page wrote it before journals had a user. */
async function leaveBehindUnowned(browser: Browser) {
  await leaveBehindAs(browser, "local");
  const { database } = browser.openSite();
  const connection = await database.connect();
  const [{ identity: _, ...journal }] = (await connection.getAll("journals")) as [StoredJournalMainRecord];
  await connection.put("journals", journal);
}

it("a journal is found, claimed and listed only for the user who wrote it", async () => {
  const browser = createFakeBrowser();
  await leaveBehindAs(browser, FIRST);
  const own = browser.openSite(FIRST);
  const [found] = await listUnopenedJournals(own);
  for (const identity of [SECOND, "local"]) {
    const other = browser.openSite(identity);
    expect(await listUnopenedJournalsOfFlow(other, ofFlow)).toEqual([]);
    expect(await listUnopenedJournals(other)).toEqual([]);
    expect(await listOwnJournals(other)).toEqual([]);
    expect(await claimJournal(other, found!.id)).toBeUndefined();
  }
  expect(await listUnopenedJournalsOfFlow(own, ofFlow)).toHaveLength(1);
  const claimed = await claimJournal(own, found!.id);
  expect(claimed?.content.type).toBe("restored");
  expect(browser.countLocks()).toBe(1);
});

it("a journal is not searched for before the signed-in user is known", async () => {
  const browser = createFakeBrowser();
  await leaveBehindAs(browser, FIRST);
  const unidentified: JournalDependencies = {
    ...browser.openSite(),
    identity: { current: () => undefined, known: () => new Promise(() => {}) },
  };
  let isFound = false;
  void listUnopenedJournals(unidentified).then(() => (isFound = true));
  // Completes two further calls, which gives the first call enough time to complete if it did not wait for the user
  // to be known.
  expect(await listUnopenedJournals(browser.openSite(FIRST))).toHaveLength(1);
  expect(await listUnopenedJournals(browser.openSite(FIRST))).toHaveLength(1);
  expect(isFound).toBe(false);
});

it("a journal is assigned to the signed-in user later if it was started before that user was known", async () => {
  const browser = createFakeBrowser();
  let identity: string | undefined;
  const site = browser.openSite(FIRST);
  const late = { ...site, identity: { ...site.identity, current: () => identity } };
  const page = browser.openPage(openSaved(digestFlow), late);
  page.openFlow.edit(renameFetch("Get"));
  await page.keeper.flush();
  expect((await readRecords(site)).journals[0]).not.toHaveProperty("identity");
  identity = FIRST;
  await page.keeper.attribute();
  expect((await readRecords(site)).journals).toMatchObject([{ identity: FIRST, unsaved: 1 }]);
});

test("a journal that was stored without a user opens only on a server without sign-in", async () => {
  const browser = createFakeBrowser();
  await leaveBehindUnowned(browser);
  const signedIn = browser.openSite(FIRST);
  expect(await listUnopenedJournals(signedIn)).toEqual([]);
  expect(await listUnopenedJournalsOfFlow(signedIn, ofFlow)).toEqual([]);
  expect(await countHiddenJournals(signedIn)).toBe(1);
  await deleteOwnJournals(signedIn);
  const local = browser.openSite();
  expect(await countHiddenJournals(local)).toBe(0);
  const [found] = await listUnopenedJournalsOfFlow(local, ofFlow);
  expect(await claimJournal(signedIn, found!.id)).toBeUndefined();
  expect((await claimJournal(local, found!.id))?.content.type).toBe("restored");
});

it("deleting all unsaved work of a user deletes all journals of that user, but none of other users", async () => {
  const browser = createFakeBrowser();
  await leaveBehindAs(browser, FIRST, "One");
  await leaveBehindAs(browser, FIRST, "Two");
  await leaveBehindAs(browser, SECOND);
  const site = browser.openSite(FIRST);
  expect(await listOwnJournals(site)).toHaveLength(2);
  await deleteOwnJournals(site);
  const { journals, parts } = await readRecords(site);
  expect(journals).toMatchObject([{ identity: SECOND }]);
  expect(new Set(parts.map(({ journal }) => journal))).toEqual(new Set([journals[0]?.id]));
});

it("deleting all unsaved work of a user counts the work of open pages, and waits until these pages release their journals", async () => {
  const browser = createFakeBrowser();
  const page = openAs(browser, FIRST);
  page.openFlow.edit(renameFetch("Get"));
  await page.keeper.flush();
  const site = browser.openSite(FIRST);
  expect(await listUnopenedJournals(site)).toEqual([]);
  expect(await listOwnJournals(site)).toMatchObject([{ unsaved: 1, flowName: "Digest" }]);
  const deleted = deleteOwnJournals(site);
  await page.keeper.stop();
  await deleted;
  expect(await readRecords(site)).toEqual({ journals: [], parts: [] });
});
