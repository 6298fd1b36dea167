import { openFlow } from "#e2e/harness/open-flow.ts";
import { expect, test } from "#e2e/harness/test.ts";

// Whatever becomes of a save, the edits stay on the page, and the page says what happened and what to do.

test("a save that the server refuses is shown at the step it names", async ({ page, api, problems }) => {
  problems.allow(/status of 400/);
  const { flow, editor } = await openFlow({ page, api });
  await editor.row("Clean").click();
  await page.getByRole("complementary").getByRole("textbox", { name: "Name" }).fill("Tidy");
  const body = JSON.stringify({
    error: "Validation failed",
    details: [{ message: "This name is not allowed.", path: "flowSteps.1.name", code: "INVALID_VALUE" }],
  });
  await api.addFaults({ method: "PUT", path: "/v1/flows/:id", status: 400, body, times: 1 });
  await editor.saveButton.click();
  await expect(editor.status).toHaveText("Could not save — retry");
  await expect(page.getByRole("alert").filter({ hasText: "Not saved." })).toBeVisible();
  await expect(page.getByText("The server refused this step: This name is not allowed.")).toBeVisible();
  expect((await api.getFlow(flow.id)).flowSteps[1]?.["name"]).toBe("Clean");

  await page.getByRole("button", { name: "Retry" }).click();
  await expect(editor.status).toHaveText("Saved");
  expect((await api.getFlow(flow.id)).flowSteps[1]?.["name"]).toBe("Tidy");
});

test("a server that fails is asked again by Retry, and everything is saved", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 502/);
  const { flow, editor } = await openFlow({ page, api });
  await editor.switchOf("Fetch").click();
  await api.addFaults({
    method: "PUT",
    path: "/v1/flows/:id",
    status: 502,
    body: "<html>Bad gateway</html>",
    headers: { "content-type": "text/html" },
  });
  await editor.saveButton.click();
  await expect(editor.status).toHaveText("Could not save — retry", { timeout: 30_000 });
  await expect(page.getByRole("alert").filter({ hasText: /Your edits are kept/ })).toBeVisible();
  await expect(editor.switchOf("Fetch")).not.toBeChecked();
  await api.clearFaults();
  await page.getByRole("button", { name: "Retry" }).click();
  await expect(editor.status).toHaveText("Saved");
  expect((await api.getFlow(flow.id)).flowSteps[0]?.["enabled"]).toBe(false);
});

test("a session that ended keeps the edits and says so", async ({ page, api, problems }) => {
  problems.allow(/status of 401/);
  const { editor } = await openFlow({ page, api });
  await editor.switchOf("Fetch").click();
  await api.addFaults({ method: "PUT", path: "/v1/flows/:id", status: 401, times: 1 });
  await editor.saveButton.click();
  await expect(editor.status).toHaveText("Signed out — kept on this device");
  await expect(page.getByRole("alert").filter({ hasText: "You are signed out." })).toBeVisible();
  await page.getByRole("button", { name: "Retry" }).click();
  await expect(editor.status).toHaveText("Saved");
});

test("without the server the edits wait, and are saved by themselves when it is back", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/ERR_EMPTY_RESPONSE|ERR_CONNECTION/);
  const { flow, editor } = await openFlow({ page, api });
  await editor.switchOf("Fetch").click();
  await api.addFaults(
    { method: "PUT", path: "/v1/flows/:id", cut: "before" },
    { path: "/healthz", cut: "before" },
  );
  await editor.saveButton.click();
  await expect(editor.status).toHaveText("Offline — kept on this device", { timeout: 30_000 });
  // Work goes on meanwhile.
  await editor.switchOf("Clean").click();
  await api.clearFaults();
  await expect(editor.status).toHaveText("Saved", { timeout: 40_000 });
  const held = (await api.getFlow(flow.id)).flowSteps;
  expect(held.slice(0, 2).map((step) => step["enabled"])).toEqual([false, false]);
});

test("an answer that was cut off does not make the page believe that nothing was saved", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/ERR_|Failed to load/);
  const { flow, editor } = await openFlow({ page, api });
  await editor.switchOf("Fetch").click();
  await api.addFaults({ method: "PUT", path: "/v1/flows/:id", cut: "after", times: 1 });
  await editor.saveButton.click();
  // The write took effect although its answer was lost: what the server holds is the truth in the end.
  await expect.poll(async () => (await api.getFlow(flow.id)).flowSteps[0]?.["enabled"]).toBe(false);
  await expect(editor.status).not.toHaveText("Saving…", { timeout: 30_000 });
  await expect(editor.switchOf("Fetch")).not.toBeChecked();
});

test("edits made while a save is under way stay as unsaved ones on top of it", async ({ page, api }) => {
  const { flow, editor } = await openFlow({ page, api });
  await editor.switchOf("Fetch").click();
  await api.addFaults({ method: "PUT", path: "/v1/flows/:id", delayMs: 1_500, times: 1 });
  await editor.saveButton.click();
  await expect(editor.status).toHaveText("Saving…");
  await editor.switchOf("Clean").click();
  await expect(editor.status).toHaveText("1 unsaved change");
  await editor.save();
  const held = (await api.getFlow(flow.id)).flowSteps;
  expect(held.slice(0, 2).map((step) => step["enabled"])).toEqual([false, false]);
});

