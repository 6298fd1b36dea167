import {
  RecordsPageObject,
  createRecord,
  createUniqueRecordType,
  fetchRecordsOfType,
} from "#e2e/harness/records.ts";
import { extendUndoPeriod } from "#e2e/harness/undo-period.ts";
import { expect, test } from "#e2e/harness/test.ts";

test("a record is created, edited and deleted, and Undo restores it", async ({ page, api }) => {
  const records = new RecordsPageObject(page);
  const type = createUniqueRecordType();
  await page.goto("/flows");
  await page.getByRole("navigation").getByRole("link", { name: "Records" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Records" })).toBeFocused();

  await page.getByRole("button", { name: "New record" }).click();
  await records.type.fill(type);
  await records.name.fill("Ada");
  await records.writeMetadata('{"plan": "pro", "seats": 7}');
  await page.getByRole("button", { name: "Create record" }).click();
  await expect(records.toast("Created “Ada”.")).toBeVisible();
  await expect(page).toHaveURL(`/records/${type}`);
  await expect(records.row("Ada")).toContainText("pro");
  const place = page.getByRole("navigation").getByRole("link", { name: "Records" });
  await expect(place).toHaveAttribute("aria-current", "page");
  expect(await fetchRecordsOfType(api, type)).toMatchObject([
    { name: "Ada", metadata: { plan: "pro", seats: 7 } },
  ]);

  await records.openRecord("Ada");
  await records.name.fill("Ada Lovelace");
  await page.keyboard.press("ControlOrMeta+s");
  await expect(records.panel).toHaveCount(0);
  await expect(records.row("Ada Lovelace")).toContainText("pro");
  expect(await fetchRecordsOfType(api, type)).toMatchObject([
    { name: "Ada Lovelace", metadata: { plan: "pro" } },
  ]);

  await records.chooseFromMenu("Ada Lovelace", "Delete");
  await records.confirmDelete();
  await expect(records.row("Ada Lovelace")).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(records.link("Ada Lovelace")).toBeFocused();
  expect(await fetchRecordsOfType(api, type)).toHaveLength(1);
});

test("records can be focused, renamed, opened, selected and deleted by keyboard", async ({ page, api }) => {
  const records = new RecordsPageObject(page);
  const type = createUniqueRecordType();
  for (const name of ["Cy", "Bo", "Al"]) await createRecord(api, type, name);
  await records.open(type);
  await records.link("Al").focus();
  await page.keyboard.press("ArrowDown");
  await expect(records.link("Bo")).toBeFocused();
  await page.keyboard.press("F2");
  await page.getByRole("textbox", { name: "Record name" }).fill("Bob");
  await page.keyboard.press("Enter");
  await expect
    .poll(() => fetchRecordsOfType(api, type))
    .toMatchObject([{ name: "Al" }, { name: "Bob" }, { name: "Cy" }]);
  await expect(records.link("Bob")).toBeFocused();

  await page.keyboard.press("Enter");
  await expect(records.name).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(records.link("Bob")).toBeFocused();

  await page.keyboard.press("Space");
  await expect(page.getByRole("checkbox", { name: "Select Bob" })).toBeChecked();
  await page.keyboard.press("ControlOrMeta+a");
  await expect(page.getByRole("region", { name: "Selected records" })).toContainText("3 records selected");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("region", { name: "Selected records" })).toHaveCount(0);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("Delete");
  await expect(page.getByRole("alertdialog", { name: "Delete 3 records?" })).toBeVisible();
  await records.confirmDelete();
  await expect(page.getByRole("heading", { name: /^No .* yet$/ })).toBeVisible();
  await expect(page.getByRole("button", { name: "New record" })).toBeFocused();
});

test("the search is kept in the URL, runs on the server, and reports when no record matches", async ({
  page,
  api,
}) => {
  const records = new RecordsPageObject(page);
  const type = createUniqueRecordType();
  for (let index = 0; index < 130; index += 1) await createRecord(api, type, `Record ${index}`);
  await records.open(type);
  await expect(page.getByText("130", { exact: true })).toBeVisible();
  await records.search.fill("record 12");
  await expect(page).toHaveURL(`/records/${type}?search=record+12`);
  await expect(records.rows).toHaveCount(11);
  await records.link("Record 12").click();
  await expect(page).toHaveURL(/search=record\+12&record=record_/);
  await page.goBack();
  await expect(records.panel).toHaveCount(0);
  await records.search.fill("nobody");
  await expect(page.getByRole("heading", { name: "No matching records" })).toBeVisible();
  await page.getByRole("button", { name: "Show all records" }).click();
  await expect(records.search).toBeFocused();
  await records.link("Record 129").focus();
  await expect(async () => {
    await page.keyboard.press("End");
    await expect(records.link("Record 0")).toBeFocused({ timeout: 500 });
  }).toPass();
});

test("the record form reports errors at their field, and keeps all input", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 409/);
  const records = new RecordsPageObject(page);
  const type = createUniqueRecordType();
  await createRecord(api, type, "Taken");
  await records.open(type);
  await page.getByRole("button", { name: "New record" }).click();
  await page.getByRole("button", { name: "Create record" }).click();
  await expect(records.name).toHaveAccessibleDescription("Name is required.");
  await expect(records.name).toBeFocused();
  await records.name.fill("Taken");
  await records.writeMetadata('{"a": 12345678901234567890}');
  await expect(records.metadata).toHaveAccessibleDescription(/12345678901234567890 is too precise/);
  await page.getByRole("button", { name: "Create record" }).click();
  await expect(records.metadata).toBeFocused();
  await records.writeMetadata('{"a": "12345678901234567890"}');
  await page.getByRole("button", { name: "Create record" }).click();
  await expect(records.name).toHaveAccessibleDescription(/A .* record named “Taken” already exists/);

  await page.keyboard.press("Escape");
  const question = page.getByRole("alertdialog", { name: "Discard unsaved changes?" });
  await question.getByRole("button", { name: "Cancel" }).click();
  await expect(records.name).toHaveValue("Taken");
  await records.name.fill("Free");
  await page.getByRole("button", { name: "Create record" }).click();
  await expect(records.row("Free")).toBeVisible();
  expect(await fetchRecordsOfType(api, type)).toMatchObject([{ name: "Free" }, { name: "Taken" }]);
});

