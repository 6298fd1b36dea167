import { RecordsPageObject, createRecord, createUniqueRecordType } from "#e2e/harness/records.ts";
import { expect, expectNoAccessibilityViolationsInBothThemes, test } from "#e2e/harness/test.ts";

test("records and their dialogs have no axe violations", async ({ page, api }) => {
  test.slow();
  const records = new RecordsPageObject(page);
  const type = createUniqueRecordType();
  await records.open(type);
  await expect(page.getByRole("heading", { name: /^No .* yet$/ })).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "a type without records");

  const { id } = await createRecord(api, type, "Ada", { plan: "pro", seats: 7 });
  await createRecord(api, type, "Bob", { plan: "free" });
  await page.goto("/records");
  await expect(page.getByRole("list", { name: "Record types" })).toContainText(type);
  await expectNoAccessibilityViolationsInBothThemes(page, "the record types");

  await records.open(type);
  await expect(records.row("Ada")).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "the list");
  await page.getByRole("checkbox", { name: "Select Ada" }).check();
  await expectNoAccessibilityViolationsInBothThemes(page, "the list with a selected record");
  await page.getByRole("button", { name: "Clear selection" }).click();
  await expect(records.link("Ada")).toBeFocused();

  await records.openRecord("Ada");
  await expectNoAccessibilityViolationsInBothThemes(page, "a record");
  await records.writeMetadata("{nope}");
  await expect(records.metadata).toHaveAttribute("aria-invalid", "true");
  await expectNoAccessibilityViolationsInBothThemes(page, "a record that cannot be saved");
  await records.writeMetadata('{"plan": "mine"}');
  await api.call("updateRecord", { params: { id }, body: { metadata: { plan: "theirs" } } });
  await records.saveButton.click();
  const question = page.getByRole("alertdialog", { name: "Changed elsewhere" });
  await expect(question).toContainText("theirs");
  await expectNoAccessibilityViolationsInBothThemes(page, "the conflict dialog of a record");
  await question.getByRole("button", { name: "Use theirs, discard mine" }).click();
  await page.getByRole("tab", { name: "Runs" }).click();
  await expect(page.getByRole("heading", { name: "No runs yet" })).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "the runs of a record");
  await page.keyboard.press("Escape");
  await expect(records.panel).toHaveCount(0);

  await records.chooseFromMenu("Bob", "Delete");
  const confirmation = page.getByRole("alertdialog");
  await expect(confirmation).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "the delete confirmation");
  await page.keyboard.press("Escape");
  await expect(confirmation).toHaveCount(0);

  await records.chooseFile("people.csv", "name,plan\nCy,pro\n,free\n");
  await expect(page.getByRole("button", { name: "Import 1 record" })).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "the import preview");
  await page.getByRole("button", { name: "Import 1 record" }).click();
  await expect(page.getByRole("button", { name: "Done" })).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "the import result");
});
