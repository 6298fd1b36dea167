import type { Page } from "@playwright/test";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { ApiClient } from "#e2e/harness/api.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { pressRetryButtonUntilVisible } from "#e2e/harness/retry-for.ts";
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

test("a version in an unknown format is shown as JSON, and cannot be compared or restored", async ({
  page,
  api,
}) => {
  const { flow } = await createFlowAndOpenEditor({ page, api }, digest());
  const [one, two] = await saveAndPublishFlowVersions(api, flow.id, states);
  const foreign = { ...one, flowId: flow.id, versionType: "snapshot", flowConfig: { graph: [["a", "b"]] } };
  const path = `/v1/flow-versions/:flowId/${one?.id}`;
  await api.addFaults({ path, status: 200, body: JSON.stringify(foreign) });
  await page.goto(`/flows/${flow.id}/versions/${one?.id}`);
  await expect(page.getByText("Snapshot", { exact: true })).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Content (JSON)" })).toContainText('"graph"');
  const restore = page.getByRole("button", { name: "Restore…" });
  await expect(restore).toHaveAttribute("aria-disabled", "true");
  await expect(restore).toHaveAccessibleDescription(/This version has an unknown format/);
  await page.goto(`/flows/${flow.id}/versions/compare?from=${one?.id}&to=${two?.id}`);
  await expect(page.getByRole("alert")).toContainText("Can’t compare version 1: unknown format.");
});

test("a version with a number that JavaScript cannot represent exactly cannot be restored", async ({
  page,
  api,
}) => {
  const { flow, editor } = await createFlowAndOpenEditor({ page, api }, digest());
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
  await page.keyboard.press("Escape");
  await page.goto(`/flows/${flow.id}/versions/compare?from=${one?.id}`);
  await expect(page.getByText(/A number is too precise/)).toBeVisible();
  await page.getByRole("link", { name: "Steps" }).click();
  await editor.expectSteps(["Fetch", "Send"]);
});

test("unreadable versions show an error with a Retry button", async ({ page, api, problems }) => {
  problems.allow(/status of 500/);
  const { flow } = await createFlowAndOpenEditor({ page, api }, digest());
  await saveAndPublishFlowVersions(api, flow.id, states);
  const path = "/v1/flow-versions/:flowId";
  await api.addFaults({ path, status: 500 });
  await page.getByRole("link", { name: "Versions" }).click();
  await expect(page.getByRole("heading", { name: "Couldn’t load versions" })).toBeVisible();
  await api.clearFaults();
  const versions = new VersionsPageObject(page);
  await pressRetryButtonUntilVisible(page, versions.row(3));
  await expect(versions.row(3)).toContainText("Live");
  await api.addFaults({ path: "/v1/flow-versions/:flowId/:versionId", status: 500 });
  await versions.link(1).click();
  await expect(page.getByRole("heading", { name: "Couldn’t load the version" })).toBeVisible();
  await api.clearFaults();
  await pressRetryButtonUntilVisible(page, page.getByRole("list", { name: "Steps of this version" }));
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

test("publishing a version with errors requires a confirmation", async ({ page, api }) => {
  const flow = await api.createFlow(digest());
  const reader = { ...send, ...say("Tell of {{page}}.") };
  const setter = { ...fetch, config: { model: "m", userPrompt: "Read it.", outputVariable: "page" } };
  await saveAndPublishFlowVersions(api, flow.id, [{ steps: [reader, setter] }, { steps: [setter, reader] }]);
  const versions = new VersionsPageObject(page);
  await versions.open(flow.id);
  await versions.chooseFromMenu(1, "Publish this version…");
  const dialog = publishDialog(page, 1);
  await expect(dialog.getByRole("region", { name: "Open problems" })).toContainText(/“Send” needs “page”/);
  await expect(dialog.getByRole("button", { name: "Publish", exact: true })).toBeDisabled();
  await dialog.getByRole("checkbox", { name: /Publish anyway/ }).check();
  await pressPublish(page, 1);
  await expect(versions.row(1)).toContainText("Live");
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

test("versions can be opened, restored and published on a server that implements only the documented API", async ({
  page,
  problems,
  startOwnServer,
}) => {
  // The server behind this one has no list of models.
  problems.allow(/status of 404.*\/local\/models/);
  const upstream = await startOwnServer({ env: { EXTRAS: "0", API_KEYS: "upstream-key-0123456789" } });
  const cloud = { RUNTYPE_API_KEY: "upstream-key-0123456789", RUNTYPE_API_URL: upstream.url };
  const { url } = await startOwnServer({ env: cloud });
  const api = new ApiClient(upstream.url, "upstream-key-0123456789");
  const flow = await api.createFlow(digest());
  await saveAndPublishFlowVersions(api, flow.id, states);
  await page.goto(`${url}/flows/${flow.id}/versions`);
  const versions = new VersionsPageObject(page);
  await expect(versions.row(3)).toContainText("Live");
  await expect(versions.list.getByRole("listitem")).toHaveCount(3);
  await expect(versions.row(3)).not.toContainText(/edited|switched|No changes/);

  await versions.openVersion(3);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await page.getByRole("link", { name: "All versions" }).click();
  await expect(versions.link(3)).toBeFocused();
  await versions.chooseFromMenu(1, "Restore version…");
  expect(await versions.restore()).toEqual(["Enabled “Fetch”"]);
  await new EditorPageObject(page).save();
  await expect(page.getByRole("region", { name: "Restored version" })).toContainText("Saved.");
  await page.getByRole("link", { name: "Versions" }).click();
  await versions.chooseFromMenu(2, "Publish this version…");
  await pressPublish(page, 2);
  await expect(versions.row(2)).toContainText("Live");
});

test("a JSON comparison whose worker fails to load shows an error, and Retry compares again", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/ERR_FAILED/);
  const long = (text: string) => [fetch, { ...send, ...say(`${text} it.\n`.repeat(5_000)) }];
  const flow = await api.createFlow(digest());
  const [one, two] = await saveAndPublishFlowVersions(api, flow.id, [
    { steps: long("Tell") },
    { steps: long("Say") },
  ]);
  await page.route(/compare-lines\.worker/, (route) => route.abort());
  await page.goto(`/flows/${flow.id}/versions/compare?from=${one?.id}&to=${two?.id}&as=json`);
  await expect(page.getByRole("heading", { name: "Couldn’t compare" })).toBeVisible();
  await page.unroute(/compare-lines\.worker/);
  await page.getByRole("alert").getByRole("button", { name: "Retry" }).click();
  await expect(page.getByText("1 place differs")).toBeVisible();
});
