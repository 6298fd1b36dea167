import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { createUniqueRecordType } from "#e2e/harness/records.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";
import { extendUndoPeriod } from "#e2e/harness/undo-period.ts";

const greet = buildStep("greet", {
  type: "set-variable",
  config: { variableName: "greeting", valueTemplate: "Hello {{topic}}" },
});

test("a schedule is created by keyboard, paused, run at once, and deleted with undo", async ({
  page,
  api,
}) => {
  const name = `Digest ${createUniqueRecordType()}`;
  const flow = await api.createFlow(buildFlow(name, [greet]));
  await api.publishFlow(flow.id);
  await extendUndoPeriod(page);
  await page.goto("/runs");
  await page.getByRole("link", { name: "Schedules" }).click();
  await page.getByRole("button", { name: "New schedule…" }).click();
  const dialog = page.getByRole("dialog", { name: "New schedule" });
  await expect(dialog.getByRole("combobox", { name: "Flow" })).toBeFocused();

  // A typed expression selects the recurrence that it spells.
  await page.keyboard.type(name);
  await expect(page.getByRole("option", { name })).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(dialog.getByText("The flow reads 1 input: topic.")).toBeVisible();
  await expectNoAccessibilityViolations(page, "the form of a schedule");
  const cron = dialog.getByRole("textbox", { name: "Cron expression" });
  await cron.fill("0 0 31 2 *");
  await cron.press("Enter");
  await expect(cron).toHaveAccessibleDescription(/^This expression never runs/);
  await expect(cron).toBeFocused();
  await cron.fill("30 7 * * 1,3");
  await expect(dialog.getByRole("combobox", { name: "Repeats" })).toHaveValue("weekly");
  await dialog.getByRole("checkbox", { name: "Friday" }).check();
  await expect(cron).toHaveValue("30 7 * * 1,3,5");
  await expect(dialog.getByText("Every Monday, Wednesday and Friday at 07:30, ")).toBeVisible();
  await expect(dialog.getByRole("list", { name: "Next times" }).getByRole("listitem")).toHaveCount(3);
  await page.keyboard.press("Escape");
  const question = page.getByRole("alertdialog", { name: "Discard unsaved changes?" });
  await question.getByRole("button", { name: "Cancel" }).click();
  await cron.press("Enter");
  await expect(dialog).toHaveCount(0);

  const link = page.getByRole("link", { name, exact: true });
  const row = page.getByRole("list", { name: "Schedules" }).getByRole("listitem").filter({ has: link });
  await expect(link).toBeFocused();
  await expect(row).toContainText("Next in");
  const active = row.getByRole("switch", { name: `Active, ${name}` });
  await active.click();
  await expect(row).toContainText("Paused");
  await expect(active).not.toBeChecked();
  await row.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: "Run now" }).click();
  await expect(page.getByRole("button", { name: "Show run" })).toBeVisible();
  await expect(row.getByRole("link", { name: "Completed" })).toBeVisible();
  await expect(row.getByRole("img", { name: "1 run in 7 days, none failed" })).toBeVisible();
  await expectNoAccessibilityViolations(page, "the list of schedules");

  await page.setViewportSize({ width: 360, height: 640 });
  await expect(row.getByRole("link", { name: "Completed" })).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await expectNoAccessibilityViolations(page, "the narrow list of schedules");
  await link.press("Delete");
  await expect(row).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(link).toBeFocused();

  await page.setViewportSize({ width: 1280, height: 800 });
  await row.getByRole("link", { name: "Completed" }).click();
  await expect(page.getByRole("heading", { level: 2, name: "Run without a record" })).toBeVisible();
  await page.getByRole("link", { name: /^Person|^API/ }).click();
  await expect(link).toBeFocused();
});

test("the overview of a flow lists its schedules, and publishing and deleting say what becomes of them", async ({
  page,
  api,
  problems,
}) => {
  // The form sends a time that has passed, which the server refuses.
  problems.allow(/status of 400/);
  const name = `Draft ${createUniqueRecordType()}`;
  const { id } = await api.createFlow(buildFlow(name, [greet]));
  await page.setViewportSize({ width: 1920, height: 1000 });
  await page.goto(`/flows/${id}`);
  const section = page.getByRole("region", { name: "Schedules" });
  await expect(section).toContainText("Schedules run the published version of a flow.");
  await section.getByRole("button", { name: "Add schedule…" }).click();
  await page
    .getByRole("dialog", { name: "New schedule" })
    .getByRole("textbox", { name: "Name" })
    .press("Enter");
  await expect(section.getByRole("listitem")).toContainText("Every weekday at 09:00");
  await expect(section).toContainText("Runs fail until the flow is published.");

  await section.getByRole("button", { name: "Publish the flow…" }).click();
  const publish = page.getByRole("dialog", { name: `Publish “${name}”?` });
  await expect(publish).toContainText(/Runs on 1 schedule; the next at .* will use this version\./);
  await publish.getByRole("button", { name: "Publish" }).click();
  await expect(section).not.toContainText("Runs fail");

  await section.getByRole("button", { name: /^Actions for/ }).click();
  await page.getByRole("menuitem", { name: "Edit…" }).click();
  const edit = page.getByRole("dialog", { name: /^Edit schedule/ });
  await edit.getByRole("combobox", { name: "Repeats" }).selectOption("once");
  await edit.getByLabel("Date and time").fill("2020-01-01T09:00");
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(edit.getByLabel("Date and time")).toHaveAccessibleDescription("This time has passed.");
  await edit.getByLabel("Date and time").fill("2099-01-01T09:00");
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(section.getByRole("listitem")).toContainText("Once, on 1 Jan 2099 at 09:00");

  await page.goto("/flows");
  await page.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await expect(page.getByRole("alertdialog")).toContainText("Its schedule stops.");
  await page.keyboard.press("Escape");
  await page.getByRole("checkbox", { name: `Select ${name}` }).check();
  const selected = page.getByRole("region", { name: "Selected flows" });
  await selected.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("dialog", { name: "Delete 1 flow?" })).toContainText("Its schedule stops.");
});
