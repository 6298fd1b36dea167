import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, test } from "#e2e/harness/test.ts";

test(
  "the shortcuts dialog lists the keys of the open view of the flow",
  { tag: "@full" },
  async ({ page, api }) => {
    const { flow } = await createFlowAndOpenEditor({ page, api });
    const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    const shows = async (labels: readonly string[]) => {
      await page.keyboard.press("?");
      for (const label of labels) await expect(dialog.getByText(label, { exact: true })).toBeVisible();
      await expect(dialog.getByText("Duplicate", { exact: true })).toHaveCount(0);
      await expect(dialog.getByText("Find in flow", { exact: true })).toHaveCount(0);
      await page.keyboard.press("Escape");
      await expect(dialog).toHaveCount(0);
    };
    await page.goto(`/flows/${flow.id}/runs`);
    await expect(page.getByRole("heading", { name: "No runs yet" })).toBeVisible();
    await shows(["Next row", "Close the result", "Save", "Undo"]);
    await page.goto(`/flows/${flow.id}/versions`);
    await expect(
      page.getByRole("list", { name: "Versions" }).getByRole("link", { name: "Version 1" }),
    ).toBeVisible();
    await shows(["Next version", "All actions", "Next/previous difference", "Save"]);
  },
);
