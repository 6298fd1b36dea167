import {
  RecordsPageObject,
  createRecord,
  createUniqueRecordType,
  fetchRecordsOfType,
} from "#e2e/harness/records.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";

test("a record's metadata is edited as fields, which keep what they do not change", async ({ page, api }) => {
  const records = new RecordsPageObject(page);
  const type = createUniqueRecordType();
  const address = { city: "Bonn", tags: ["a"] };
  await createRecord(api, type, "Ada", { plan: "pro", seats: 7, address, note: "two\nlines" });
  await records.open(type);
  await records.openRecord("Ada");
  const part = (name: string) => records.panel.getByLabel(name, { exact: true });
  await expect(part("Field 3: value")).toHaveValue(/"city": "Bonn"/);
  await part("Field 2: value").fill("8x");
  await expect(part("Field 2: value")).toHaveAccessibleDescription(/Enter a number/);
  await part("Field 2: value").fill("8");
  await part("Field 4: value").press("End");
  await part("Field 4: value").pressSequentially("!");
  await records.panel.getByRole("button", { name: "Add field" }).click();
  await expect(part("Field 5: name")).toBeFocused();
  await page.keyboard.type("plan");
  await expect(part("Field 5: name")).toHaveAccessibleDescription("Another field has this name.");
  await expectNoAccessibilityViolations(page, "a record with a repeated field");
  await page.keyboard.press("ControlOrMeta+s");
  await expect(part("Field 1: name")).toBeFocused();
  // A focus without a press is not the user's, and the error would take it back.
  await part("Field 5: name").click();
  await part("Field 5: name").fill("isActive");
  await part("Field 5: type").selectOption("True");
  await records.panel.getByRole("button", { name: "Remove Field 1" }).click();
  await expect(part("Field 1: name")).toHaveValue("seats");

  await records.showJson();
  await expect(records.metadata).toContainText('"isActive": true');
  await records.writeMetadata("{nope}");
  await expect(records.panel.getByRole("tab", { name: "Fields" })).toHaveAccessibleDescription(
    /Fix the JSON/,
  );
  await page.keyboard.press("ControlOrMeta+z");
  await records.panel.getByRole("tab", { name: "Fields" }).click();
  await records.saveButton.click();
  await expect(records.panel).toHaveCount(0);
  const [saved] = await fetchRecordsOfType(api, type);
  expect(JSON.stringify(saved?.metadata)).toBe(
    JSON.stringify({ seats: 8, address, note: "two!\nlines", isActive: true }),
  );
});
