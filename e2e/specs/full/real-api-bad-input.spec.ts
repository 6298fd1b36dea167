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