test.describe("a flow that somebody else saved meanwhile", () => {
  const theirs = { name: "Their digest" };

  test("is never overwritten; mine can become a new flow", async ({ page, api, problems }) => {
    problems.allow(/status of 412/);
    const { flow, editor } = await openFlow({ page, api });
    await editor.renameFlow("My digest");
    await editor.renameStep("Clean", "Tidy");
    await api.updateFlow(flow.id, theirs);
    await editor.saveButton.click();
    await expect(page.getByRole("dialog", { name: "Both sides changed the same" })).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(editor.status).toHaveText("Changed elsewhere");
    await expect(editor.row("Tidy")).toBeVisible();
    expect(await api.getFlow(flow.id)).toMatchObject({ name: "Their digest", revision: 2 });

    await page.getByRole("button", { name: "Save mine as a new flow" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Copy of My digest" })).toBeVisible();
    await expect(editor.row("Tidy")).toBeVisible();
    expect((await api.getFlow(flow.id)).flowSteps[1]?.["name"]).toBe("Clean");
  });

  test("can be shown, and undo has my edits back", async ({ page, api, problems }) => {
    problems.allow(/status of 412/);
    const { flow, editor } = await openFlow({ page, api });
    await editor.renameFlow("My digest");
    await editor.renameStep("Clean", "Tidy");
    await api.updateFlow(flow.id, theirs);
    await editor.saveButton.click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Show theirs" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Their digest" })).toBeVisible();
    await expect(editor.row("Clean")).toBeVisible();
    await expect(editor.status).toHaveText("Saved");
    await page.keyboard.press("Control+z");
    await expect(editor.row("Tidy")).toBeVisible();
    await expect(page.getByRole("heading", { level: 1, name: "My digest" })).toBeVisible();
    await expect(editor.status).toHaveText("Changed elsewhere");
  });
});

test("a flow that was deleted elsewhere can be saved as a new one", async ({ page, api, problems }) => {
  problems.allow(/status of 404/);
  const { flow, editor } = await openFlow({ page, api });
  await editor.renameStep("Clean", "Tidy");
  await api.call("deleteFlow", { params: { id: flow.id } });
  await editor.saveButton.click();
  await expect(editor.status).toHaveText("Deleted — kept on this device");
  await page.getByRole("button", { name: "Save mine as a new flow" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Copy of Digest" })).toBeVisible();
});

test("a flow that is deleted while it is open says so at once, and the page can make a new one of it", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 404/);
  const { flow, editor } = await openFlow({ page, api });
  await api.call("deleteFlow", { params: { id: flow.id } });
  await expect(editor.status).toHaveText(/^Deleted — /);
  await expect(
    page.getByRole("alert").filter({ hasText: "What you see is all there is of it." }),
  ).toBeVisible();
  await editor.expectSteps(["Fetch", "Clean", "Route", "Notify"]);
  await editor.renameStep("Clean", "Tidy");
  await expect(page.getByRole("alert").filter({ hasText: "Your edits are kept" })).toBeVisible();
  await page.getByRole("button", { name: "Save mine as a new flow" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Copy of Digest" })).toBeVisible();
  await expect(editor.row("Tidy")).toBeVisible();
  await expect(editor.status).toHaveText("Saved");
});

test("a publish that fails says so and publishes nothing", async ({ page, api, problems }) => {
  problems.allow(/status of 500/);
  const { flow, editor } = await openFlow({ page, api });
  await api.addFaults({ method: "POST", path: "/v1/flows/:id/publish", status: 500 });
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Publish “Digest”?" });
  await editor.confirmPublish();
  await expect(dialog.getByRole("alert")).toContainText("The server failed (500)");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  expect((await api.getFlow(flow.id)).publishedVersionId).toBeNull();
  await expect(editor.status).toHaveText("Saved");
});

test("a flow that is not there, and one that cannot be read, are pages with a way on", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of (404|500)/);
  await page.goto("/flows/flow_nowhere");
  await expect(page.getByRole("heading", { name: "This flow is not here" })).toBeVisible();
  const flow = await api.createFlow({ name: "Digest" });
  await api.addFaults({ path: "/v1/flows/:id", status: 500 });
  await page.goto(`/flows/${flow.id}`);
  await expect(page.getByRole("heading", { name: "The flow could not be opened" })).toBeVisible({
    timeout: 30_000,
  });
  const asked = page.waitForRequest(`**/v1/flows/${flow.id}`);
  await page.getByRole("button", { name: /again|Retry/ }).click();
  await asked;
  await api.clearFaults();
  await expect(page.getByRole("heading", { level: 1, name: "Digest" })).toBeVisible({ timeout: 30_000 });
});
