import { Records, createRecord, newType } from "#e2e/harness/records.ts";
import { expect, expectAccessible, test } from "#e2e/harness/test.ts";

for (const theme of ["Light", "Dark"] as const) {
  test(`in the ${theme.toLowerCase()} theme, axe finds nothing on records and what opens over them`, async ({
    page,
    api,
  }) => {
    // A dozen states, each looked at by axe.
    test.slow();
    const records = new Records(page);
    const type = newType();
    await records.open(type);
    await page.getByRole("radio", { name: theme }).check();
    await expect(page.getByRole("heading", { name: /^No .* yet$/ })).toBeVisible();
    await expectAccessible(page, "a type without records");

    const { id } = await createRecord(api, type, "Ada", { plan: "pro", seats: 7 });
    await createRecord(api, type, "Bob", { plan: "free" });
    await page.goto("/records");
    await expect(page.getByRole("list", { name: "Record types" })).toContainText(type);
    await expectAccessible(page, "the types");

    await records.open(type);
    await expect(records.row("Ada")).toBeVisible();
    await expectAccessible(page, "the list");
    await page.getByRole("checkbox", { name: "Select Ada" }).check();
    await expectAccessible(page, "the list with a chosen record");
    await page.getByRole("button", { name: "Clear selection" }).click();
    await expect(records.link("Ada")).toBeFocused();

    await records.openRecord("Ada");
    await expectAccessible(page, "a record");
    await records.writeMetadata("{nope}");
    await expect(records.metadata).toHaveAttribute("aria-invalid", "true");
    await expectAccessible(page, "a record that cannot be saved");
    await records.writeMetadata('{"plan": "mine"}');
    await api.call("updateRecord", { params: { id }, body: { metadata: { plan: "theirs" } } });
    await records.saveButton.click();
    const question = page.getByRole("alertdialog", { name: "Changed elsewhere" });
    await expect(question).toContainText("theirs");
    await expectAccessible(page, "what was changed elsewhere");
    await question.getByRole("button", { name: "Take theirs, discard mine" }).click();
    await page.getByRole("tab", { name: "Runs" }).click();
    await expect(page.getByRole("heading", { name: "No flow ran on it yet" })).toBeVisible();
    await expectAccessible(page, "the runs of a record");
    await page.keyboard.press("Escape");
    await expect(records.panel).toHaveCount(0);

    await records.chooseFromMenu("Bob", "Delete");
    await expectAccessible(page, "the question before a delete");
    await page.keyboard.press("Escape");

    await records.chooseFile("people.csv", "name,plan\nCy,pro\n,free\n");
    await expect(page.getByRole("button", { name: "Import 1 record" })).toBeVisible();
    await expectAccessible(page, "the preview of an import");
    await page.getByRole("button", { name: "Import 1 record" }).click();
    await expect(page.getByRole("button", { name: "Done" })).toBeVisible();
    await expectAccessible(page, "what an import came to");
  });
}
