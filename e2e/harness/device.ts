import { type Page, expect } from "@playwright/test";

const DATABASE = "flowline-journal";

/** All records of a store of the journal; none where there is no journal yet. */
function readStore(page: Page, store: "journals" | "parts"): Promise<readonly { unsaved?: number }[]> {
  return page.evaluate(
    async ([name, wanted]) => {
      // Opening one that is not there would make it, and not as the page does.
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

/** What this browser keeps of unsaved work, by the number of edits that each page counted. */
export async function countKept(page: Page): Promise<readonly number[]> {
  return (await readStore(page, "journals")).map(({ unsaved = 0 }) => unsaved);
}

const SOON = { intervals: [20, 50, 100] };

/** Resolves once a page's so many unsaved edits are on this device, so that the page may die. */
export async function untilKept(page: Page, unsaved: number): Promise<void> {
  await expect.poll(() => countKept(page), SOON).toContain(unsaved);
}

/** Resolves once a text that somebody wrote is on this device, wherever it belongs. */
export async function untilTextKept(page: Page, text: string): Promise<void> {
  await expect.poll(async () => JSON.stringify(await readStore(page, "parts")), SOON).toContain(text);
}

/** Spoils what is kept of the edit with this number, from 0, as a bad disk might. */
export async function spoilEdit(page: Page, number: number): Promise<void> {
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

/** Ends the page's process from one moment to the next. */
export async function crash(page: Page): Promise<void> {
  const crashed = page.waitForEvent("crash");
  await Promise.all([crashed, page.goto("chrome://crash").catch(() => undefined)]);
}
