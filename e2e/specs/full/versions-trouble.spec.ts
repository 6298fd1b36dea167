import type { Page } from "@playwright/test";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, test } from "#e2e/harness/test.ts";
import { VersionsPageObject, saveAndPublishFlowVersions } from "#e2e/harness/versions.ts";

const say = (userPrompt: string) => ({ config: { model: "m", userPrompt } });
const [fetch, send] = [buildStep("fetch", say("Read the page.")), buildStep("send", say("Tell of it."))];
const digest = () => buildFlow("Digest", [fetch, send]);
const states = [
  { steps: [fetch, send] },
  { steps: [fetch, { ...send, name: "Mail" }] },
  { steps: [{ ...fetch, enabled: false }, send] },
];

const published = (page: Page, number: number) => page.getByText(`Published v${number}`, { exact: true });
const publishDialog = (page: Page, number: number) =>
  page.getByRole("dialog", { name: `Publish version ${number}?` });
const pressPublish = (page: Page, number: number) =>
  publishDialog(page, number).getByRole("button", { name: "Publish", exact: true }).click();

test("a URL with an unknown version or one of another flow shows an error with a link", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 40[04]/);
  const flow = await api.createFlow(digest());
  const other = await api.createFlow(digest());
  const [foreign] = await saveAndPublishFlowVersions(api, other.id, states);

  await page.goto(`/flows/${flow.id}/versions/flowver_none`);
  await expect(page.getByRole("alert")).toContainText("This flow has no such version.");
  await page.goto(`/flows/${flow.id}/versions/${foreign?.id}`);
  await expect(page.getByRole("alert")).toContainText("This version belongs to another flow.");
  await page.getByRole("alert").getByRole("link", { name: "All versions" }).click();
  const versions = new VersionsPageObject(page);
  await expect(versions.row(1)).toContainText("Draft");

  await page.goto(`/flows/${flow.id}/versions/compare?from=${foreign?.id}`);
  await expect(page.getByRole("alert")).toContainText("This version belongs to another flow.");
  await page.getByRole("link", { name: "Compare saved draft with current edits" }).click();
  await expect(page.getByRole("heading", { name: "No differences" })).toBeVisible();
  await expect(page.getByText("Saved draft and current edits are identical.")).toBeVisible();
  await page.getByRole("combobox", { name: "From" }).selectOption({ label: "Live" });
  await expect(page.getByRole("alert")).toContainText("No version of this flow is published.");
  await page.goto(`/flows/${flow.id}/versions/compare?from=saved&to=saved`);
  await expect(page.getByRole("heading", { name: "Same version on both sides" })).toBeVisible();
});

test("publishing a version stops if another went live, another user saved, or the flow was deleted", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of (?:404|412|503)/);
  const { flow } = await createFlowAndOpenEditor({ page, api }, digest());
  const [one, two] = await saveAndPublishFlowVersions(api, flow.id, states);
  // Blocks change events, so that the page still shows version 3 as live after the test has published version 2
  // through the API.
  await api.addFaults({ path: "/local/events", status: 503 });
  const versions = new VersionsPageObject(page);
  await versions.open(flow.id);
  await versions.chooseFromMenu(1, "Publish this version…");
  const dialog = publishDialog(page, 1);
  await expect(dialog).toContainText("Compared with the live version (v3)");
  await api.call("publishVersion", { params: { flowId: flow.id }, body: { versionId: two?.id } });
  await pressPublish(page, 1);
  await expect(dialog.getByRole("alert")).toHaveText(/ot published: another version went live/);
  await expect(dialog).toContainText("Compared with the live version (v2)");

  await api.updateFlow(flow.id, { name: "Their digest" });
  await pressPublish(page, 1);
  await expect(dialog.getByRole("alert")).toHaveText(/Not published: the flow was saved elsewhere/);
  expect((await api.getFlow(flow.id)).publishedVersionId).toBe(two?.id);
  await pressPublish(page, 1);
  await expect(dialog).toHaveCount(0);
  expect((await api.getFlow(flow.id)).publishedVersionId).toBe(one?.id);

  await versions.chooseFromMenu(3, "Publish this version…");
  await expect(publishDialog(page, 3)).toContainText("Compared with the live version (v1)");
  await api.call("deleteFlow", { params: { id: flow.id } });
  // Clicks Publish only if the button is enabled: a change event may already have reported the deletion of the flow,
  // which disables the button and shows the same alert.
  const publish = publishDialog(page, 3).getByRole("button", { name: "Publish", exact: true });
  const gone = publishDialog(page, 3)
    .getByRole("alert")
    .filter({ hasText: /deleted/ });
  await expect(async () => {
    if ((await publish.getAttribute("aria-disabled")) !== "true") await publish.click({ timeout: 500 });
    await expect(gone.first()).toBeVisible({ timeout: 500 });
  }).toPass();
});

test("the version list shows versions published in another tab or by the API, and keeps the focus", async ({
  page,
  api,
  context,
}) => {
  const { flow } = await createFlowAndOpenEditor({ page, api }, digest());
  await saveAndPublishFlowVersions(api, flow.id, states);
  const versions = new VersionsPageObject(page);
  await versions.open(flow.id);
  const otherPage = await context.newPage();
  const others = new VersionsPageObject(otherPage);
  await others.open(flow.id);
  await versions.chooseFromMenu(1, "Publish this version…");
  await pressPublish(page, 1);
  await expect(others.row(1)).toContainText("Live");
  await expect(others.row(3)).not.toContainText("Live");
  await expect(otherPage.getByText("1 unpublished change")).toBeVisible();

  await versions.link(2).focus();
  await api.updateFlow(flow.id, { name: "Their digest" });
  await expect(versions.row(4)).toContainText("Draft");
  await expect(versions.link(2)).toBeFocused();
  await api.publishFlow(flow.id);
  await expect(versions.row(4)).toContainText("Live");
  await expect(published(page, 4)).toBeVisible();
});

test("a version with a number that JavaScript cannot represent exactly cannot be restored", async ({
  page,
  api,
}) => {
  const { flow } = await createFlowAndOpenEditor({ page, api }, digest());
  const [one] = await saveAndPublishFlowVersions(api, flow.id, states);
  const held = await api.call("getVersion", { params: { flowId: flow.id, versionId: one?.id ?? "" } });
  const body = JSON.stringify(held).replace('"model":"m"', '"model":"m","seed":12345678901234567890');
  await api.addFaults({ path: `/v1/flow-versions/:flowId/${one?.id}`, status: 200, body });
  const versions = new VersionsPageObject(page);
  await versions.open(flow.id);
  await versions.chooseFromMenu(1, "Restore version…");
  const dialog = page.getByRole("dialog", { name: "Restore version 1?" });
  await expect(dialog.getByRole("alert")).toContainText("too precise to restore");
  await expect(dialog.getByRole("button", { name: "Restore", exact: true })).toBeDisabled();
});
