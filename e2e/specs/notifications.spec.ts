import { RecordsPageObject, createRecord, createUniqueRecordType } from "#e2e/harness/records.ts";
import { extendUndoPeriod } from "#e2e/harness/undo-period.ts";
import { expect, test } from "#e2e/harness/test.ts";

test("notifications do not cover the buttons of a dialog on a phone", async ({ page, api }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await extendUndoPeriod(page);
  const records = new RecordsPageObject(page);
  const type = createUniqueRecordType();
  for (const name of ["Ada", "Bea"]) await createRecord(api, type, name);
  await records.open(type);
  await records.chooseFromMenu("Bea", "Delete");
  await records.confirmDelete();
  const create = page.getByRole("button", { name: "Create record" });
  for (const name of ["Cem", "Dora"]) {
    await page.getByRole("button", { name: "New record" }).first().click();
    await records.name.fill(name);
    await expect(page.getByRole("button", { name: "Undo" })).toBeVisible();
    // Fails if a notification receives the click instead.
    await create.click();
    await expect(records.row(name)).toBeVisible();
  }
});
