import "fake-indexeddb/auto";
import { beforeEach, expect, test, vi } from "vitest";
import { IDBFactory } from "fake-indexeddb";
import { hasStoredJournals } from "./has-stored-journals.ts";
import { createJournalDatabase } from "./journal-database.ts";

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

test("a browser without a database of journals has none, and gets no database by being asked", async () => {
  expect(await hasStoredJournals()).toBe(false);
  expect(await indexedDB.databases()).toEqual([]);
});

test("a browser has journals once the database holds one", async () => {
  const connection = await createJournalDatabase().connect();
  expect(await hasStoredJournals()).toBe(false);
  await connection.put("journals", { id: "a" } as never);
  expect(await hasStoredJournals()).toBe(true);
});

test("a browser whose storage is blocked, or of another shape, has no journals", async () => {
  await new Promise((resolve) => {
    indexedDB.open("flowline-journal").addEventListener("success", resolve);
  });
  expect(await hasStoredJournals()).toBe(false);
  vi.spyOn(indexedDB, "open").mockImplementation(() => {
    throw new DOMException("Blocked.", "SecurityError");
  });
  expect(await hasStoredJournals()).toBe(false);
});
