import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { Editor } from "#e2e/harness/editor.ts";
import { FlowList } from "#e2e/harness/flow-list.ts";
import { expect, expectAccessible, test } from "#e2e/harness/test.ts";

const digest = () =>
  buildFlow("Digest", [
    buildStep("fetch", { config: { model: "m", userPrompt: "Read it.", outputVariable: "page" } }),
    buildStep("summarise", {
      config: { model: "m", userPrompt: "Sum {{page}} up.", outputVariable: "summary" },
    }),
    buildStep("notify", { config: { model: "m", userPrompt: "Tell of {{summary}}." } }),
  ]);

test("the preview shows exactly the edits, in words, saves them and publishes; all agree afterwards", async ({
  page,
  api,
}) => {
  const flow = await api.createFlow({ ...digest(), name: "Digest to publish" });
  await api.publishFlow(flow.id);
  const editor = new Editor(page);
  await editor.open(flow.id);
  await page.getByRole("switch", { name: "Enable Notify" }).click();
  await editor.renameStep("Notify", "Tell everybody");

  await page.getByRole("button", { name: "Publish", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Publish “Digest to publish”?" });
  const changes = dialog.getByRole("list", { name: "What goes live" }).getByRole("listitem");
  await expect(changes).toHaveText([/Renamed “Notify” to “Tell everybody”/, /Switched off “Tell everybody”/]);
  await expect(dialog.getByRole("textbox", { name: "Notes" })).toHaveValue(/Switched off “Tell everybody”\./);
  await dialog.getByRole("textbox", { name: "Label" }).fill("Quiet");
  await expectAccessible(page, "the publish preview");
  await dialog.getByRole("button", { name: "Save and publish" }).click();
  await expect(dialog).toHaveCount(0);

  await expect(page.getByText("Published v2")).toBeVisible();
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  const { versions } = await api.call("listVersions", { params: { flowId: flow.id } });
  expect(versions[0]).toMatchObject({
    versionNumber: 2,
    label: "Quiet",
    changes: { edited: 1, switched: 1 },
  });
  const published = await api.call("getPublishedVersion", { params: { flowId: flow.id } });
  expect(published.notes).toContain("Renamed “Notify” to “Tell everybody”.");
  const list = new FlowList(page);
  await list.open();
  await expect(list.row("Digest to publish")).toContainText("Published v2");
});

test("what is not published is counted in the header, and in another tab too", async ({
  page,
  api,
  context,
}) => {
  const flow = await api.createFlow(digest());
  await api.publishFlow(flow.id);
  const editor = new Editor(page);
  await editor.open(flow.id);
  const other = await context.newPage();
  await new Editor(other).open(flow.id);
  await page.getByRole("switch", { name: "Enable Notify" }).click();
  await editor.save();
  await expect(page.getByText("1 unpublished change")).toBeVisible();
  await expect(other.getByText("1 unpublished change")).toBeVisible();
  await editor.publish();
  await expect(page.getByText("Published v2")).toBeVisible();
  await expect(other.getByText("Published v2")).toBeVisible();
});

test("errors need a tick, with the reason, before they go live", async ({ page, api }) => {
  const flow = await api.createFlow(digest());
  await api.publishFlow(flow.id);
  const [fetch, summarise, notify] = flow.flowSteps;
  const steps = [summarise, fetch, notify].map((step, order) => ({ ...step, order }));
  await api.updateFlow(flow.id, { flowSteps: steps });
  const editor = new Editor(page);
  await editor.open(flow.id);
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Publish “Digest”?" });
  await expect(dialog.getByRole("region", { name: "Open problems" })).toContainText(
    /Summarise reads “page”, which Fetch sets later/,
  );
  const publish = dialog.getByRole("button", { name: "Publish", exact: true });
  await expect(publish).toBeDisabled();
  await dialog.getByRole("checkbox", { name: /I know of this error/ }).check();
  await publish.click();
  await expect(page.getByText("Published v2")).toBeVisible();
});

test("a save that fails publishes nothing, and says so", async ({ page, api, problems }) => {
  problems.allow(/status of 500/);
  const flow = await api.createFlow(digest());
  await api.publishFlow(flow.id);
  const editor = new Editor(page);
  await editor.open(flow.id);
  await page.getByRole("switch", { name: "Enable Notify" }).click();
  await api.addFaults({ method: "PUT", path: "/v1/flows/:id", status: 500 });
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Publish “Digest”?" });
  await dialog.getByRole("button", { name: "Save and publish" }).click();
  await expect(dialog.getByRole("alert")).toHaveText(/Nothing was published: your edits could not be saved/);
  expect((await api.getFlow(flow.id)).publishedVersionNumber).toBe(1);
  await api.clearFaults();
});

test("another version that went live meanwhile is looked at before anything is published", async ({
  page,
  api,
  problems,
}) => {
  const flow = await api.createFlow(digest());
  await api.publishFlow(flow.id);
  await api.updateFlow(flow.id, { name: "Digest of pages" });
  await api.publishFlow(flow.id);
  await api.updateFlow(flow.id, { name: "Digest of news" });
  // The page hears of nothing.
  problems.allow(/status of 503/);
  await api.addFaults({ path: "/local/events", status: 503 });
  const editor = new Editor(page);
  await editor.open(flow.id);
  await expect(page.getByText("1 unpublished change")).toBeVisible();
  // The last time that the page looks by itself.
  const read = page.waitForResponse(/\/flow-versions\/.*type=published/);
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await read;
  const dialog = page.getByRole("dialog", { name: "Publish “Digest of news”?" });
  await expect(dialog).toContainText("Against version 2, which is live");
  const first = flow.draftVersionId ?? "";
  await api.call("publishVersion", { params: { flowId: flow.id }, body: { versionId: first } });
  await dialog.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(dialog.getByRole("alert")).toHaveText(/Nothing was published yet: another version went live/);
  await expect(dialog).toContainText("Against version 1, which is live");
  await dialog.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(page.getByText("Published v3")).toBeVisible();
});

test("a flow is exported for a runtime as the server writes it", async ({ page, api }) => {
  const flow = await api.createFlow(digest());
  const editor = new Editor(page);
  await editor.open(flow.id);
  await page.getByRole("button", { name: "Actions for this flow" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: "Export for runtime" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("Digest.runtime.json");
});
