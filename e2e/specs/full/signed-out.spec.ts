import { accountButton } from "#e2e/harness/account.ts";
import type { Page } from "@playwright/test";
import { ApiClient } from "#e2e/harness/api.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { buildSampleDigestFlowBody } from "#e2e/harness/open-flow.ts";
import { RecordsPageObject, createRecord, createUniqueRecordType } from "#e2e/harness/records.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";

type StartServer = (options: { env: Record<string, string> }) => Promise<{ readonly url: string }>;

async function loseSession(page: Page, startOwnServer: StartServer) {
  const { url } = await startOwnServer({ env: { API_KEYS: "key-all-0123456789" } });
  const api = new ApiClient(url, "key-all-0123456789");
  const flow = await api.createFlow(buildSampleDigestFlowBody());
  await page.context().request.post(`${url}/local/session`, { data: { key: "key-all-0123456789" } });
  const editor = new EditorPageObject(page);
  await editor.open(`${url}/flows/${flow.id}`);
  await editor.switchOf("Fetch").click();
  // Shows that the page has read the session before the session is lost.
  await expect(accountButton(page)).toBeVisible();
  await page.context().clearCookies();
  await editor.saveButton.click();
  await expect(editor.status).toHaveText(/^Signed out — kept/);
  const isFetchOn = async () => (await api.getFlow(flow.id)).flowSteps[0]?.["enabled"] !== false;
  return { url, editor, isFetchOn };
}

test("signing in from the editor's banner resumes the pending save", async ({
  page,
  startOwnServer,
  problems,
}) => {
  problems.allow(/status of 401/);
  const { editor, isFetchOn } = await loseSession(page, startOwnServer);
  const banner = page.getByRole("alert").filter({ hasText: "Signed out." });
  await expect(banner).toContainText("Edits are kept");
  await expect(accountButton(page)).toHaveCount(0);
  await editor.switchOf("Clean").click();
  expect(await isFetchOn()).toBe(true);

  const button = banner.getByRole("button", { name: "Sign in" });
  await button.click();
  const dialog = page.getByRole("dialog", { name: "Sign in" });
  const field = dialog.getByRole("textbox", { name: "API key" });
  await expect(field).toBeFocused();
  await expectNoAccessibilityViolations(page, "the sign-in dialog");
  await page.keyboard.press("Escape");
  await expect(button).toBeFocused();

  await page.keyboard.press("Enter");
  await field.fill("key-wrong");
  await page.keyboard.press("Enter");
  await expect(dialog.getByText(/^Invalid API key/)).toBeVisible();
  await expect(editor.status).toHaveText(/^Signed out/);

  await field.fill("key-all-0123456789");
  await page.keyboard.press("Enter");
  await expect(editor.status).toHaveText("Saved");
  await expect(dialog).toHaveCount(0);
  await expect(banner).toHaveCount(0);
  await editor.expectSaid("Saved");
  expect(await isFetchOn()).toBe(false);
  await expect(accountButton(page)).toBeVisible();
  await expect(page.locator(":focus")).toHaveAttribute("data-step-key", /./);
});

test("signing in in another tab resumes the pending save", async ({ page, startOwnServer, problems }) => {
  problems.allow(/status of 401/);
  const { editor, isFetchOn } = await loseSession(page, startOwnServer);
  const [tab] = await Promise.all([
    page.context().waitForEvent("page"),
    page.getByRole("link", { name: "Sign in (new tab)" }).click(),
  ]);
  await tab.getByRole("textbox", { name: "API key" }).fill("key-all-0123456789");
  await tab.keyboard.press("Enter");
  await expect(tab.getByRole("link", { name: "Digest", exact: true })).toBeVisible();
  await expect(editor.status).toHaveText("Saved");
  expect(await isFetchOn()).toBe(false);
});

test("a key rejected by the upstream API shows an error, not a sign-in button", async ({
  page,
  startCloudServer,
  problems,
}) => {
  problems.allow(/status of 401/);
  const { url, realApi } = await startCloudServer();
  const flow = realApi.state.addFlow("Digest", buildSampleDigestFlowBody().flowSteps);
  const editor = new EditorPageObject(page);
  await editor.open(`${url}/flows/${flow.id}`);
  await editor.switchOf("Fetch").click();
  realApi.planAnswer({ method: "PUT", status: 401, body: `{"error":"Unknown key."}` });
  await editor.saveButton.click();
  await expect(editor.status).toHaveText("Could not save — retry");
  const banner = page.getByRole("alert").filter({ hasText: "Couldn’t save." });
  await expect(banner).toContainText("The API rejected this server’s key.");
  await expect(banner).toContainText("Edits are kept");
  await expect(page.getByRole("button", { name: "Sign in" })).toHaveCount(0);

  realApi.resetSwitches();
  await banner.getByRole("button", { name: "Retry" }).click();
  await expect(editor.status).toHaveText("Saved");
  expect(realApi.state.flows.get(flow.id)?.steps[0]).toMatchObject({ enabled: false });
});

test("the sign-in dialog of a record closes when another tab signs in", async ({
  page,
  context,
  startOwnServer,
  problems,
}) => {
  problems.allow(/status of 401/);
  const { url } = await startOwnServer({ env: { API_KEYS: "key-all-0123456789" } });
  const records = new RecordsPageObject(page);
  const type = createUniqueRecordType();
  await createRecord(new ApiClient(url, "key-all-0123456789"), type, "Ada");
  await context.request.post(`${url}/local/session`, { data: { key: "key-all-0123456789" } });
  await page.goto(`${url}/records/${type}`);
  await records.openRecord("Ada");
  await records.name.fill("Ada Lovelace");
  // The dialog hides the page behind it from assistive technology.
  await expect(accountButton(page)).toBeVisible();
  await context.clearCookies();
  await records.saveButton.click();
  await page.getByRole("alert").getByRole("button", { name: "Sign in" }).click();
  const dialog = page.getByRole("dialog", { name: "Sign in" });
  await expect(dialog).toContainText("With another key, your input is lost.");

  const other = await context.newPage();
  await other.goto(`${url}/sign-in`);
  await other.getByRole("textbox", { name: "API key" }).fill("key-all-0123456789");
  await other.keyboard.press("Enter");
  await expect(dialog).toHaveCount(0);
  await expect(records.name).toHaveValue("Ada Lovelace");
  await records.saveButton.click();
  await expect(records.row("Ada Lovelace")).toBeVisible();
});
