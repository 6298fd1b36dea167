import type { Page } from "@playwright/test";
import { ApiClient } from "#e2e/harness/api.ts";
import { accountButton } from "#e2e/harness/account.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { buildSampleDigestFlowBody } from "#e2e/harness/open-flow.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";

const VIEWER = "viewer-0123456789";
const ADMIN = "admin-01234567890";
const env = { API_KEYS: `${VIEWER}=flows:read+records:read=Vera,${ADMIN}=*=Ada` };
const REASON = "Your key can view flows, not change them. Sign in with one that can edit.";

const signIn = async (page: Page, url: string, key: string) =>
  page.context().request.post(`${url}/local/session`, { data: { key } });

/** Collects the requests of the page that could change something. */
function collectWrites(page: Page): readonly string[] {
  const writes: string[] = [];
  page.on("request", (request) => {
    if (request.method() !== "GET") writes.push(`${request.method()} ${request.url()}`);
  });
  return writes;
}

test("a key that may only view flows has the writing controls of the list off, with the reason", async ({
  page,
  startOwnServer,
}) => {
  const { url } = await startOwnServer({ env });
  await new ApiClient(url, ADMIN).createFlow(buildSampleDigestFlowBody());
  await signIn(page, url, VIEWER);
  const writes = collectWrites(page);
  await page.goto(`${url}/flows`);
  const list = new FlowListPageObject(page);
  await expect(page.getByText(/^View only/)).toBeVisible();
  for (const name of ["New flow", "Import"]) {
    const button = page.getByRole("button", { name, exact: true });
    await expect(button).toBeDisabled();
    await expect(button).toHaveAccessibleDescription(REASON);
  }

  await page.getByRole("button", { name: "Actions for Digest", exact: true }).click();
  for (const name of ["Rename", "Duplicate", "Publish", "Tags…", "Save as template…", "Delete"])
    await expect(page.getByRole("menuitem", { name })).toBeDisabled();
  await expect(page.getByRole("menuitem", { name: "Run on records…" })).toHaveAccessibleDescription(
    /It needs FLOWS:EXECUTE\./,
  );
  await expect(page.getByRole("menuitem", { name: "Export JSON" })).toBeEnabled();
  await page.keyboard.press("Escape");

  await list.link("Digest").press("F2");
  await expect(list.toast(REASON)).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Flow name" })).toHaveCount(0);
  await list.link("Digest").press("Delete");
  await expect(page.getByRole("alertdialog")).toHaveCount(0);

  await page.getByRole("checkbox", { name: "Select Digest" }).click();
  const bar = page.getByRole("region", { name: "Selected flows" });
  for (const name of ["Publish", "Switch steps…", "Tag…", "Duplicate", "Delete"])
    await expect(bar.getByRole("button", { name, exact: true })).toBeDisabled();
  await expect(bar.getByRole("button", { name: "Export", exact: true })).toBeEnabled();

  await accountButton(page).click();
  await expect(page.getByRole("menu")).toContainText("Signed in as Vera");
  await expect(page.getByRole("menu")).toContainText("Can view flows and records");
  await page.keyboard.press("Escape");
  expect(writes).toEqual([]);
});

