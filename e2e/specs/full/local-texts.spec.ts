import { accountButton, signOut } from "#e2e/harness/account.ts";
import type { Page } from "@playwright/test";
import { ApiClient } from "#e2e/harness/api.ts";
import { RecordsPageObject, createRecord, createUniqueRecordType } from "#e2e/harness/records.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";

const FIRST = "key-of-the-first-person";
const SECOND = "key-of-the-second-person";

type StartServer = (options: { env: Record<string, string> }) => Promise<{ readonly url: string }>;

async function startSignedIn(page: Page, startOwnServer: StartServer) {
  const { url } = await startOwnServer({ env: { API_KEYS: `${FIRST},${SECOND}` } });
  const type = createUniqueRecordType();
  await createRecord(new ApiClient(url, FIRST), type, "Ada");
  const signInAs = (key: string) => page.context().request.post(`${url}/local/session`, { data: { key } });
  await signInAs(FIRST);
  return { url, at: `${url}/records/${type}`, type, signInAs };
}

const noticeOf = (page: Page) => page.getByRole("region", { name: "Unsaved text on this device" });
/** Presses by script: an open dialog covers the menu. */
const signOutBehindDialog = async (page: Page) => {
  await accountButton(page).evaluate((button: HTMLElement) => button.click());
  const entry = page.getByRole("menuitem", { name: "Sign out", includeHidden: true });
  await entry.evaluate((item: HTMLElement) => item.click());
};
const signOutQuestion = (page: Page) =>
  page.getByRole("alertdialog", { name: "Sign out with unsaved changes?" });
const leaveQuestion = (page: Page) => page.getByRole("alertdialog", { name: "Discard unsaved changes?" });
const storedText = (page: Page) => page.evaluate(() => JSON.stringify(localStorage));

/**
 * Navigates. Retries because the page reloads itself after a sign-in with another key, which cancels a navigation
 * that has begun. Playwright may then wait for the cancelled navigation forever, hence the timeout per attempt.
 */
async function goTo(page: Page, url: string): Promise<void> {
  await expect(async () => void (await page.goto(url, { timeout: 5000 }))).toPass();
}

async function typeName(page: Page, at: string, name: string): Promise<RecordsPageObject> {
  const records = new RecordsPageObject(page);
  await page.goto(at);
  await records.openRecord("Ada");
  await records.name.fill(name);
  await expect.poll(() => storedText(page)).toContain(name);
  return records;
}

test("signing out counts and keeps unsaved record text of another tab, and offers it after sign-in", async ({
  page,
  context,
  startOwnServer,
  problems,
}) => {
  problems.allow(/status of 401/);
  const { url, at, signInAs } = await startSignedIn(page, startOwnServer);
  await typeName(page, at, "Ada Lovelace");
  const other = await context.newPage();
  await other.goto(`${url}/flows`);
  // Expects only the page itself and no notice about unsaved text, because the first tab still has the record open.
  await expect(other.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
  await expect(noticeOf(other)).toHaveCount(0);
  await signOut(other);
  await expect(signOutQuestion(other)).toContainText(/“Ada Lovelace”\s*unsaved text/);
  await expectNoAccessibilityViolations(other, "the sign-out confirmation with unsaved form text");
  await signOutQuestion(other).getByRole("button", { name: "Keep and sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();

  await signInAs(SECOND);
  await goTo(other, at);
  await expect(other.getByRole("link", { name: "Ada", exact: true })).toBeVisible();
  await expect(noticeOf(other)).toHaveCount(0);

  await signInAs(FIRST);
  await goTo(other, `${url}/flows`);
  await expect(noticeOf(other)).toContainText("“Ada Lovelace”");
  await expectNoAccessibilityViolations(other, "the notice of unsaved text");
  await other.goto(at);
  await noticeOf(other).getByRole("link", { name: "“Ada Lovelace”" }).click();
  const records = new RecordsPageObject(other);
  await expect(records.name).toHaveValue("Ada Lovelace");
  await records.saveButton.click();
  await expect(records.row("Ada Lovelace")).toBeVisible();
  await expect(noticeOf(other)).toHaveCount(0);
  expect(await storedText(other)).not.toContain("Lovelace");
});

test("leaving a partly filled New flow dialog asks for confirmation, and signing out keeps its text", async ({
  page,
  startOwnServer,
  problems,
}) => {
  problems.allow(/status of 401/);
  const { url, signInAs } = await startSignedIn(page, startOwnServer);
  await page.goto(`${url}/records`);
  await page.getByRole("link", { name: "Flows", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "New flow" });
  const name = dialog.getByRole("textbox", { name: "Name" });
  await page.getByRole("button", { name: "New flow" }).click();
  await name.fill("Half a na");
  await page.goBack();
  await leaveQuestion(page).getByRole("button", { name: "Cancel" }).click();
  await expect(name).toHaveValue("Half a na");
  await expect.poll(() => storedText(page)).toContain("Half a na");
  await signOutBehindDialog(page);
  await expect(signOutQuestion(page)).toContainText(/New flow\s*unsaved text/);
  await signOutQuestion(page).getByRole("button", { name: "Keep and sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();

  await signInAs(FIRST);
  await goTo(page, `${url}/flows`);
  await noticeOf(page).getByRole("link", { name: "New flow" }).click();
  await expect(name).toHaveValue("Half a na");
  await dialog.getByRole("button", { name: "Create flow" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Half a na" })).toBeVisible();
  await expect(leaveQuestion(page)).toHaveCount(0);
});
