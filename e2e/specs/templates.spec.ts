import { readFile } from "node:fs/promises";
import type { JsonObject } from "#core/json/json.ts";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { TemplateGalleryPageObject } from "#e2e/harness/template-gallery.ts";
import { expect, expectNoAccessibilityViolationsInBothThemes, test } from "#e2e/harness/test.ts";

test.beforeEach(({ api }) => api.deleteAllFlows());

test(
  "a flow saved as a template is edited, exported, used and deleted by keyboard",
  { tag: "@full" },
  async ({ page, api, context }) => {
    const secret = "sk-live-written-out";
    const body = buildFlow("N".repeat(500), [
      { ...buildStep("future", { type: "send-slack-message" }), extra: { kept: [1, null] } },
      buildStep("call", {
        type: "api-call",
        config: {
          http: { url: "https://a.example", headers: { Authorization: secret } },
          outputVariable: "a",
        },
      }),
    ]);
    const { editor } = await createFlowAndOpenEditor({ page, api }, body);
    const gallery = new TemplateGalleryPageObject(page);

    await page.getByRole("button", { name: "Actions for this flow" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Copy and export" }).press("ArrowRight");
    await page.getByRole("menuitem", { name: "Save as template…" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "Save as template" });
    const name = dialog.getByRole("textbox", { name: "Name" });
    await expect(name).toHaveValue("N".repeat(500));
    await expect(dialog).toContainText("refers to secrets instead: Authorization.");
    await expectNoAccessibilityViolationsInBothThemes(page, "the dialog to save a template");
    await name.fill("N".repeat(501));
    await page.keyboard.press("Enter");
    await expect(dialog).toContainText("At most 500 characters.");
    await name.fill("Mine");
    await page.keyboard.press("Enter");
    await expect(dialog).toHaveCount(0);
    await expect(page.getByText("Saved template “Mine”. Choose it in New flow.")).toBeVisible();

    await gallery.damageStoredTemplate("Broken one");
    await new FlowListPageObject(page).open();
    await page.getByRole("button", { name: "New flow" }).focus();
    await page.keyboard.press("Enter");
    await page.keyboard.type("From mine");
    await expect(gallery.dialog.getByRole("textbox", { name: "Name" })).toBeFocused();
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("ArrowRight");
    await expect(gallery.option("Mine")).toBeVisible();
    await expect(gallery.preview("Broken one")).toContainText("The stored text of this template is damaged");
    await page.keyboard.press("Tab");
    await expect(gallery.search).toBeFocused();
    await page.keyboard.press("ArrowDown");
    await expect(gallery.option("Mine")).toHaveAttribute("aria-selected", "true");
    await expect(gallery.preview("Mine")).toContainText("Secret AUTHORIZATION: not set");
    await expectNoAccessibilityViolationsInBothThemes(page, "the gallery of templates");

    // Another tab renames the template, and deletes the damaged one.
    const other = new TemplateGalleryPageObject(await context.newPage());
    await new FlowListPageObject(other.page).open();
    await other.open();
    await other.option("Broken one").click();
    await other.dialog.getByRole("button", { name: "Delete template" }).click();
    await other.page.getByRole("alertdialog").getByRole("button", { name: "Delete template" }).click();
    await expect(other.option("Broken one")).toHaveCount(0);
    await other.option("Mine").click();
    const download = other.page.waitForEvent("download");
    await other.dialog.getByRole("button", { name: "Export template" }).click();
    const file = await (await download).path();
    await other.dialog.getByRole("button", { name: "Edit template" }).click();
    const edit = other.page.getByRole("dialog", { name: "Edit template" });
    await edit.getByRole("textbox", { name: "Name" }).fill("Renamed");
    await edit.getByRole("textbox", { name: "Description" }).fill("About it");
    await edit.getByRole("button", { name: "Save template" }).click();
    await expect(other.preview("Renamed")).toContainText("About it");
    await other.dialog.getByLabel("Files with templates").setInputFiles(file);
    await expect(other.option("Mine")).toBeVisible();
    const all = other.page.waitForEvent("download");
    await other.dialog.getByRole("button", { name: "Export yours" }).click();
    const exported = JSON.parse(await readFile(await (await all).path(), "utf8")) as readonly JsonObject[];
    expect(exported.map(({ name }) => name)).toEqual(["Mine", "Renamed"]);

    // On a phone, the list and the preview take turns.
    await other.page.setViewportSize({ width: 360, height: 740 });
    await other.option("Renamed").click();
    await expect(other.preview("Renamed")).toContainText("About it");
    await expect(other.search).toHaveCount(0);
    await expectNoAccessibilityViolationsInBothThemes(other.page, "the preview of a template on a phone");
    await other.dialog.getByRole("button", { name: "All templates" }).click();
    await expect(other.search).toBeFocused();
    await other.option("Renamed").click();
    await other.dialog.getByRole("button", { name: "Delete template" }).click();
    await other.page.getByRole("alertdialog").getByRole("button", { name: "Delete template" }).click();
    await expect(other.option("Renamed")).toHaveCount(0);
    await expect(other.search).toBeFocused();
    await other.page.close();

    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: "From mine" })).toBeVisible();
    await editor.expectSteps(["Future", "Call"]);
    const [created] = await api.listFlows();
    const { flowSteps } = await api.getFlow(created?.id ?? "");
    expect(flowSteps[0]).toMatchObject({ type: "send-slack-message", extra: { kept: [1, null] } });
    expect(JSON.stringify(flowSteps)).not.toContain(secret);
  },
);
