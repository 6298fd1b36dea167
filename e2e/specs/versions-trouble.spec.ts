import type { Page } from "@playwright/test";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { Api } from "#e2e/harness/api.ts";
import { Editor } from "#e2e/harness/editor.ts";
import { openFlow } from "#e2e/harness/open-flow.ts";
import { retryFor } from "#e2e/harness/retry-for.ts";
import { expect, test } from "#e2e/harness/test.ts";
import { Versions, publishEach } from "#e2e/harness/versions.ts";

// What does not go well among the versions: each ends in a sentence and a way on, and nothing is published or replaced.

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

test("an address that names no version, or one of another flow, says so and leads on", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 40[04]/);
  const flow = await api.createFlow(digest());
  const other = await api.createFlow(digest());
  const [foreign] = await publishEach(api, other.id, states);

  await page.goto(`/flows/${flow.id}/versions/flowver_none`);
  await expect(page.getByRole("alert")).toContainText("There is no such version of this flow on the server.");
  await page.goto(`/flows/${flow.id}/versions/${foreign?.id}`);
  await expect(page.getByRole("alert")).toContainText("This version belongs to another flow.");
  await page.getByRole("alert").getByRole("link", { name: "All versions" }).click();
  const versions = new Versions(page);
  await expect(versions.row(1)).toContainText("Draft");

  await page.goto(`/flows/${flow.id}/versions/compare?from=${foreign?.id}`);
  await expect(page.getByRole("alert")).toContainText("This version belongs to another flow.");
  await page.getByRole("link", { name: "Compare what is saved with the editor" }).click();
  await expect(page.getByRole("heading", { name: "No difference" })).toBeVisible();
  await expect(page.getByText("What is saved and the editor say the same.")).toBeVisible();
  await page.getByRole("combobox", { name: "From" }).selectOption({ label: "What is live" });
  await expect(page.getByRole("alert")).toContainText("No version of this flow is published.");
  await page.goto(`/flows/${flow.id}/versions/compare?from=saved&to=saved`);
  await expect(page.getByRole("heading", { name: "The same on both sides" })).toBeVisible();
});

test("a version that another program wrote is shown as it is, and neither compared nor put back", async ({
  page,
  api,
}) => {
  const { flow } = await openFlow({ page, api }, digest());
  const [one, two] = await publishEach(api, flow.id, states);
  const foreign = { ...one, flowId: flow.id, versionType: "snapshot", flowConfig: { graph: [["a", "b"]] } };
  const path = `/v1/flow-versions/:flowId/${one?.id}`;
  await api.addFaults({ path, status: 200, body: JSON.stringify(foreign) });
  await page.goto(`/flows/${flow.id}/versions/${one?.id}`);
  await expect(page.getByText("Snapshot", { exact: true })).toBeVisible();
  await expect(page.getByRole("textbox", { name: "What it holds (JSON)" })).toContainText('"graph"');
  const restore = page.getByRole("button", { name: "Restore…" });
  await expect(restore).toHaveAttribute("aria-disabled", "true");
  await expect(restore).toHaveAccessibleDescription(/Another program wrote this version/);
  await page.goto(`/flows/${flow.id}/versions/compare?from=${one?.id}&to=${two?.id}`);
  await expect(page.getByRole("alert")).toContainText(
    "Another program wrote version 1 in a form of its own, so it cannot be compared.",
  );
});