test("a key that may only view flows has the writing controls of the editor off, with the reason", async ({
  page,
  startOwnServer,
}) => {
  const { url } = await startOwnServer({ env });
  const flow = await new ApiClient(url, ADMIN).createFlow(buildSampleDigestFlowBody());
  await signIn(page, url, VIEWER);
  const writes = collectWrites(page);
  const editor = new EditorPageObject(page);
  await editor.openAnalyzed(`${url}/flows/${flow.id}`);
  const button = (name: string) => page.getByRole("button", { name, exact: true });
  await expect(page.getByText(/^View only/)).toBeVisible();
  await button("Overview").click();
  for (const control of [
    button("Save"),
    button("Publish"),
    button("Publish…"),
    button("Digest"),
    button("Add step"),
    editor.switchOf("Fetch"),
    editor.handle("Fetch"),
  ]) {
    await expect(control).toBeDisabled();
    await expect(control).toHaveAccessibleDescription(REASON);
  }
  await button("Overview").click();
  await expect(button("Run on records…")).toHaveAccessibleDescription(/FLOWS:EXECUTE/);
  await expect(button("Try it")).toHaveAccessibleDescription(/DISPATCH:EXECUTE/);
  await expect(page.getByRole("button", { name: /^Add step after/ })).toHaveCount(0);

  const outline = await editor.outline();
  const row = editor.row("Fetch");
  for (const key of ["Delete", " ", "F2", "Control+d", "Control+x", "Alt+ArrowDown", "/", "Control+s"]) {
    await row.press(key);
    await expect(row).toBeFocused();
  }
  await expect(page.getByRole("status", { name: "Notifications" }).getByText(REASON)).toBeVisible();
  await editor.switchOf("Fetch").click({ force: true });
  const box = await editor.handle("Fetch").boundingBox();
  if (!box) throw new Error("The handle has no place.");
  await page.mouse.move(box.x + 5, box.y + 5);
  await page.mouse.down();
  await page.mouse.move(box.x + 5, box.y + 90, { steps: 5 });
  await page.mouse.up();
  await editor.expectOutline(outline);
  await expect(editor.switchOf("Fetch")).toBeChecked();

  await row.click({ position: { x: 200, y: 10 } });
  const name = page.getByRole("textbox", { name: "Name", exact: true });
  await expect(name).toHaveAttribute("readonly");
  await expect(name).toHaveValue("Fetch");
  await button("Actions for this flow").click();
  for (const entry of ["Publish…", "Tags…", "Delete flow"])
    await expect(page.getByRole("menuitem", { name: entry })).toBeDisabled();
  await page.keyboard.press("Escape");
  await expectNoAccessibilityViolations(page, "the editor with a view-only key");

  await page.getByRole("link", { name: "JSON" }).click();
  await expect(button("Apply")).toBeDisabled();
  await expect(page.getByRole("textbox", { name: "Flow (JSON)" })).toHaveAttribute("aria-readonly", "true");
  await page.getByRole("link", { name: "Versions" }).click();
  await page.getByRole("button", { name: /^Actions for Version 1/ }).click();
  for (const entry of ["Restore version…", "Publish this version…"])
    await expect(page.getByRole("menuitem", { name: entry })).toBeDisabled();
  expect(writes).toEqual([]);
});

test(
  "an editor whose key loses the scope turns view-only and keeps its edits",
  { tag: "@full" },
  async ({ page, startOwnServer, problems }) => {
    problems.allow(/status of 403/);
    const { url } = await startOwnServer({ env });
    const flow = await new ApiClient(url, ADMIN).createFlow(buildSampleDigestFlowBody());
    await signIn(page, url, ADMIN);
    const editor = new EditorPageObject(page);
    await editor.openAnalyzed(`${url}/flows/${flow.id}`);
    await editor.switchOf("Fetch").click();
    await page.route("**/local/capabilities", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), scopes: ["FLOWS:READ"] } });
    });
    const message = "This key lacks the scope FLOWS:WRITE.";
    let refuse = () => {};
    const refused = new Promise<void>((resolve) => {
      refuse = resolve;
    });
    await page.route("**/v1/flows/*", async (route) => {
      if (route.request().method() !== "PUT") return route.continue();
      await refused;
      await route.fulfill({
        status: 403,
        json: { error: message, details: [{ message, code: "MISSING_SCOPE" }] },
      });
    });
    await editor.saveButton.click();
    await editor.row("Clean").press("F2");
    await page.keyboard.type("Tidy");
    refuse();
    await expect(editor.status).toHaveText("Not saved — kept on this device");
    await expect(page.getByRole("alert")).toContainText(
      `Not saved. ${REASON} Edits are kept on this device.`,
    );
    await expect(editor.saveButton).toBeDisabled();
    await expect(editor.switchOf("Fetch")).not.toBeChecked();
    await expect(editor.row("Tidy")).toBeVisible();
    await Promise.all([
      page.waitForEvent("download"),
      editor.chooseFromFlowMenu("Copy and export", "Export JSON"),
    ]);
  },
);
