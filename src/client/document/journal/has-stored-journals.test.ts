import "fake-indexeddb/auto";
import { beforeEach, expect, test } from "vitest";
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