test("a version with a number that the page would change is looked at, and not put back", async ({
  page,
  api,
}) => {
  const { flow, editor } = await openFlow({ page, api }, digest());
  const [one] = await publishEach(api, flow.id, states);
  const held = await api.call("getVersion", { params: { flowId: flow.id, versionId: one?.id ?? "" } });
  const body = JSON.stringify(held).replace('"model":"m"', '"model":"m","seed":12345678901234567890');
  await api.addFaults({ path: `/v1/flow-versions/:flowId/${one?.id}`, status: 200, body });
  const versions = new Versions(page);
  await versions.open(flow.id);
  await versions.chooseFromMenu(1, "Restore into the editor…");
  const dialog = page.getByRole("dialog", { name: "Restore version 1?" });
  await expect(dialog.getByRole("alert")).toContainText("a number that this page cannot keep exactly");
  await expect(dialog.getByRole("button", { name: "Restore", exact: true })).toBeDisabled();
  await page.keyboard.press("Escape");
  await page.goto(`/flows/${flow.id}/versions/compare?from=${one?.id}`);
  await expect(page.getByText(/One side holds a number/)).toBeVisible();
  await page.getByRole("link", { name: "Steps" }).click();
  await editor.expectSteps(["Fetch", "Send"]);
});

test("what cannot be read is said, and read again when asked", async ({ page, api, problems }) => {
  problems.allow(/status of 500/);
  const { flow } = await openFlow({ page, api }, digest());
  await publishEach(api, flow.id, states);
  const path = "/v1/flow-versions/:flowId";
  await api.addFaults({ path, status: 500 });
  await page.getByRole("link", { name: "Versions" }).click();
  await expect(page.getByRole("heading", { name: "The versions could not be read" })).toBeVisible();
  await api.clearFaults();
  const versions = new Versions(page);
  await retryFor(page, versions.row(3));
  await expect(versions.row(3)).toContainText("Live");
  await api.addFaults({ path: "/v1/flow-versions/:flowId/:versionId", status: 500 });
  await versions.link(1).click();
  await expect(page.getByRole("heading", { name: "The version could not be read" })).toBeVisible();
  await api.clearFaults();
  await retryFor(page, page.getByRole("list", { name: "Steps of this version" }));
});

test("publishing goes no further than what was seen: another version went live, somebody saved, the flow is gone", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of (?:404|412|503)/);
  const { flow } = await openFlow({ page, api }, digest());
  const [one, two] = await publishEach(api, flow.id, states);
  // The page hears of nothing.
  await api.addFaults({ path: "/local/events", status: 503 });
  const versions = new Versions(page);
  await versions.open(flow.id);
  await versions.chooseFromMenu(1, "Publish this version…");
  const dialog = publishDialog(page, 1);
  await expect(dialog).toContainText("Against version 3, which is live");
  await api.call("publishVersion", { params: { flowId: flow.id }, body: { versionId: two?.id } });
  await pressPublish(page, 1);
  await expect(dialog.getByRole("alert")).toHaveText(/Nothing was published yet: another version went live/);
  await expect(dialog).toContainText("Against version 2, which is live");

  await api.updateFlow(flow.id, { name: "Their digest" });
  await pressPublish(page, 1);
  await expect(dialog.getByRole("alert")).toHaveText(/Nothing was published: somebody saved this flow/);
  expect((await api.getFlow(flow.id)).publishedVersionId).toBe(two?.id);
  await pressPublish(page, 1);
  await expect(dialog).toHaveCount(0);
  expect((await api.getFlow(flow.id)).publishedVersionId).toBe(one?.id);

  await versions.chooseFromMenu(3, "Publish this version…");
  await expect(publishDialog(page, 3)).toContainText("Against version 1, which is live");
  await api.call("deleteFlow", { params: { id: flow.id } });
  await pressPublish(page, 3);
  const gone = /there is no such version on the server, or the flow was deleted/;
  await expect(publishDialog(page, 3).getByRole("alert").filter({ hasText: gone })).toBeVisible();
});

test("a version with errors goes live only after they were seen", async ({ page, api }) => {
  const flow = await api.createFlow(digest());
  const reader = { ...send, ...say("Tell of {{page}}.") };
  const setter = { ...fetch, config: { model: "m", userPrompt: "Read it.", outputVariable: "page" } };
  await publishEach(api, flow.id, [{ steps: [reader, setter] }, { steps: [setter, reader] }]);
  const versions = new Versions(page);
  await versions.open(flow.id);
  await versions.chooseFromMenu(1, "Publish this version…");
  const dialog = publishDialog(page, 1);
  await expect(dialog.getByRole("region", { name: "Open problems" })).toContainText(/Send reads “page”/);
  await expect(dialog.getByRole("button", { name: "Publish", exact: true })).toBeDisabled();
  await dialog.getByRole("checkbox", { name: /I know of this error/ }).check();
  await pressPublish(page, 1);
  await expect(versions.row(1)).toContainText("Live");
});

