import type { Page } from "@playwright/test";
import { Api } from "#e2e/harness/api.ts";
import { Editor } from "#e2e/harness/editor.ts";
import { digestFlow } from "#e2e/harness/open-flow.ts";
import { expect, expectAccessible, test } from "#e2e/harness/test.ts";

// The session ends while somebody edits. Nothing is lost, and whoever signs in goes on where they were.

type StartServer = (options: { env: Record<string, string> }) => Promise<{ readonly url: string }>;

/** A flow on a server with keys, edited, and saved in vain: the session has ended meanwhile. */
async function loseSession(page: Page, startOwnServer: StartServer) {
  const { url } = await startOwnServer({ env: { API_KEYS: "key-all" } });
  const api = new Api(url, "key-all");
  const flow = await api.createFlow(digestFlow());
  await page.context().request.post(`${url}/local/session`, { data: { key: "key-all" } });
  const editor = new Editor(page);
  await editor.open(`${url}/flows/${flow.id}`);
  await editor.switchOf("Fetch").click();
  await page.context().clearCookies();
  await editor.saveButton.click();
  await expect(editor.status).toHaveText(/^Signed out — kept/);
  const isFetchOn = async () => (await api.getFlow(flow.id)).flowSteps[0]?.["enabled"] !== false;
  return { url, editor, isFetchOn };
}

test("sign in where you are, and the save goes on by itself", async ({ page, startOwnServer, problems }) => {
  problems.allow(/status of 401/);
  const { editor, isFetchOn } = await loseSession(page, startOwnServer);
  const banner = page.getByRole("alert").filter({ hasText: "You are signed out." });
  await expect(banner).toContainText("Your edits are kept");
  await expect(page.getByRole("button", { name: "Sign out" })).toHaveCount(0);
  // Work goes on meanwhile.
  await editor.switchOf("Clean").click();
  expect(await isFetchOn()).toBe(true);

  const button = banner.getByRole("button", { name: "Sign in" });
  await button.click();
  const dialog = page.getByRole("dialog", { name: "Sign in" });
  const field = dialog.getByRole("textbox", { name: "API key" });
  await expect(field).toBeFocused();
  await expectAccessible(page, "the sign-in dialog");
  await page.keyboard.press("Escape");
  await expect(button).toBeFocused();

  await page.keyboard.press("Enter");
  await field.fill("key-wrong");
  await page.keyboard.press("Enter");
  await expect(dialog.getByText(/^This key is not one of this server's/)).toBeVisible();
  await expect(editor.status).toHaveText(/^Signed out/);

  await field.fill("key-all");
  await page.keyboard.press("Enter");
  await expect(editor.status).toHaveText("Saved");
  await expect(dialog).toHaveCount(0);
  await expect(banner).toHaveCount(0);
  await editor.expectSaid("Saved");
  expect(await isFetchOn()).toBe(false);
  await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
  await expect(page.locator(":focus")).toHaveAttribute("data-step-key", /./);
});

test("sign in in another tab, and this one goes on by itself", async ({ page, startOwnServer, problems }) => {
  problems.allow(/status of 401/);
  const { editor, isFetchOn } = await loseSession(page, startOwnServer);
  const [tab] = await Promise.all([
    page.context().waitForEvent("page"),
    page.getByRole("link", { name: "Sign in (new tab)" }).click(),
  ]);
  await tab.getByRole("textbox", { name: "API key" }).fill("key-all");
  await tab.keyboard.press("Enter");
  await expect(tab.getByRole("link", { name: "Digest", exact: true })).toBeVisible();
  await expect(editor.status).toHaveText("Saved");
  expect(await isFetchOn()).toBe(false);
});

test("a session that is back without anybody's telling is found when the window is come back to", async ({
  page,
  startOwnServer,
  problems,
}) => {
  problems.allow(/status of 401/);
  const { url, editor, isFetchOn } = await loseSession(page, startOwnServer);
  await page.context().request.post(`${url}/local/session`, { data: { key: "key-all" } });
  await page.clock.install();
  await page.clock.fastForward("01:00");
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
  await expect(editor.status).toHaveText("Saved");
  expect(await isFetchOn()).toBe(false);
});

test("where the server's own key was refused, nobody is asked to sign in", async ({
  page,
  startOwnServer,
  problems,
}) => {
  problems.allow(/status of 401/);
  const upstream = await startOwnServer({ env: { EXTRAS: "0", API_KEYS: "upstream-key" } });
  const { url } = await startOwnServer({
    env: { RUNTYPE_API_KEY: "upstream-key", RUNTYPE_API_URL: upstream.url },
  });
  const api = new Api(upstream.url, "upstream-key");
  const flow = await api.createFlow(digestFlow());
  const editor = new Editor(page);
  await editor.open(`${url}/flows/${flow.id}`);
  await editor.switchOf("Fetch").click();
  await api.addFaults({ method: "PUT", path: "/v1/flows/:id", status: 401 });
  await editor.saveButton.click();
  await expect(editor.status).toHaveText("Could not save — retry");
  const banner = page.getByRole("alert").filter({ hasText: "Could not save." });
  await expect(banner).toContainText("The API refused this server’s key.");
  await expect(banner).toContainText("Your edits are kept");
  await expect(page.getByRole("button", { name: "Sign in" })).toHaveCount(0);

  await api.clearFaults();
  await banner.getByRole("button", { name: "Retry" }).click();
  await expect(editor.status).toHaveText("Saved");
  expect((await api.getFlow(flow.id)).flowSteps[0]?.["enabled"]).toBe(false);
});
