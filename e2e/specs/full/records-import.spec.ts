import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import {
  RecordsPageObject,
  createRecord,
  createUniqueRecordType,
  fetchRecordsOfType,
} from "#e2e/harness/records.ts";
import { LOST_CONNECTION } from "#e2e/harness/page-problems.ts";
import { expect, test } from "#e2e/harness/test.ts";

function waitUntilPageShowsText(page: Page, text: string): Promise<void> {
  return page.evaluate(
    (wanted) =>
      new Promise<void>((resolve) => {
        const look = () => document.body.textContent?.includes(wanted) && resolve();
        new MutationObserver(look).observe(document.body, {
          subtree: true,
          childList: true,
          characterData: true,
        });
      }),
    text,
  );
}

test("a CSV import shows a preview first, and rejected rows can be downloaded", async ({ page, api }) => {
  const records = new RecordsPageObject(page);
  const type = createUniqueRecordType();
  await createRecord(api, type, "Taken");
  await records.open(type);
  const file = 'customer;plan;seats\nAda;pro;7\nTaken;free;1\n;free;2\n"Bob; B.";pro;007\n';
  await records.chooseFile("people.csv", file);
  await expect(records.panel).toContainText("people.csv · 4 rows");
  await expect(records.panel.getByLabel("Name from")).toHaveValue("0");
  await expect(records.panel.getByRole("table")).toContainText("Bob; B.");
  await expect(records.problems).toHaveText(["Row 4Missing name"]);
  expect(await fetchRecordsOfType(api, type)).toHaveLength(1);

  await page.getByRole("button", { name: "Import 3 records" }).click();
  await expect(records.panel).toContainText("2 records created.");
  await expect(records.problems).toHaveText([
    /^Row 3A “[^”]+” record named “Taken” already exists/,
    "Row 4Missing name",
  ]);
  expect(await fetchRecordsOfType(api, type)).toMatchObject([
    { name: "Ada", metadata: { plan: "pro", seats: 7 } },
    { name: "Bob; B.", metadata: { plan: "pro", seats: "007" } },
    { name: "Taken" },
  ]);

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download the 2 rows not imported" }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe("people, not imported.csv");
  expect(await readFile(await saved.path(), "utf8")).toBe(
    "customer,plan,seats\r\nTaken,free,1\r\n,free,2\r\n",
  );
  await page.getByRole("button", { name: "Done" }).click();
  await expect(records.row("Ada")).toContainText("pro");
});

test("an import interrupted by a lost server reports the rows not sent, and can be resumed", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(LOST_CONNECTION);
  problems.allow(/Failed to load resource/);
  const records = new RecordsPageObject(page);
  const type = createUniqueRecordType();
  await records.open(type);
  const rows = Array.from({ length: 250 }, (_, index) => `Row ${index},${index}`);
  await records.chooseFile("many.csv", ["name,at", ...rows].join("\n"));
  const importButton = page.getByRole("button", { name: "Import 250 records" });
  await expect(importButton).toBeVisible();
  await api.addFaults({ method: "POST", path: "/v1/records/upload-csv", cut: "before" });
  await importButton.click();
  await expect(records.panel.getByRole("alert")).toContainText("250 rows not sent");
  await api.clearFaults();
  await page.getByRole("button", { name: "Import remaining rows" }).click();
  await expect(records.panel).toContainText("250 records created.");
  await expect(records.panel.getByRole("alert")).toHaveCount(0);
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText("250", { exact: true })).toBeVisible();
});

test("the page stays responsive while a file of 100,000 rows is parsed", async ({ page }) => {
  const records = new RecordsPageObject(page);
  await records.open(createUniqueRecordType());
  const rows = Array.from({ length: 100_000 }, (_, index) => `Row ${index},${index},some text`);
  const file = ["name,at,note", ...rows].join("\n");
  // Watches for the text inside the page: the page may show the text only between two polls of Playwright.
  await Promise.all([waitUntilPageShowsText(page, "Reading huge.csv"), records.chooseFile("huge.csv", file)]);
  await page.keyboard.press("Escape");
  await expect(records.panel).toHaveCount(0);

  await records.chooseFile("huge.csv", file);
  await expect(page.getByRole("button", { name: /^Import 100.000 records$/ })).toBeVisible({
    timeout: 50_000,
  });
});