test("what is published here is live in other tabs at once, and the other way round", async ({
  page,
  api,
  context,
}) => {
  const { flow } = await openFlow({ page, api }, digest());
  await publishEach(api, flow.id, states);
  const versions = new Versions(page);
  await versions.open(flow.id);
  const otherPage = await context.newPage();
  const others = new Versions(otherPage);
  await others.open(flow.id);
  await versions.chooseFromMenu(1, "Publish this version…");
  await pressPublish(page, 1);
  await expect(others.row(1)).toContainText("Live");
  await expect(others.row(3)).not.toContainText("Live");
  await expect(otherPage.getByText("1 unpublished change")).toBeVisible();

  // A version that is made elsewhere comes into the list, and the row with the focus stays that.
  await versions.link(2).focus();
  await api.updateFlow(flow.id, { name: "Their digest" });
  await expect(versions.row(4)).toContainText("Draft");
  await expect(versions.link(2)).toBeFocused();
  await api.publishFlow(flow.id);
  await expect(versions.row(4)).toContainText("Live");
  await expect(published(page, 4)).toBeVisible();
});

test("in front of another API, what it does not send is left out, and the rest works", async ({
  page,
  startOwnServer,
}) => {
  const upstream = await startOwnServer({ env: { EXTRAS: "0", API_KEYS: "upstream-key" } });
  const cloud = { RUNTYPE_API_KEY: "upstream-key", RUNTYPE_API_URL: upstream.url };
  const { url } = await startOwnServer({ env: cloud });
  const api = new Api(upstream.url, "upstream-key");
  const flow = await api.createFlow(digest());
  await publishEach(api, flow.id, states);
  await page.goto(`${url}/flows/${flow.id}/versions`);
  const versions = new Versions(page);
  await expect(versions.row(3)).toContainText("Live");
  await expect(versions.list.getByRole("listitem")).toHaveCount(3);
  await expect(versions.row(3)).not.toContainText(/edited|switched|No changes/);

  await versions.openVersion(3);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await page.getByRole("link", { name: "All versions" }).click();
  await expect(versions.link(3)).toBeFocused();
  await versions.chooseFromMenu(1, "Restore into the editor…");
  expect(await versions.restore()).toEqual(["Switched on “Fetch”"]);
  await new Editor(page).save();
  await expect(page.getByRole("region", { name: "Restored version" })).toContainText("It is saved.");
  await page.getByRole("link", { name: "Versions" }).click();
  await versions.chooseFromMenu(2, "Publish this version…");
  await pressPublish(page, 2);
  await expect(versions.row(2)).toContainText("Live");
});

test("JSON that could not be compared says so, and is compared on another try", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/ERR_FAILED/);
  const long = (text: string) => [fetch, { ...send, ...say(`${text} it.\n`.repeat(5_000)) }];
  const flow = await api.createFlow(digest());
  const [one, two] = await publishEach(api, flow.id, [{ steps: long("Tell") }, { steps: long("Say") }]);
  await page.route(/compare-lines\.worker/, (route) => route.abort());
  await page.goto(`/flows/${flow.id}/versions/compare?from=${one?.id}&to=${two?.id}&as=json`);
  await expect(page.getByRole("heading", { name: "The texts could not be compared" })).toBeVisible();
  await page.unroute(/compare-lines\.worker/);
  await page.getByRole("alert").getByRole("button", { name: "Try again" }).click();
  await expect(page.getByText("1 place differs")).toBeVisible();
});
