import { type Page, expect } from "@playwright/test";

const DATABASE = "flowline-journal";
const SOON = { intervals: [20, 50, 100] };

/** Returns all records of an object store of the journal database; empty if the database does not exist. */
function readStore(page: Page, store: "journals" | "parts"): Promise<readonly { unsaved?: number }[]> {
  return page.evaluate(
    async ([name, wanted]) => {
      // Returns before opening a missing database: opening would create a database with another schema than the page
      // creates.
      if (!(await indexedDB.databases()).some((known) => known.name === name)) return [];
      const ask = <Result>(request: IDBRequest<Result>) =>
        new Promise<Result>((resolve, reject) => {
          request.addEventListener("success", () => resolve(request.result));
          request.addEventListener("error", () => reject(request.error ?? new Error("storage failed")));
        });
      const database = await ask(indexedDB.open(name));
      const records = await ask<{ unsaved?: number }[]>(
        database.transaction(wanted).objectStore(wanted).getAll(),
      );
      database.close();
      return records;
    },
    [DATABASE, store] as const,
  );
}

/** Resolves once the page can persist edits: the code that does so loads after the first render. */
export async function waitUntilJournalOpened(page: Page): Promise<void> {
  const hasDatabase = () =>
    page.evaluate(
      async (name) => (await indexedDB.databases()).some((known) => known.name === name),
      DATABASE,
    );
  await expect.poll(hasDatabase, SOON).toBe(true);
}

export async function readUnsavedEditCountOfEachJournal(page: Page): Promise<readonly number[]> {
  return (await readStore(page, "journals")).map(({ unsaved = 0 }) => unsaved);
}

/** Resolves once a journal with this number of unsaved edits is persisted; the page may then be killed. */
export async function waitUntilUnsavedEditCountPersisted(page: Page, unsaved: number): Promise<void> {
  await expect.poll(() => readUnsavedEditCountOfEachJournal(page), SOON).toContain(unsaved);
}

export async function waitUntilJournalContainsText(page: Page, text: string): Promise<void> {
  await expect.poll(async () => JSON.stringify(await readStore(page, "parts")), SOON).toContain(text);
}

/** Corrupts the journal entry of one edit; `number` starts at 0. */
export async function corruptPersistedEdit(page: Page, number: number): Promise<void> {
  await page.evaluate(
    async ([name, wanted]) => {
      const ask = <Result>(request: IDBRequest<Result>) =>
        new Promise<Result>((resolve) => {
          request.addEventListener("success", () => resolve(request.result));
        });
      const database = await ask(indexedDB.open(name));
      const store = database.transaction("parts", "readwrite").objectStore("parts");
      const parts = await ask<{ kind: string; number: number }[]>(store.getAll());
      const part = parts.find(({ kind, number: at }) => kind === "entry" && at === wanted);
      await ask(store.put({ ...part, command: { type: "garbled" } }));
      database.close();
    },
    [DATABASE, number] as const,
  );
}

export async function crashBrowserPage(page: Page): Promise<void> {
  const crashed = page.waitForEvent("crash");
  await Promise.all([crashed, page.goto("chrome://crash").catch(() => undefined)]);
}
