import { expect, it } from "vitest";
import text from "./testing/format-1.json?raw";
import { createFakeBrowser, firstName } from "./testing/fake-browser.ts";
import { readNewestJournal } from "./testing/read-journal-records.ts";

const stored = JSON.parse(text) as {
  readonly journals: readonly unknown[];
  readonly parts: readonly unknown[];
};

it("a journal of format 1 is restored with its edits, pending input, choices and unacknowledged saves", async () => {
  const site = createFakeBrowser().openSite();
  const connection = await site.database.connect();
  for (const journal of stored.journals) await connection.put("journals", journal as never);
  for (const part of stored.parts) await connection.put("parts", part as never);
  const work = await readNewestJournal(site);
  expect(work && firstName(work.history.document)).toBe("Get page");
  expect(work?.history.entries.map(({ label }) => label)).toEqual(["rename Fetch", "rename Get"]);
  expect(work?.invalidInputs).toEqual([{ key: "send", field: "config", text: "{ no", message: "Not JSON." }]);
  expect(work?.pendingJson).toEqual({ text: "[1, 2", since: work?.history.document });
  expect([...(work?.decisions.values() ?? [])]).toMatchObject([
    { conflict: { id: "field:fetch:name" }, written: { value: "by hand" } },
  ]);
  expect(work?.unacknowledgedSaves).toMatchObject([{ key: "save_01m8bs7t72pcfjvrcd0j40e7pa", position: 1 }]);
});
