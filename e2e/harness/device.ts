import { type Page, expect } from "@playwright/test";

const DATABASE = "flowline-journal";

/** What this browser keeps of unsaved work, by the number of edits that each page counted. */
export function countKept(page: Page): Promise<readonly number[]> {
  return page.evaluate(async (name) => {
    // Opening one that is not there would make it, and not as the page does.
    if (!(await indexedDB.databases()).some((known) => known.name === name)) return [];
    const ask = <Result>(request: IDBRequest<Result>) =>
      new Promise<Result>((resolve, reject) => {
        request.addEventListener("success", () => resolve(request.result));
        request.addEventListener("error", () => reject(request.error ?? new Error("storage failed")));
      });
    const database = await ask(indexedDB.open(name));
    const journals = await ask<{ unsaved: number }[]>(
      database.transaction("journals").objectStore("journals").getAll(),
    );
    database.close();
    return journals.map(({ unsaved }) => unsaved);
  }, DATABASE);
}

/** Resolves once a page's so many unsaved edits are on this device, so that the page may die. */
export async function untilKept(page: Page, unsaved: number): Promise<void> {
  await expect.poll(() => countKept(page), { intervals: [20, 50, 100] }).toContain(unsaved);
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
