import { readFile } from "node:fs/promises";
import { Records, createRecord, newType, readRecords } from "#e2e/harness/records.ts";
import { expect, test } from "#e2e/harness/test.ts";

test("a CSV file is shown before it is sent, and what cannot be imported can be had back", async ({
  page,
  api,
}) => {
  const records = new Records(page);
  const type = newType();
  await createRecord(api, type, "Taken");
  await records.open(type);
  const file = 'customer;plan;seats\nAda;pro;7\nTaken;free;1\n;free;2\n"Bob; B.";pro;007\n';
  await records.chooseFile("people.csv", file);
  await expect(records.panel).toContainText("people.csv: 4 rows. Nothing is sent yet.");
  // No column is called name, so the first one is taken.
  await expect(records.panel.getByLabel("Name from")).toHaveValue("0");
  await expect(records.panel.getByRole("table")).toContainText("Bob; B.");
  await expect(records.problems).toHaveText(["Row 4It has no name."]);
  expect(await readRecords(api, type)).toHaveLength(1);

  await page.getByRole("button", { name: "Import 3 records" }).click();
  await expect(records.panel).toContainText("2 records created.");
  await expect(records.problems).toHaveText([/^Row 3There is already a record/, "Row 4It has no name."]);
  expect(await readRecords(api, type)).toMatchObject([
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

test("JSON keeps its values, and a column can say the type", async ({ page, api }) => {
  const records = new Records(page);
  const [type, kind] = [newType(), newType()];
  await records.open(type);
  const items = [
    { kind, title: "One", nested: { deep: [1, null, true] }, __proto__: null },
    { kind, title: "Two" },
  ];
  await records.chooseFile("things.json", JSON.stringify(items));
  await expect(records.panel.getByLabel("Type", { exact: true })).toHaveValue(type);
  await records.panel.getByLabel("Type from").selectOption("kind");
  await page.getByRole("button", { name: "Import 2 records" }).click();
  await expect(records.panel).toContainText("2 records created.");
  const made = await readRecords(api, kind);
  expect(made).toMatchObject([{ name: "One" }, { name: "Two", metadata: {} }]);
  expect(JSON.stringify(made[0]?.metadata)).toBe('{"nested":{"deep":[1,null,true]}}');
});

test("what was exported comes back as it was", async ({ page, api }) => {
  const records = new Records(page);
  const type = newType();
  const metadata = { plan: "pro", seats: 7, tags: ["a", "b"], note: 'a "quoted", text\nof two lines' };
  await createRecord(api, type, "=Ada", metadata);
  await records.open(type);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export CSV" }).click();
  const file = await readFile(await (await download).path());
  await api.call("deleteRecords", { body: { ids: (await readRecords(api, type)).map(({ id }) => id) } });
  await records.chooseFile("export.csv", file);
  await page.getByRole("button", { name: "Import 1 record" }).click();
  await expect(records.panel).toContainText("1 record created.");
  expect(await readRecords(api, type)).toMatchObject([{ name: "=Ada", metadata }]);
});

test("a file that cannot be read is a sentence, and another can be chosen", async ({ page }) => {
  const records = new Records(page);
  await records.open(newType());
  await records.chooseFile("sheet.xlsx", "PK\u0003\u0004 and more");
  await expect(records.panel.getByRole("alert")).toContainText("Save the sheet as CSV");
  const again = page.getByLabel("File with records");
  await again.setInputFiles({ name: "a.json", mimeType: "", buffer: Buffer.from('[{"name": "a",}]') });
  await expect(records.panel.getByRole("alert")).toContainText("line 1, column 14");
  await again.setInputFiles({ name: "a.csv", mimeType: "", buffer: Buffer.from("name\nAda") });
  await expect(page.getByRole("button", { name: "Import 1 record" })).toBeVisible();
});

test("an import that loses the server says how far it came, and goes on from there", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/ERR_EMPTY_RESPONSE|ERR_CONNECTION|ERR_INVALID_HTTP|Failed to load resource/);
  const records = new Records(page);
  const type = newType();
  await records.open(type);
  const rows = Array.from({ length: 250 }, (_, index) => `Row ${index},${index}`);
  await records.chooseFile("many.csv", ["name,at", ...rows].join("\n"));
  const importButton = page.getByRole("button", { name: "Import 250 records" });
  await expect(importButton).toBeVisible();
  await api.addFaults({ method: "POST", path: "/v1/records/upload-csv", cut: "before" });
  await importButton.click();
  await expect(records.panel.getByRole("alert")).toContainText("250 rows were not sent");
  await api.clearFaults();
  await page.getByRole("button", { name: "Import the rest" }).click();
  await expect(records.panel).toContainText("250 records created.");
  await expect(records.panel.getByRole("alert")).toHaveCount(0);
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText("250", { exact: true })).toBeVisible();
});

test("a hundred thousand rows leave the page to whoever uses it", async ({ page }) => {
  const records = new Records(page);
  await records.open(newType());
  const rows = Array.from({ length: 100_000 }, (_, index) => `Row ${index},${index},some text`);
  const file = ["name,at,note", ...rows].join("\n");
  await records.chooseFile("huge.csv", file);
  // While the file is read the page answers; where Cancel is, there is another button once it was read.
  await expect(records.panel.getByRole("status")).toContainText("Reading huge.csv");
  await page.keyboard.press("Escape");
  await expect(records.panel).toHaveCount(0);

  await records.chooseFile("huge.csv", file);
  await expect(page.getByRole("button", { name: /^Import 100.000 records$/ })).toBeVisible({
    timeout: 50_000,
  });
});
