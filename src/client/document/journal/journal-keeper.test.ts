import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createOpenFlow } from "#client/document/open-flow.ts";
import { findJournals } from "./find-journals.ts";
import type { JournalSite } from "./journal-site.ts";
import {
  type FakePage,
  SERVER,
  createFakeBrowser,
  nameOf,
  rename,
  sampleFlow,
} from "./testing/fake-browser.ts";
import { readRecords, recoverWork } from "./testing/look-at-storage.ts";
import { failCommits, failPuts } from "./testing/fail-storage.ts";

// Storage works in turns of its own; only the clock of the page stands still.
beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Lets the storage do all that it was asked to, while no time passes. */
async function settleStorage(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function recover(page: FakePage, site: JournalSite) {
  page.kill();
  return recoverWork(site);
}

const saveAll = ({ openFlow }: FakePage) => {
  const sent = openFlow.beginSave();
  openFlow.acceptSaved(
    {
      ...sampleFlow,
      versionToken: "2-x",
      name: sent.document.name,
      flowSteps: sent.document.steps.map(({ fields }) => fields),
    },
    sent,
  );
};

describe("keeping a flow", () => {
  it("writes nothing for one that is only looked at", async () => {
    const { openPage } = createFakeBrowser();
    const page = openPage();
    vi.advanceTimersByTime(10_000);
    await settleStorage();
    await page.keeper.stop();
    expect(await readRecords(page.site)).toEqual({ journals: [], parts: [] });
    expect(page.openFlow.getState().isKeptOnDevice).toBe(false);
  });

  it("has an edit on the device soon after it, without being asked, and says that it has", async () => {
    const { openPage, openSite } = createFakeBrowser();
    const page = openPage();
    await settleStorage();
    page.openFlow.edit(rename("Get"));
    vi.advanceTimersByTime(200);
    await settleStorage();
    expect(page.openFlow.getState().isKeptOnDevice).toBe(true);
    const work = await recover(page, openSite());
    expect(work && nameOf(work.history.document)).toBe("Get");
  });

  it("writes an edit that was made before it was there with its first", async () => {
    const { openPage, openSite } = createFakeBrowser();
    const openFlow = createOpenFlow(sampleFlow, { isInexact: false });
    openFlow.edit(rename("Early"));
    const page = openPage(openFlow);
    await settleStorage();
    const work = await recover(page, openSite());
    expect(work && nameOf(work.history.document)).toBe("Early");
  });

  it("makes one write of what is edited in quick succession, and never waits for an end of it", async () => {
    const { openPage } = createFakeBrowser();
    const page = openPage();
    const writes = vi.spyOn(IDBTransaction.prototype, "commit");
    for (let key = 0; key < 30; key += 1) {
      page.openFlow.edit(rename(`Name ${key}`), "name");
      vi.advanceTimersByTime(30);
      await settleStorage();
    }
    expect(writes.mock.calls.length).toBeGreaterThanOrEqual(3);
    expect(writes.mock.calls.length).toBeLessThanOrEqual(8);
  });

  it("asks for the disk, not for a promise of it", async () => {
    const { openPage } = createFakeBrowser();
    const page = openPage();
    const transactions = vi.spyOn(IDBDatabase.prototype, "transaction");
    page.openFlow.edit(rename("Get"));
    await page.keeper.flush();
    expect(transactions.mock.calls.at(-1)).toEqual([
      ["journals", "parts"],
      "readwrite",
      { durability: "strict" },
    ]);
  });

  it("has said all to the storage by the time that a page is hidden, its very first edit and what is being typed included", async () => {
    const { openPage, openSite } = createFakeBrowser();
    const page = openPage();
    await settleStorage();
    page.openFlow.edit(rename("Fetch all"));
    const typed = { key: rename("").key, field: "name", text: "", message: "Empty." };
    const stopTyping = page.openFlow.onSettle(() => {
      page.openFlow.setBrokenText(typed);
      stopTyping();
    });
    const writes = vi.spyOn(IDBTransaction.prototype, "commit");
    page.life.onHide();
    expect(writes).toHaveBeenCalledTimes(1);
    page.life.onHide();
    expect(writes).toHaveBeenCalledTimes(1);
    await settleStorage();
    const work = await recover(page, openSite());
    expect(work && nameOf(work.history.document)).toBe("Fetch all");
    expect(work?.brokenTexts).toMatchObject([{ message: "Empty." }]);
  });

  it("does not stand on a write that is still under way when the page is hidden: that one may fail", async () => {
    const { openPage, openSite } = createFakeBrowser();
    const page = openPage();
    await settleStorage();
    page.openFlow.edit(rename("One"));
    const failing = failCommits("UnknownError");
    void page.keeper.flush();
    await vi.waitFor(() => expect(failing).toHaveBeenCalledTimes(1));
    failing.mockRestore();
    page.openFlow.edit(rename("Two"));
    page.life.onHide();
    await settleStorage();
    const work = await recover(page, openSite());
    expect(work?.history.entries.map(({ label }) => label)).toEqual(["rename Fetch", "rename One"]);
    expect(page.openFlow.getState().isKeptOnDevice).toBe(true);
  });

  it("takes away a journal of which all is saved when the flow is closed, and leaves it while there is more", async () => {
    const { openPage, openSite } = createFakeBrowser();
    const page = openPage();
    page.openFlow.edit(rename("Get"));
    await page.keeper.stop();
    expect(await findJournals(openSite(), { server: SERVER, flowId: "flow_1" })).toMatchObject([
      { unsaved: 1 },
    ]);
    const other = openPage();
    other.openFlow.edit(rename("Get"));
    await other.keeper.flush();
    saveAll(other);
    await other.keeper.stop();
    expect((await readRecords(openSite())).journals).toHaveLength(1);
  });
});

describe("a write that is not completed", () => {
  it("leaves what was there, whole, and the next one holds it all", async () => {
    const { openPage, openSite } = createFakeBrowser();
    const page = openPage();
    page.openFlow.edit(rename("One"));
    await page.keeper.flush();
    const before = await readRecords(page.site);
    const failing = failPuts("UnknownError");
    page.openFlow.edit(rename("Two"));
    page.openFlow.setUnappliedText({ text: "{", since: page.openFlow.getState().history.document });
    await page.keeper.flush();
    expect(await readRecords(page.site)).toEqual(before);
    expect(page.openFlow.getState().isKeptOnDevice).toBe(false);
    failing.mockRestore();
    vi.advanceTimersByTime(2000);
    await settleStorage();
    const work = await recover(page, openSite());
    expect(work?.history.entries.map(({ label }) => label)).toEqual(["rename Fetch", "rename One"]);
    expect(work?.unappliedText?.text).toBe("{");
  });

  for (const [name, fail] of Object.entries({ "a put": failPuts, "the end": failCommits })) {
    it(`for want of room, said at ${name}, is told once, and again it works by itself`, async () => {
      const { openPage } = createFakeBrowser();
      const page = openPage();
      const failing = fail("QuotaExceededError");
      for (const edit of ["One", "Two", "Three"]) {
        page.openFlow.edit(rename(edit));
        vi.advanceTimersByTime(60_000);
        await settleStorage();
      }
      expect(page.troubles).toEqual(["full"]);
      expect(page.openFlow.getState().isKeptOnDevice).toBe(false);
      expect((await readRecords(page.site)).journals).toEqual([]);
      failing.mockRestore();
      vi.advanceTimersByTime(60_000);
      await settleStorage();
      expect(page.openFlow.getState().isKeptOnDevice).toBe(true);
      expect((await readRecords(page.site)).journals).toMatchObject([{ entryCount: 3 }]);
      expect(page.troubles).toEqual(["full"]);
    });
  }

  it("makes room first by taking away what nobody misses", async () => {
    const { openPage } = createFakeBrowser();
    const closed = openPage();
    closed.openFlow.edit(rename("Get"));
    await closed.keeper.flush();
    saveAll(closed);
    await closed.keeper.flush();
    closed.kill();
    const page = openPage();
    const failing = failPuts("QuotaExceededError");
    page.openFlow.edit(rename("One"));
    await page.keeper.flush();
    vi.advanceTimersByTime(2000);
    await settleStorage();
    expect((await readRecords(page.site)).journals).toEqual([]);
    failing.mockRestore();
  });
});

describe("storage that is not to be had", () => {
  const tryIn = async (storage: unknown) => {
    const { openPage } = createFakeBrowser();
    globalThis.indexedDB = storage as IDBFactory;
    const page = openPage();
    page.openFlow.edit(rename("Get"));
    vi.advanceTimersByTime(10_000);
    await settleStorage();
    page.openFlow.edit(rename("Read"));
    vi.advanceTimersByTime(120_000);
    await settleStorage();
    expect(nameOf(page.openFlow.getState().history.document)).toBe("Read");
    return { troubles: page.troubles, isKept: page.openFlow.getState().isKeptOnDevice };
  };

  it("because there is none, or it fails, or never answers, is told once, and editing goes on", async () => {
    const failing = {
      open: () => {
        throw new DOMException("Private", "SecurityError");
      },
    };
    const silent = { open: () => new EventTarget() };
    vi.stubGlobal("IDBRequest", EventTarget);
    for (const storage of [undefined, failing]) {
      expect(await tryIn(storage)).toEqual({ troubles: ["unavailable"], isKept: false });
    }
    expect(await tryIn(silent)).toEqual({ troubles: ["unavailable"], isKept: false });
    vi.unstubAllGlobals();
  });

  it("because a newer app has it: what was edited until then is there, and the page says that it cannot go on keeping", async () => {
    const { openPage } = createFakeBrowser();
    const page = openPage();
    page.openFlow.edit(rename("One"));
    await page.keeper.flush();
    page.openFlow.edit(rename("Two"));
    const newer = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open("flowline-journal", 2);
      opening.addEventListener("success", () => resolve(opening.result));
    });
    const read = newer.transaction("journals").objectStore("journals").getAll();
    await settleStorage();
    expect(read.result).toMatchObject([{ entryCount: 2 }]);
    page.openFlow.edit(rename("Three"));
    vi.advanceTimersByTime(200);
    await settleStorage();
    expect(page.troubles).toEqual(["newer"]);
    expect(page.openFlow.getState().isKeptOnDevice).toBe(false);
  });

  it("because somebody emptied it is filled anew, with all that there is", async () => {
    const { openPage, openSite } = createFakeBrowser();
    const page = openPage();
    page.openFlow.edit(rename("One"));
    await page.keeper.flush();
    indexedDB.deleteDatabase("flowline-journal");
    await settleStorage();
    page.openFlow.edit(rename("Two"));
    vi.advanceTimersByTime(200);
    await settleStorage();
    expect((await recover(page, openSite()))?.history.entries).toHaveLength(2);
    expect(page.troubles).toEqual([]);
  });
});
