import { accountButton, signOut } from "#e2e/harness/account.ts";
import type { Page } from "@playwright/test";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { ApiClient } from "#e2e/harness/api.ts";
import {
  readUnsavedEditCountOfEachJournal,
  waitUntilUnsavedEditCountPersisted,
} from "#e2e/harness/browser-storage.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { locateRecoveryBar } from "#e2e/harness/recovery-bar.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";
import { TestRunPanelPageObject } from "#e2e/harness/test-run-panel.ts";

// Two users with different API keys share a browser. Neither sees unsaved text of the other.

const FIRST = "key-of-the-first-person";
const SECOND = "key-of-the-second-person";

type StartServer = (options: { env: Record<string, string> }) => Promise<{ readonly url: string }>;

async function startForTwo(page: Page, startOwnServer: StartServer) {
  const { url } = await startOwnServer({ env: { API_KEYS: `${FIRST},${SECOND}` } });
  const api = new ApiClient(url, FIRST);
  const flow = await api.createFlow(
    buildFlow("Digest", [
      buildStep("greet", {
        type: "set-variable",
        config: { variableName: "greeting", valueTemplate: "Hello {{topic}}" },
      }),
      buildStep("clean", { type: "transform-data" }),
    ]),
  );
  const at = `${url}/flows/${flow.id}`;
  const editor = new EditorPageObject(page);
  const signIn = async (key: string) => {
    await page.getByRole("textbox", { name: "API key" }).fill(key);
    await page.keyboard.press("Enter");
  };
  await page.goto(at);
  await signIn(FIRST);
  await expect(editor.list).toBeVisible();
  return { url, at, api, flow, editor, signIn };
}

async function typeThings(page: Page, editor: EditorPageObject) {
  await editor.untilAnalyzed();
  await editor.renameStep("Clean", "Of the first person");
  const panel = new TestRunPanelPageObject(page);
  await panel.open();
  await panel.input("topic").fill("a private matter");
  await waitUntilUnsavedEditCountPersisted(page, 1);
}

const signOutQuestion = (page: Page) =>
  page.getByRole("alertdialog", { name: "Sign out with unsaved changes?" });

async function expectNothingOfTheFirst(page: Page, editor: EditorPageObject) {
  await editor.untilAnalyzed();
  await expect(editor.row("Clean")).toBeVisible();
  await expect(editor.status).toHaveText("Saved");
  await expect(locateRecoveryBar(page)).toHaveCount(0);
  const panel = new TestRunPanelPageObject(page);
  await panel.open();
  await expect(panel.input("topic")).toHaveValue("");
  await expect(page.getByText(/private matter|Of the first person/)).toHaveCount(0);
}

test("signing out keeps unsaved work, and only its user sees it after signing in again", async ({
  page,
  startOwnServer,
  problems,
}) => {
  problems.allow(/status of 401/);
  const { at, url, editor, signIn } = await startForTwo(page, startOwnServer);
  await typeThings(page, editor);
  await signOut(page);
  await expect(signOutQuestion(page)).toContainText("“Digest”");
  await expectNoAccessibilityViolations(page, "the sign-out confirmation");
  await signOutQuestion(page).getByRole("button", { name: "Cancel" }).click();
  await expect(accountButton(page)).toBeFocused();
  await expect(editor.status).toHaveText("1 unsaved change");
  await signOut(page);
  await signOutQuestion(page).getByRole("button", { name: "Keep and sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();

  await page.goto(at);
  await signIn(SECOND);
  await expectNothingOfTheFirst(page, editor);
  await page.goto(`${url}/flows`);
  await expect(page.getByRole("link", { name: "Digest", exact: true })).toBeVisible();
  await expect(page.getByRole("region", { name: "Unsaved changes on this device" })).toHaveCount(0);
  await signOut(page);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();

  await page.goto(at);
  await signIn(FIRST);
  await expect(locateRecoveryBar(page)).toContainText("Recovered 1 change from");
  await expect(editor.row("Of the first person")).toBeVisible();
  const panel = new TestRunPanelPageObject(page);
  await panel.open();
  await expect(panel.input("topic")).toHaveValue("a private matter");
});

test("signing in with another key after a session expired shows none of the first user's unsaved work", async ({
  page,
  startOwnServer,
  problems,
}) => {
  problems.allow(/status of 401/);
  const { at, api, flow, editor, signIn } = await startForTwo(page, startOwnServer);
  await typeThings(page, editor);
  await page.context().clearCookies();
  await editor.saveButton.click();
  await expect(editor.status).toHaveText(/^Signed out/);
  await page.getByRole("alert").getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("dialog", { name: "Sign in" })).toContainText("another key");
  await signIn(SECOND);
  await expectNothingOfTheFirst(page, editor);
  expect((await api.getFlow(flow.id)).revision).toBe(1);

  await signOut(page);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.goto(at);
  await signIn(FIRST);
  await expect(editor.row("Of the first person")).toBeVisible();
});

test("signing in with another key in a second tab clears the first user's work from all tabs", async ({
  page,
  context,
  startOwnServer,
  problems,
}) => {
  problems.allow(/status of 401/);
  const { at, url, api, flow, editor } = await startForTwo(page, startOwnServer);
  await typeThings(page, editor);
  await context.clearCookies();
  const other = await context.newPage();
  await other.goto(`${url}/sign-in`);
  await other.getByRole("textbox", { name: "API key" }).fill(SECOND);
  await other.keyboard.press("Enter");
  await expect(other.getByRole("link", { name: "Digest", exact: true })).toBeVisible();

  await expect(editor.row("Clean")).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`^${at}`));
  await expectNothingOfTheFirst(page, editor);
  expect((await api.getFlow(flow.id)).revision).toBe(1);
});

test("a page loaded with one key saves nothing after the session cookie changed to another key", async ({
  page,
  startOwnServer,
  problems,
}) => {
  problems.allow(/status of 401/);
  const { url, api, flow, editor } = await startForTwo(page, startOwnServer);
  await typeThings(page, editor);
  // Signs in outside of the page, so that this tab receives no session event, as if the event of another tab was lost.
  await page.context().request.post(`${url}/local/session`, { data: { key: SECOND } });
  await editor.saveButton.click();
  await expect(editor.row("Clean")).toBeVisible();
  await expectNothingOfTheFirst(page, editor);
  expect((await api.getFlow(flow.id)).revision).toBe(1);
});

test("signing out in one tab signs out all tabs, and deletes their unsaved work on request", async ({
  page,
  context,
  startOwnServer,
  problems,
}) => {
  problems.allow(/status of 401/);
  const { at, editor, signIn } = await startForTwo(page, startOwnServer);
  await typeThings(page, editor);
  const other = await context.newPage();
  await other.goto(at);
  await expect(other.getByRole("heading", { level: 1, name: "Digest" })).toBeVisible();
  await signOut(other);
  await expect(signOutQuestion(other)).toContainText("“Digest”");
  await signOutQuestion(other).getByRole("button", { name: "Discard and sign out" }).click();
  await expect(other.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await expect.poll(() => readUnsavedEditCountOfEachJournal(page)).toEqual([]);
  await page.goto(at);
  await signIn(FIRST);
  await expectNothingOfTheFirst(page, editor);
});
