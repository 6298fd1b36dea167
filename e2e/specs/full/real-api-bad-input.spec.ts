import type { Page } from "@playwright/test";
import { waitUntilUnsavedEditCountPersisted } from "#e2e/harness/browser-storage.ts";
import { RealApiWalk } from "#e2e/harness/real-api-walk.ts";
import { type CloudServer, expect, test } from "#e2e/harness/test.ts";

// Tests unexpected responses of the API: the page reports each in a sentence, keeps the edits, and sends few
// requests.

async function openEditor(page: Page, server: CloudServer): Promise<RealApiWalk> {
  const walk = new RealApiWalk(page, server);
  await walk.editor.open(`${server.url}/flows/${walk.flow.id}`);
  await walk.editor.untilAnalyzed();
  return walk;
}

const alert = (page: Page, text: string) => page.getByRole("alert").filter({ hasText: text });

const ANSWERS = {
  "a page of HTML": {
    body: "<!doctype html><h1>Sign in</h1>",
    contentType: "text/html",
    says: "answered with a web page instead of data.",
  },
  "half of the JSON": { body: '{"data":[{"id":"flow_1","na', says: "sent an incomplete answer." },
  "JSON of another shape": { body: '{"items":[]}', says: "sent data in an unknown format" },
  "an empty body": { body: "", says: "sent an empty answer." },
};

for (const [title, { says, ...answer }] of Object.entries(ANSWERS)) {
  test(`an API that answers a read with ${title} leads to an error with Retry`, async ({
    page,
    startCloudServer,
  }) => {
    const server = await startCloudServer();
    const { realApi, list, editor, flow } = new RealApiWalk(page, server);
    realApi.planAnswer({ method: "GET", status: 200, ...answer });
    for (const path of ["/flows", `/flows/${flow.id}`, "/records"]) {
      realApi.takeCounts();
      await page.goto(`${server.url}${path}`);
      await expect(page.getByText(says).first()).toBeVisible();
      await page.waitForLoadState("networkidle");
      const counts = realApi.takeCounts();
      const most = Math.max(...Object.values(counts));
      expect(most, `${path}: ${JSON.stringify(counts)}`).toBeLessThanOrEqual(3);
    }
    await page.goto(`${server.url}/flows/${flow.id}`);
    await expect(page.getByText(says)).toBeVisible();
    realApi.resetSwitches();
    await page.getByRole("button", { name: "Retry" }).click();
    await editor.expectSteps(["Fetch", "Clean", "Route", "Sum", "Notify"]);
    await page.getByRole("link", { name: "Back to flows" }).click();
    await expect(list.row("Digest")).toHaveCount(0);
    await expect(list.row("Flow 60")).toBeVisible();
  });
}

test("a save is recognized after the server was killed before its answer, and is not written twice", async ({
  page,
  problems,
  startCloudServer,
}) => {
  problems.allow(/^request failed|Failed to load resource/);
  const server = await startCloudServer();
  const { realApi, editor, flow } = await openEditor(page, server);
  await editor.renameStep("Clean", "Tidy");
  realApi.takeCounts();
  // The server reads the flow back after the write, and is killed while it waits for that.
  realApi.setSwitches({ slow: 700 });
  await editor.saveButton.click();
  await expect.poll(() => realApi.state.getFlow(flow.id).steps[1]?.["name"]).toBe("Tidy");
  realApi.resetSwitches();
  await server.restart();
  await expect(editor.status).toHaveText("Saved");
  await editor.expectSteps(["Fetch", "Tidy", "Route", "Sum", "Notify"]);
  expect(realApi.takeCounts()["PUT /v1/flows/:id"]).toBe(1);
  await editor.renameStep("Tidy", "Tidier");
  await editor.saveButton.click();
  await expect.poll(() => realApi.state.getFlow(flow.id).steps[1]?.["name"]).toBe("Tidier");
});

