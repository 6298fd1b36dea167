import { accountButton } from "#e2e/harness/account.ts";
import { ApiClient } from "#e2e/harness/api.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { buildSampleDigestFlowBody } from "#e2e/harness/open-flow.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";
import { VersionsPageObject } from "#e2e/harness/versions.ts";

const keys = { API_KEYS: "key-all-0123456789=*=deploy of main,key-reader-0123456789=FLOWS:READ" };

test("signing in with an API key leads to the requested page, and signing out ends the session", async ({
  page,
  startOwnServer,
  problems,
}) => {
  problems.allow(/status of 401/);
  const { url } = await startOwnServer({ env: keys });
  const flow = await new ApiClient(url, "key-all-0123456789").createFlow(buildSampleDigestFlowBody());
  await page.goto(`${url}/flows/${flow.id}`);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("API key is required.")).toBeVisible();

  const field = page.getByRole("textbox", { name: "API key" });
  await field.fill("key-wrong");
  await page.keyboard.press("Enter");
  await expect(page.getByText(/^Invalid API key/)).toBeVisible();

  await field.fill("key-all-0123456789");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Digest" })).toBeVisible();
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict" });
  expect(cookie?.value).not.toContain("key-all-0123456789");

  const editor = new EditorPageObject(page);
  await editor.switchOf("Fetch").click();
  await editor.save();
  const versions = new VersionsPageObject(page);
  await page.getByRole("link", { name: "Versions" }).click();
  await expect(versions.row(1)).toContainText("Saved draft by “deploy of main”");
  await versions.openVersion(1);
  await expect(page.getByText("by “deploy of main”")).toBeVisible();
  // Reloads the page, after which the sign-in page's code is not loaded. Signing out then has to wait for the code.
  await page.reload();
  const account = page.getByRole("button", { name: "Signed in as deploy of main", exact: true });
  await account.press("Enter");
  await expect(page.getByRole("menu")).toContainText("Full access");
  await expectNoAccessibilityViolations(page, "the account menu");
  await page.getByRole("menuitem", { name: "Sign out" }).press("Enter");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeFocused();
  await page.goto(`${url}/flows`);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

test(
  "a page restored from the back/forward cache without a server shows an error with Retry",
  { tag: "@full" },
  async ({ page, context, startOwnServer, problems }) => {
    problems.allow(/ERR_FAILED/);
    const { url } = await startOwnServer({ env: keys });
    const flow = await new ApiClient(url, "key-all-0123456789").createFlow(buildSampleDigestFlowBody());
    await context.request.post(`${url}/local/session`, { data: { key: "key-all-0123456789" } });
    const editor = new EditorPageObject(page);
    await editor.open(`${url}/flows/${flow.id}`);
    await editor.switchOf("Fetch").click();
    // Waits for “Sign out”: a restored page hides its content only if it knows its user.
    await expect(accountButton(page)).toBeVisible();
    await page.route("**/local/capabilities", (route) => route.abort());
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
    const alert = page.getByRole("alert").filter({ hasText: "Can’t reach the server." });
    await expect(alert).toBeVisible();
    await expect(editor.list).toBeHidden();
    const retry = alert.getByRole("button", { name: "Retry" });
    await expect(retry).toBeFocused();
    await retry.click();
    await expect(alert).toBeVisible();
    // Lets requests pass only after the next click, so that the page cannot recover by itself before the
    // click.
    await page.evaluate(() =>
      addEventListener("click", () => (document.title = "clicked"), { capture: true }),
    );
    await page.unroute("**/local/capabilities");
    await page.route("**/local/capabilities", async (route) =>
      (await page.title()) === "clicked" ? route.continue() : route.abort(),
    );
    await retry.click();
    await expect(alert).toHaveCount(0);
    await expect(editor.status).toHaveText("1 unsaved change");
  },
);