test("saving a record shows another user's changes before overwriting them", async ({ page, api }) => {
  const records = new RecordsPageObject(page);
  const type = createUniqueRecordType();
  const { id } = await createRecord(api, type, "Ada", { plan: "free" });
  await records.open(type);
  await records.openRecord("Ada");
  await records.writeMetadata('{"plan": "mine"}');
  await api.call("updateRecord", { params: { id }, body: { metadata: { plan: "theirs" } } });
  await records.saveButton.click();
  const question = page.getByRole("alertdialog", { name: "Changed elsewhere" });
  await expect(question).toContainText("theirs");
  expect(await fetchRecordsOfType(api, type)).toMatchObject([{ metadata: { plan: "theirs" } }]);
  await question.getByRole("button", { name: "Keep editing" }).click();
  await expect(records.metadata).toContainText("mine");
  await records.saveButton.click();
  await question.getByRole("button", { name: "Overwrite with mine" }).click();
  await expect(records.panel).toHaveCount(0);
  expect(await fetchRecordsOfType(api, type)).toMatchObject([{ metadata: { plan: "mine" } }]);
});

test(
  "a record deleted remotely while it is edited can be created again",
  { tag: "@full" },
  async ({ page, api, problems }) => {
    problems.allow(/status of 404/);
    const records = new RecordsPageObject(page);
    const type = createUniqueRecordType();
    const { id } = await createRecord(api, type, "Ada", { plan: "free" });
    await records.open(type);
    await records.openRecord("Ada");
    await records.name.fill("Ada again");
    await api.call("deleteRecord", { params: { id } });
    await expect(records.panel.getByRole("alert")).toContainText("was deleted elsewhere");
    await page.getByRole("button", { name: "Create again" }).click();
    await expect(records.row("Ada again")).toBeVisible();
    expect(await fetchRecordsOfType(api, type)).toMatchObject([
      { name: "Ada again", metadata: { plan: "free" } },
    ]);
  },
);

test(
  "a record can be edited on a phone without horizontal overflow",
  { tag: "@full" },
  async ({ page, api }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    const records = new RecordsPageObject(page);
    const type = createUniqueRecordType();
    await createRecord(api, type, "A very long name ".repeat(28).trim(), { note: "x".repeat(400) });
    await createRecord(api, type, "Ada", { plan: "pro" });
    await records.open(type);
    await expect(records.row("Ada")).toContainText("plan: pro");
    await page.getByRole("checkbox", { name: "Select Ada" }).check();
    const width = () => page.evaluate(() => document.documentElement.scrollWidth);
    expect(await width()).toBe(360);
    await records.openRecord("Ada");
    await records.name.fill("Ada L.");
    await records.saveButton.click();
    await expect(records.row("Ada L.")).toBeVisible();
    expect(await width()).toBe(360);
  },
);

test("Back from a record type restores the focus to its row", { tag: "@full" }, async ({ page, api }) => {
  const type = createUniqueRecordType();
  await createRecord(api, type, "Ada");
  await page.goto("/records");
  const link = page.getByRole("list", { name: "Record types" }).getByRole("link", { name: type });
  await link.click();
  await expect(page.getByRole("heading", { level: 1, name: type })).toBeVisible();
  await page.goBack();
  await expect(link).toBeFocused();
});

test("a record that is being deleted cannot be edited until its deletion is undone", async ({
  page,
  api,
}) => {
  await extendUndoPeriod(page);
  const type = createUniqueRecordType();
  await createRecord(api, type, "Ada");
  const records = new RecordsPageObject(page);
  await records.open(type);
  await records.openRecord("Ada");
  await page.keyboard.press("Escape");
  await expect(records.panel).toHaveCount(0);
  await records.chooseFromMenu("Ada", "Delete");
  await records.confirmDelete();
  await page.goBack();
  const sheet = page.getByRole("dialog", { name: "Deleting “Ada”…" });
  await expect(records.name).toHaveCount(0);
  await sheet.getByRole("button", { name: "Undo" }).click();
  await expect(records.name).toHaveValue("Ada");
  await expect(records.name).toBeFocused();
});