test("fields and step types of a future API version are shown, kept and saved", async ({
  page,
  startCloudServer,
}) => {
  const { url, realApi } = await startCloudServer({ switches: { nextYear: true } });
  const walk = new RealApiWalk(page, { url, realApi });
  const { editor } = walk;
  const future = {
    id: "future",
    type: "quantum-lookup",
    name: "Look up",
    order: 0,
    retries: { most: 3 },
    config: { depth: 2, "10": [1], "2": null },
    tags: [],
  };
  const flow = realApi.state.addFlow("Future", [future, { id: "b", type: "prompt", name: "B", order: 1 }]);
  await editor.open(`${url}/flows/${flow.id}`);
  await editor.switchOf("Look up").click();
  await editor.moveByKeyboard("Look up", 1);
  await editor.renameStep("Look up", "Found");
  await editor.save();
  expect(flow.steps).toEqual([
    // The list of steps reports an empty config, as documented.
    { id: "b", type: "prompt", name: "B", order: 0, config: {} },
    { ...future, name: "Found", enabled: false, order: 1 },
  ]);
  expect(Object.keys(flow.steps[1] ?? {})).toEqual([...Object.keys(future), "enabled"]);
  await editor.publish();
  await page.getByRole("link", { name: "Versions" }).click();
  await expect(walk.versions.row(1)).toContainText("Live");
});

test("a flow of another organization is not shown, and edits of a flow that moved there are kept", async ({
  page,
  startCloudServer,
  problems,
}) => {
  problems.allow(/status of 40[34]/);
  const server = await startCloudServer();
  const walk = await openEditor(page, server);
  const { realApi, editor, flow } = walk;
  await editor.switchOf("Fetch").click();
  realApi.state.foreignIds.add(flow.id);
  realApi.takeCounts();
  await editor.saveButton.click();
  await expect(alert(page, "belongs to another organization")).toContainText(
    "Edits are kept on this device.",
  );
  await waitUntilUnsavedEditCountPersisted(page, 1);
  await page.goto(`${server.url}/flows/${flow.id}`);
  await expect(page.getByText("belongs to another organization")).toBeVisible();
  await page.goto(`${server.url}/flows/flow_00000000000000000000000000`);
  await expect(page.getByText("Flow not found")).toBeVisible();
  const counts = realApi.takeCounts();
  expect(counts["GET /v1/flows/:id"], JSON.stringify(counts)).toBeLessThanOrEqual(6);

  realApi.state.foreignIds.clear();
  await editor.open(`${server.url}/flows/${flow.id}`);
  await expect(editor.switchOf("Fetch")).not.toBeChecked();
  await editor.save();
  expect(walk.step("fetch")["enabled"]).toBe(false);
});

test("with a read-only key, flows are shown, and a refused write names the missing scope", async ({
  page,
  startCloudServer,
  problems,
}) => {
  problems.allow(/status of 403/);
  const walk = await openEditor(page, await startCloudServer({ switches: { scopes: ["FLOWS:READ"] } }));
  const { realApi, editor } = walk;
  await editor.switchOf("Fetch").click();
  realApi.takeCounts();
  await editor.saveButton.click();
  const banner = alert(page, "does not have the scope FLOWS:WRITE");
  await expect(banner).toContainText(
    "Check the scopes of this server’s API key. Edits are kept on this device.",
  );
  await expect(banner.getByRole("button", { name: "Retry" })).toHaveCount(0);
  expect(realApi.takeCounts()["PUT /v1/flows/:id"]).toBe(1);

  realApi.setSwitches({ scopes: ["*"] });
  await editor.save();
  expect(walk.step("fetch")["enabled"]).toBe(false);

  realApi.setSwitches({ scopes: [] });
  await page.getByRole("link", { name: "Back to flows" }).click();
  await page.reload();
  await expect(page.getByText("does not have the scope FLOWS:READ")).toBeVisible();
  const counts = realApi.takeCounts();
  expect(counts["GET /v1/flows"], JSON.stringify(counts)).toBeLessThanOrEqual(4);
});
