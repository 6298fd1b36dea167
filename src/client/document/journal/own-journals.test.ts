import { describe, expect, it } from "vitest";
import { createOpenFlow } from "#client/document/open-flow.ts";
import { claimJournal } from "./claim-journal.ts";
import { listUnopenedJournalsOfFlow, listUnopenedJournals } from "./list-unopened-journals.ts";
import type { JournalDependencies } from "./journal-dependencies.ts";
import { countHiddenJournals, deleteOwnJournals, listOwnJournals } from "./own-journals.ts";
import type { StoredJournalPart } from "./stored-journal.ts";
import {
  FAKE_SERVER_ORIGIN,
  createFakeBrowser,
  getFirstStepName,
  createRenameFetchStepCommand,
  sampleServerDigestFlow,
} from "./testing/fake-browser.ts";
import { readAllJournalRecords } from "./testing/read-journal-records.ts";

const ofFlow = { server: FAKE_SERVER_ORIGIN, flowId: sampleServerDigestFlow.id };
const [FIRST, SECOND] = ["key_first", "key_second"];

type Browser = ReturnType<typeof createFakeBrowser>;

const openAs = (browser: Browser, identity: string) =>
  browser.openPage(createOpenFlow(sampleServerDigestFlow, { isInexact: false }), browser.openSite(identity));

async function leaveBehindAs(browser: Browser, identity: string, name = "Get") {
  const page = openAs(browser, identity);
  page.openFlow.edit(createRenameFetchStepCommand(name));
  await page.keeper.flush();
  page.kill();
}

async function leaveBehindUnowned({ database }: JournalDependencies) {
  const document = {
    name: "Digest",
    description: null,
    steps: [
      {
        key: "fetch",
        fields: { id: "fetch", type: "prompt", name: "Fetch", enabled: true, config: {}, order: 0 },
      },
      {
        key: "send",
        fields: { id: "send", type: "prompt", name: "Send", enabled: true, config: {}, order: 1 },
      },
    ],
  };
  const journal = {
    id: "journal_old",
    format: 1,
    owner: "page_old",
    server: FAKE_SERVER_ORIGIN,
    tabId: "tab_old",
    startedAt: 1_795_685_589_125,
    editedAt: 1_795_685_589_133,
    flowId: sampleServerDigestFlow.id,
    flowName: "Digest",
    unsaved: 1,
    origin: 0,
    entryCount: 1,
    position: 1,
    mark: {
      base: { document: 0, version: { token: "1-x", updatedAt: "2026-01-01T00:00:00.000Z" } },
      saved: 0,
      abandoned: 0,
    },
    print: "0mdl35205txf55",
  };
  const parts = [
    { journal: "journal_old", kind: "document", number: 0, document, print: "0yvv1h00raj26z" },
    {
      journal: "journal_old",
      kind: "entry",
      number: 0,
      command: { type: "renameStep", key: "fetch", name: "Get" },
      label: "rename “Fetch”",
      print: "0mdl35205txf55",
    },
  ];
  const connection = await database.connect();
  await connection.put("journals", journal);
  for (const part of parts) await connection.put("parts", part as unknown as StoredJournalPart);
}

describe("a journal", () => {
  it("is found, claimed and listed only for the user who wrote it", async () => {
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

  it("is not searched for before the signed-in user is known", async () => {
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

  it("is assigned to the signed-in user later if it was started before that user was known", async () => {
    const browser = createFakeBrowser();
    let identity: string | undefined;
    const site = browser.openSite(FIRST);
    const late = { ...site, identity: { ...site.identity, current: () => identity } };
    const page = browser.openPage(createOpenFlow(sampleServerDigestFlow, { isInexact: false }), late);
    page.openFlow.edit(createRenameFetchStepCommand("Get"));
    await page.keeper.flush();
    expect((await readAllJournalRecords(site)).journals[0]).not.toHaveProperty("identity");
    identity = FIRST;
    await page.keeper.attribute();
    expect((await readAllJournalRecords(site)).journals).toMatchObject([{ identity: FIRST, unsaved: 1 }]);
  });
});

describe("a journal that was stored without a user", () => {
  it("opens on a server without sign-in", async () => {
    const site = createFakeBrowser().openSite();
    await leaveBehindUnowned(site);
    expect(await countHiddenJournals(site)).toBe(0);
    const [found] = await listUnopenedJournalsOfFlow(site, ofFlow);
    const claimed = await claimJournal(site, found!.id);
    if (claimed?.content.type !== "restored") expect.fail(claimed?.content.type);
    expect(getFirstStepName(claimed.content.work.history.document)).toBe("Get");
  });

  it("is counted but neither offered nor deleted for a user who signed in with a key", async () => {
    const browser = createFakeBrowser();
    await leaveBehindUnowned(browser.openSite());
    const signedIn = browser.openSite(FIRST);
    expect(await listUnopenedJournals(signedIn)).toEqual([]);
    expect(await listUnopenedJournalsOfFlow(signedIn, ofFlow)).toEqual([]);
    expect(await claimJournal(signedIn, "journal_old")).toBeUndefined();
    expect(await countHiddenJournals(signedIn)).toBe(1);
    await deleteOwnJournals(signedIn);
    expect(await listUnopenedJournals(browser.openSite())).toMatchObject([{ id: "journal_old" }]);
  });
});

describe("deleting all unsaved work of a user", () => {
  it("deletes all journals of that user, but none of other users", async () => {
    const browser = createFakeBrowser();
    await leaveBehindAs(browser, FIRST, "One");
    await leaveBehindAs(browser, FIRST, "Two");
    await leaveBehindAs(browser, SECOND);
    const site = browser.openSite(FIRST);
    expect(await listOwnJournals(site)).toHaveLength(2);
    await deleteOwnJournals(site);
    const { journals, parts } = await readAllJournalRecords(site);
    expect(journals).toMatchObject([{ identity: SECOND }]);
    expect(new Set(parts.map(({ journal }) => journal))).toEqual(new Set([journals[0]?.id]));
  });

  it("counts the work of open pages, and waits until these pages release their journals", async () => {
    const browser = createFakeBrowser();
    const page = openAs(browser, FIRST);
    page.openFlow.edit(createRenameFetchStepCommand("Get"));
    await page.keeper.flush();
    const site = browser.openSite(FIRST);
    expect(await listUnopenedJournals(site)).toEqual([]);
    expect(await listOwnJournals(site)).toMatchObject([{ unsaved: 1, flowName: "Digest" }]);
    const deleted = deleteOwnJournals(site);
    await page.keeper.stop();
    await deleted;
    expect(await readAllJournalRecords(site)).toEqual({ journals: [], parts: [] });
  });
});
