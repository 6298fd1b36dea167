import { chooseThemeInMenu } from "#e2e/harness/choose-theme.ts";
import { RecordsPageObject, createRecord, createUniqueRecordType } from "#e2e/harness/records.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";

for (const theme of ["Light", "Dark"] as const) {
  test(`records and their dialogs have no axe violations in the ${theme.toLowerCase()} theme`, async ({
    page,
    api,
  }) => {
    test.slow();
    const records = new RecordsPageObject(page);
    const type = createUniqueRecordType();
    await records.open(type);
    await chooseThemeInMenu(page, theme);
    await expect(page.getByRole("heading", { name: /^No .* yet$/ })).toBeVisible();
    await expectNoAccessibilityViolations(page, "a type without records");

    const { id } = await createRecord(api, type, "Ada", { plan: "pro", seats: 7 });
    await createRecord(api, type, "Bob", { plan: "free" });
    await page.goto("/records");
    await expect(page.getByRole("list", { name: "Record types" })).toContainText(type);
    await expectNoAccessibilityViolations(page, "the record types");

    await records.open(type);
    await expect(records.row("Ada")).toBeVisible();
    await expectNoAccessibilityViolations(page, "the list");
    await page.getByRole("checkbox", { name: "Select Ada" }).check();
    await expectNoAccessibilityViolations(page, "the list with a selected record");
    await page.getByRole("button", { name: "Clear selection" }).click();
    await expect(records.link("Ada")).toBeFocused();

    await records.openRecord("Ada");
    await expectNoAccessibilityViolations(page, "a record");
    await records.writeMetadata("{nope}");
    await expect(records.metadata).toHaveAttribute("aria-invalid", "true");
    await expectNoAccessibilityViolations(page, "a record that cannot be saved");
    await records.writeMetadata('{"plan": "mine"}');
    await api.call("updateRecord", { params: { id }, body: { metadata: { plan: "theirs" } } });
    await records.saveButton.click();
    const question = page.getByRole("alertdialog", { name: "Changed elsewhere" });
    await expect(question).toContainText("theirs");
    await expectNoAccessibilityViolations(page, "the conflict dialog of a record");
    await question.getByRole("button", { name: "Use theirs, discard mine" }).click();
    await page.getByRole("tab", { name: "Runs" }).click();
    await expect(page.getByRole("heading", { name: "No runs yet" })).toBeVisible();
    await expectNoAccessibilityViolations(page, "the runs of a record");
    await page.keyboard.press("Escape");
    await expect(records.panel).toHaveCount(0);

    await records.chooseFromMenu("Bob", "Delete");
    const confirmation = page.getByRole("alertdialog");
    await expect(confirmation).toBeVisible();
    await expectNoAccessibilityViolations(page, "the delete confirmation");
    await page.keyboard.press("Escape");
    await expect(confirmation).toHaveCount(0);

    await records.chooseFile("people.csv", "name,plan\nCy,pro\n,free\n");
    await expect(page.getByRole("button", { name: "Import 1 record" })).toBeVisible();
    await expectNoAccessibilityViolations(page, "the import preview");
    await page.getByRole("button", { name: "Import 1 record" }).click();
    await expect(page.getByRole("button", { name: "Done" })).toBeVisible();
    await expectNoAccessibilityViolations(page, "the import result");
  });
}
