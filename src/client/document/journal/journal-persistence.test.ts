import { acknowledge, markAsSent, openSaved } from "#client/document/testing/receive.ts";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { listUnopenedJournalsOfFlow } from "./list-unopened-journals.ts";
import type { JournalDependencies } from "./journal-dependencies.ts";
import {
  type FakePage,
  FAKE_SERVER_ORIGIN,
  createFakeBrowser,
  firstName,
  renameFetch,
  digestFlow,
} from "./testing/fake-browser.ts";
import { readRecords, readNewestJournal } from "./testing/read-journal-records.ts";
import { failIndexedDbCommits, failIndexedDbPuts } from "./testing/fail-storage.ts";

// Fakes only timeouts, because the simulated storage needs `setImmediate`.
beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));

async function flushStorage(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function recover(page: FakePage, site: JournalDependencies) {
  page.kill();
  return readNewestJournal(site);
}

const saveAll = ({ openFlow }: FakePage) => {
  const sent = markAsSent(openFlow);
  acknowledge(
    openFlow,
    {
      ...digestFlow,
      versionToken: "2-x",
      name: sent.document.name,
      flowSteps: sent.document.steps.map(({ fields }) => fields),
    },
    sent,
  );
};

it("persisting a flow writes nothing for a flow that is only viewed", async () => {
  const { openPage } = createFakeBrowser();
  const page = openPage();
  vi.advanceTimersByTime(10_000);
  await flushStorage();
  await page.keeper.stop();
  expect(await readRecords(page.site)).toEqual({ journals: [], parts: [] });
  expect(page.openFlow.getState().isPersisted).toBe(false);
});

it("persisting a flow persists an edit within 200 milliseconds, and marks the flow as persisted", async () => {
  const { openPage, openSite } = createFakeBrowser();
  const page = openPage();
  await flushStorage();
  page.openFlow.edit(renameFetch("Get"));
  vi.advanceTimersByTime(200);
  await flushStorage();
  expect(page.openFlow.getState().isPersisted).toBe(true);
  const work = await recover(page, openSite());
  expect(work && firstName(work.history.document)).toBe("Get");
});

it("persisting a flow writes edits that were made before the page opened its journal", async () => {
  const { openPage, openSite } = createFakeBrowser();
  const openFlow = openSaved(digestFlow);
  openFlow.edit(renameFetch("Early"));
  const page = openPage(openFlow);
  await flushStorage();
  const work = await recover(page, openSite());
  expect(work && firstName(work.history.document)).toBe("Early");
});

it("persisting a flow writes edits in quick succession at short intervals, without waiting for a pause", async () => {
  const { openPage } = createFakeBrowser();
  const page = openPage();
  const writes = vi.spyOn(IDBTransaction.prototype, "commit");
  for (let key = 0; key < 30; key += 1) {
    page.openFlow.edit(renameFetch(`Name ${key}`), "name");
    vi.advanceTimersByTime(30);
    await flushStorage();
  }
  expect(writes.mock.calls.length).toBeGreaterThanOrEqual(3);
  expect(writes.mock.calls.length).toBeLessThanOrEqual(8);
});

it("persisting a flow writes with strict durability", async () => {
  const { openPage } = createFakeBrowser();
  const page = openPage();
  const transactions = vi.spyOn(IDBDatabase.prototype, "transaction");
  page.openFlow.edit(renameFetch("Get"));
  await page.keeper.flush();
  expect(transactions.mock.calls.at(-1)).toEqual([
    ["journals", "parts"],
    "readwrite",
    { durability: "strict" },
  ]);
});

it("persisting a flow commits the first edit and pending input synchronously when the page is hidden", async () => {
  const { openPage, openSite } = createFakeBrowser();
  const page = openPage();
  await flushStorage();
  page.openFlow.edit(renameFetch("Fetch all"));
  const typed = { key: renameFetch("").key, field: "name", text: "", message: "Empty." };
  const stopTyping = page.openFlow.onFlush(() => {
    page.openFlow.setInvalidInput(typed);
    stopTyping();
  });
  const writes = vi.spyOn(IDBTransaction.prototype, "commit");
  page.life.onHide();
  expect(writes).toHaveBeenCalledTimes(1);
  page.life.onHide();
  expect(writes).toHaveBeenCalledTimes(1);
  await flushStorage();
  const work = await recover(page, openSite());
  expect(work && firstName(work.history.document)).toBe("Fetch all");
  expect(work?.invalidInputs).toMatchObject([{ message: "Empty." }]);
});

it("persisting a flow writes all edits again when the page is hidden during a write, because the running write may fail", async () => {
  const { openPage, openSite } = createFakeBrowser();
  const page = openPage();
  await flushStorage();
  page.openFlow.edit(renameFetch("One"));
  const failing = failIndexedDbCommits("UnknownError");
  void page.keeper.flush();
  await vi.waitFor(() => expect(failing).toHaveBeenCalledTimes(1));
  failing.mockRestore();
  page.openFlow.edit(renameFetch("Two"));
  page.life.onHide();
  await flushStorage();
  const work = await recover(page, openSite());
  expect(work?.history.entries.map(({ label }) => label)).toEqual(["rename “Fetch”", "rename “One”"]);
  expect(page.openFlow.getState().isPersisted).toBe(true);
});

it("persisting a flow closing the flow deletes its journal only if the journal has no unsaved edits", async () => {
  const { openPage, openSite } = createFakeBrowser();
  const page = openPage();
  page.openFlow.edit(renameFetch("Get"));
  await page.keeper.stop();
  expect(
    await listUnopenedJournalsOfFlow(openSite(), { server: FAKE_SERVER_ORIGIN, flowId: "flow_1" }),
  ).toMatchObject([{ unsaved: 1 }]);
  const other = openPage();
  other.openFlow.edit(renameFetch("Get"));
  await other.keeper.flush();
  saveAll(other);
  await other.keeper.stop();
  expect((await readRecords(openSite())).journals).toHaveLength(1);
});

describe("a write that fails", () => {
  it("leaves the stored journal intact, and the next write includes everything", async () => {
    const { openPage, openSite } = createFakeBrowser();
    const page = openPage();
    page.openFlow.edit(renameFetch("One"));
    await page.keeper.flush();
    const before = await readRecords(page.site);
    const failing = failIndexedDbPuts("UnknownError");
    page.openFlow.edit(renameFetch("Two"));
    page.openFlow.setPendingJson({ text: "{", since: page.openFlow.getState().history.document });
    await page.keeper.flush();
    expect(await readRecords(page.site)).toEqual(before);
    expect(page.openFlow.getState().isPersisted).toBe(false);
    failing.mockRestore();
    vi.advanceTimersByTime(2000);
    await flushStorage();
    const work = await recover(page, openSite());
    expect(work?.history.entries.map(({ label }) => label)).toEqual(["rename “Fetch”", "rename “One”"]);
    expect(work?.pendingJson?.text).toBe("{");
  });

  for (const [name, fail] of Object.entries({
    "a put request": failIndexedDbPuts,
    "the commit": failIndexedDbCommits,
  })) {
    it(`because storage is full at ${name} is reported once, and a retry succeeds`, async () => {
      const { openPage } = createFakeBrowser();
      const page = openPage();
      const failing = fail("QuotaExceededError");
      for (const edit of ["One", "Two", "Three"]) {
        page.openFlow.edit(renameFetch(edit));
        vi.advanceTimersByTime(60_000);
        await flushStorage();
      }
      expect(page.troubles).toEqual(["full"]);
      expect(page.openFlow.getState().isPersisted).toBe(false);
      expect((await readRecords(page.site)).journals).toEqual([]);
      failing.mockRestore();
      vi.advanceTimersByTime(60_000);
      await flushStorage();
      expect(page.openFlow.getState().isPersisted).toBe(true);
      expect((await readRecords(page.site)).journals).toMatchObject([{ entryCount: 3 }]);
      expect(page.troubles).toEqual(["full"]);
    });
  }

  it("makes the page delete journals without unsaved work before the retry, to free space", async () => {
    const { openPage } = createFakeBrowser();
    const closed = openPage();
    closed.openFlow.edit(renameFetch("Get"));
    await closed.keeper.flush();
    saveAll(closed);
    await closed.keeper.flush();
    closed.kill();
    const page = openPage();
    const failing = failIndexedDbPuts("QuotaExceededError");
    page.openFlow.edit(renameFetch("One"));
    await page.keeper.flush();
    vi.advanceTimersByTime(2000);
    await flushStorage();
    expect((await readRecords(page.site)).journals).toEqual([]);
    failing.mockRestore();
  });
});

const tryIn = async (storage: unknown) => {
  const { openPage } = createFakeBrowser();
  globalThis.indexedDB = storage as IDBFactory;
  const page = openPage();
  page.openFlow.edit(renameFetch("Get"));
  vi.advanceTimersByTime(10_000);
  await flushStorage();
  page.openFlow.edit(renameFetch("Read"));
  vi.advanceTimersByTime(120_000);
  await flushStorage();
  expect(firstName(page.openFlow.getState().history.document)).toBe("Read");
  return { troubles: page.troubles, isKept: page.openFlow.getState().isPersisted };
};

it("storage that is unavailable is reported once when it is missing, fails or never responds, and editing continues", async () => {
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

it("storage that is unavailable keeps earlier edits when a newer release upgrades its format, and the page reports the upgrade", async () => {
  const { openPage } = createFakeBrowser();
  const page = openPage();
  page.openFlow.edit(renameFetch("One"));
  await page.keeper.flush();
  page.openFlow.edit(renameFetch("Two"));
  const newer = await new Promise<IDBDatabase>((resolve) => {
    const opening = indexedDB.open("flowline-journal", 2);
    opening.addEventListener("success", () => resolve(opening.result));
  });
  const read = newer.transaction("journals").objectStore("journals").getAll();
  await flushStorage();
  expect(read.result).toMatchObject([{ entryCount: 2 }]);
  page.openFlow.edit(renameFetch("Three"));
  vi.advanceTimersByTime(200);
  await flushStorage();
  expect(page.troubles).toEqual(["newer"]);
  expect(page.openFlow.getState().isPersisted).toBe(false);
});

it("storage that is unavailable receives all edits again after the browser has cleared it", async () => {
  const { openPage, openSite } = createFakeBrowser();
  const page = openPage();
  page.openFlow.edit(renameFetch("One"));
  await page.keeper.flush();
  indexedDB.deleteDatabase("flowline-journal");
  await flushStorage();
  page.openFlow.edit(renameFetch("Two"));
  vi.advanceTimersByTime(200);
  await flushStorage();
  expect((await recover(page, openSite()))?.history.entries).toHaveLength(2);
  expect(page.troubles).toEqual([]);
});
