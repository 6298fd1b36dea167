import { Api } from "#e2e/harness/api.ts";
import { Editor } from "#e2e/harness/editor.ts";
import { FlowList } from "#e2e/harness/flow-list.ts";
import { digestFlow } from "#e2e/harness/open-flow.ts";
import { expect, test } from "#e2e/harness/test.ts";

const keys = { API_KEYS: "key-all,key-reader=FLOWS:READ" };

test("a server with keys asks for one, lets in, leads on, and signs out", async ({
  page,
  startOwnServer,
  problems,
}) => {
  problems.allow(/status of 401/);
  const { url } = await startOwnServer({ env: keys });
  const flow = await new Api(url, "key-all").createFlow(digestFlow());
  await page.goto(`${url}/flows/${flow.id}`);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("Paste or type your API key.")).toBeVisible();

  const field = page.getByRole("textbox", { name: "API key" });
  await field.fill("key-wrong");
  await page.keyboard.press("Enter");
  await expect(page.getByText(/^This key is not one of this server's/)).toBeVisible();

  await field.fill("key-all");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Digest" })).toBeVisible();
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict" });
  expect(cookie?.value).not.toContain("key-all");

  const editor = new Editor(page);
  await editor.switchOf("Fetch").click();
  await editor.save();
  // A page that is still to be loaded hides the one before it, and is waited for.
  await page.reload();
  await page.getByRole("button", { name: "Sign out" }).press("Enter");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeFocused();
  await page.goto(`${url}/flows`);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("a key that may only read sees flows and is told that it may not write", async ({
  page,
  startOwnServer,
  problems,
}) => {
  problems.allow(/status of 40[13]/);
  const { url } = await startOwnServer({ env: keys });
  await new Api(url, "key-all").createFlow(digestFlow());
  await page.goto(`${url}/flows`);
  await page.getByRole("textbox", { name: "API key" }).fill("key-reader");
  await page.keyboard.press("Enter");
  await new FlowList(page).link("Digest").click();
  const editor = new Editor(page);
  await editor.switchOf("Fetch").click();
  await editor.saveButton.click();
  await expect(editor.status).toHaveText("Could not save — retry");
  await expect(page.getByRole("alert")).toContainText("This key is not allowed to do that.");
});

test("a session that ends in the middle of an edit: sign in in another tab, retry, saved", async ({
  page,
  startOwnServer,
  problems,
}) => {
  problems.allow(/status of 401/);
  const { url } = await startOwnServer({ env: keys });
  const api = new Api(url, "key-all");
  const flow = await api.createFlow(digestFlow());
  const signIn = async () => {
    await page.context().request.post(`${url}/local/session`, { data: { key: "key-all" } });
  };
  await signIn();
  const editor = new Editor(page);
  await page.goto(`${url}/flows/${flow.id}`);
  await editor.switchOf("Fetch").click();
  await page.context().clearCookies();
  await editor.saveButton.click();
  await expect(editor.status).toHaveText("Signed out — kept on this device");
  await signIn();
  await page.getByRole("button", { name: "Retry" }).click();
  await expect(editor.status).toHaveText("Saved");
  expect((await api.getFlow(flow.id)).flowSteps[0]?.["enabled"]).toBe(false);
});
