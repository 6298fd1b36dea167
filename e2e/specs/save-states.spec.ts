import type { Route } from "@playwright/test";
import { delayFlowSavesUntilReleased } from "#e2e/harness/conflict.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { TestRunPanelPageObject } from "#e2e/harness/test-run-panel.ts";
import { LOST_CONNECTION } from "#e2e/harness/page-problems.ts";
import { expect, test } from "#e2e/harness/test.ts";

test("a validation error of a save is shown at its step", async ({ page, api, problems }) => {
  problems.allow(/status of 400/);
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
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
  await expect(page.getByText("The server rejected this step: This name is not allowed.")).toBeVisible();
  expect((await api.getFlow(flow.id)).flowSteps[1]?.["name"]).toBe("Clean");

  await page.getByRole("button", { name: "Retry" }).click();
  await expect(editor.status).toHaveText("Saved");
  expect((await api.getFlow(flow.id)).flowSteps[1]?.["name"]).toBe("Tidy");
});

test("Retry repeats a save that failed with a server error", async ({ page, api, problems }) => {
  problems.allow(/status of 502/);
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await editor.switchOf("Fetch").click();
  await api.addFaults({
    method: "PUT",
    path: "/v1/flows/:id",
    status: 502,
    body: "<html>Bad gateway</html>",
    // Delays the automatic retry, which would otherwise compete with the button.
    headers: { "content-type": "text/html", "retry-after": "100" },
  });
  await editor.saveButton.click();
  await expect(editor.status).toHaveText("Not confirmed — retry", { timeout: 30_000 });
  await expect(page.getByRole("alert").filter({ hasText: /Edits are kept/ })).toBeVisible();
  await expect(editor.switchOf("Fetch")).not.toBeChecked();
  await api.clearFaults();
  await page.getByRole("button", { name: "Retry" }).click();
  await expect(editor.status).toHaveText("Saved");
  expect((await api.getFlow(flow.id)).flowSteps[0]?.["enabled"]).toBe(false);
});

test(
  "the banner of a failed save stays, with the focus, while the save is retried",
  { tag: "@full" },
  async ({ page, api, problems }) => {
    problems.allow(/status of 503/);
    const { flow, editor } = await createFlowAndOpenEditor({ page, api });
    await editor.switchOf("Fetch").click();
    const release = await delayFlowSavesUntilReleased(page, flow.id);
    const failOnce = (route: Route) =>
      route.request().method() === "PUT" ? route.fulfill({ status: 503, body: "{}" }) : route.fallback();
    await page.route(`**/v1/flows/${flow.id}`, failOnce);
    await editor.saveButton.click();
    const retry = page.getByRole("alert").filter({ hasText: "Save not confirmed." }).getByRole("button");
    await expect(retry).toBeVisible();
    await page.unroute(`**/v1/flows/${flow.id}`, failOnce);
    await retry.focus();
    await expect(editor.status).toHaveText("Saving…");
    await expect(retry).toBeFocused();
    release();
    await expect(editor.status).toHaveText("Saved");
    await expect(retry).toHaveCount(0);
  },
);

test("edits made while the server is unreachable are saved automatically once it responds", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(LOST_CONNECTION);
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await editor.switchOf("Fetch").click();
  await api.addFaults(
    { method: "PUT", path: "/v1/flows/:id", cut: "before" },
    { path: "/healthz", cut: "before" },
  );
  await editor.saveButton.click();
  await expect(editor.status).toHaveText("Offline — kept on this device", { timeout: 30_000 });
  // Waits for the notice, which moves the steps down: a click on a switch before that could miss.
  await expect(page.getByText("Can’t reach the server. Data may be out of date.")).toBeVisible();
  await editor.switchOf("Clean").click();
  await api.clearFaults();
  await expect(editor.status).toHaveText("Saved", { timeout: 40_000 });
  const held = (await api.getFlow(flow.id)).flowSteps;
  expect(held.slice(0, 2).map((step) => step["enabled"])).toEqual([false, false]);
});

test("a flow that another user saved is not overwritten, and the local version can be saved as a new flow", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 412/);
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await editor.renameFlow("My digest");
  await editor.chooseFromMenu("Notify", "Move", "Move to top");
  await api.updateFlow(flow.id, { name: "Their digest" });
  await editor.saveButton.click();
  await expect(page.getByRole("dialog", { name: "Resolve conflicts" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(editor.status).toHaveText("Changed elsewhere");
  expect(await api.getFlow(flow.id)).toMatchObject({ name: "Their digest", revision: 2 });

  await page.getByRole("button", { name: "Save mine as new flow" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Copy of My digest" })).toBeVisible();
  await editor.expectSteps(["Notify", "Fetch", "Clean", "Route"]);
  expect((await api.getFlow(flow.id)).flowSteps[0]?.["name"]).toBe("Fetch");
});

test("a remote delete of the open flow is reported at once, and the flow can be saved as a new one", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 404/);
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await api.call("deleteFlow", { params: { id: flow.id } });
  await expect(editor.status).toHaveText(/^Deleted — /);
  await expect(page.getByRole("alert").filter({ hasText: "Save a copy to keep it." })).toBeVisible();
  await editor.expectSteps(["Fetch", "Clean", "Route", "Notify"]);
  await editor.renameStep("Clean", "Tidy");
  await expect(page.getByRole("alert").filter({ hasText: "Edits are kept" })).toBeVisible();
  await page.getByRole("button", { name: "Save mine as new flow" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Copy of Digest" })).toBeVisible();
  await expect(editor.row("Tidy")).toBeVisible();
  await expect(editor.status).toHaveText("Saved");
});

test("a missing flow shows a not-found page, and an unreadable one an error with Retry", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of (404|500)/);
  await page.goto("/flows/flow_nowhere");
  await expect(page.getByRole("heading", { name: "Flow not found" })).toBeVisible();
  const flow = await api.createFlow({ name: "Digest" });
  await api.addFaults({ path: "/v1/flows/:id", status: 500 });
  await page.goto(`/flows/${flow.id}`);
  await expect(page.getByRole("heading", { name: "Couldn’t load the flow" })).toBeVisible({
    timeout: 30_000,
  });
  const asked = page.waitForRequest(`**/v1/flows/${flow.id}`);
  await page.getByRole("button", { name: /again|Retry/ }).click();
  await asked;
  await api.clearFaults();
  await expect(page.getByRole("heading", { level: 1, name: "Digest" })).toBeVisible({ timeout: 30_000 });
});

test(
  "while the server is unreachable, only the banner offers Retry, not the panes of the editor",
  { tag: "@full" },
  async ({ page, api, problems }) => {
    problems.allow(/ERR_|Failed to load/);
    const { editor } = await createFlowAndOpenEditor({ page, api });
    await editor.untilAnalyzed();
    const panel = new TestRunPanelPageObject(page);
    await panel.open();
    await api.addFaults({ path: "/v1/*", cut: "before" }, { path: "/healthz", cut: "before" });
    await panel.record.selectOption("Existing record");
    await expect(page.getByText("Can’t reach the server.")).toBeVisible();
    await expect(page.getByText("Waiting for the server.")).toBeVisible();
    await expect(page.getByRole("button", { name: "Retry" })).toHaveCount(1);
    await page.getByRole("button", { name: "Retry" }).click();
    await api.clearFaults();
    await expect(page.getByText("Waiting for the server.")).toHaveCount(0, { timeout: 30_000 });
  },
);
