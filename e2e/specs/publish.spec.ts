import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";

const digest = () =>
  buildFlow("Digest", [
    buildStep("fetch", { config: { model: "m", userPrompt: "Read it.", outputVariable: "page" } }),
    buildStep("summarise", {
      config: { model: "m", userPrompt: "Sum {{page}} up.", outputVariable: "summary" },
    }),
    buildStep("notify", { config: { model: "m", userPrompt: "Tell of {{summary}}." } }),
  ]);

test("the publish dialog lists the unpublished changes, then saves and publishes them", async ({
  page,
  api,
}) => {
  const flow = await api.createFlow({ ...digest(), name: "Digest to publish" });
  await api.publishFlow(flow.id);
  const editor = new EditorPageObject(page);
  await editor.open(flow.id);
  await page.getByRole("switch", { name: "Enable Notify" }).click();
  await editor.renameStep("Notify", "Tell everybody");

  await page.getByRole("button", { name: "Publish", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Publish “Digest to publish”?" });
  const changes = dialog.getByRole("list", { name: "Changes going live" }).getByRole("listitem");
  await expect(changes).toHaveText([/Renamed “Notify” to “Tell everybody”/, /Disabled “Tell everybody”/]);
  await expect(dialog.getByRole("textbox", { name: "Notes" })).toHaveValue(/Disabled “Tell everybody”\./);
  await dialog.getByRole("textbox", { name: "Label" }).fill("Quiet");
  await expectNoAccessibilityViolations(page, "the publish preview");
  await dialog.getByRole("button", { name: "Save and publish" }).click();
  await expect(dialog).toHaveCount(0);

  await expect(page.getByText("Published v2")).toBeVisible();
  await expect(editor.status).toHaveText("Saved");
  const { versions } = await api.call("listVersions", { params: { flowId: flow.id } });
  expect(versions[0]).toMatchObject({
    versionNumber: 2,
    label: "Quiet",
    changes: { edited: 1, switched: 1 },
  });
  const published = await api.call("getPublishedVersion", { params: { flowId: flow.id } });
  expect(published.notes).toContain("Renamed “Notify” to “Tell everybody”.");
  const list = new FlowListPageObject(page);
  await list.open();
  await expect(list.row("Digest to publish")).toContainText("Published v2");
});

test("Publish takes the place of Save once all is saved, and a double click on Save does not reach it", async ({
  page,
  api,
}) => {
  const { id } = await api.createFlow(digest());
  const editor = new EditorPageObject(page);
  await editor.open(id);
  const publish = page.getByRole("button", { name: "Publish", exact: true });
  await expect(publish).toBeVisible();
  const place = await publish.boundingBox();
  await editor.switchOf("Notify").click();
  await expect.poll(() => editor.saveButton.boundingBox()).toEqual(place);
  await editor.saveButton.hover();
  await page.mouse.down();
  await page.mouse.up();
  await expect.poll(() => publish.boundingBox()).toEqual(place);
  await page.mouse.down({ clickCount: 2 });
  await page.mouse.up({ clickCount: 2 });
  await expect(publish).toBeFocused();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await publish.click();
  await expect(page.getByRole("dialog")).toBeVisible();
});

test("publishing a flow with errors requires a confirmation", async ({ page, api }) => {
  const flow = await api.createFlow(digest());
  await api.publishFlow(flow.id);
  const [fetch, summarise, notify] = flow.flowSteps;
  const steps = [summarise, fetch, notify].map((step, order) => ({ ...step, order }));
  await api.updateFlow(flow.id, { flowSteps: steps });
  const editor = new EditorPageObject(page);
  await editor.open(flow.id);
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Publish “Digest”?" });
  await expect(dialog.getByRole("region", { name: "Open problems" })).toContainText(
    /“Summarise” needs “page”, but “Fetch” sets it later/,
  );
  const publish = dialog.getByRole("button", { name: "Publish", exact: true });
  await expect(publish).toBeDisabled();
  await dialog.getByRole("checkbox", { name: /Publish anyway/ }).check();
  await publish.click();
  await expect(page.getByText("Published v2")).toBeVisible();
});

test("“Save and publish” shows an error and publishes nothing when the save fails", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 500/);
  const flow = await api.createFlow(digest());
  await api.publishFlow(flow.id);
  const editor = new EditorPageObject(page);
  await editor.open(flow.id);
  await page.getByRole("switch", { name: "Enable Notify" }).click();
  await api.addFaults({ method: "PUT", path: "/v1/flows/:id", status: 500 });
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Publish “Digest”?" });
  await dialog.getByRole("button", { name: "Save and publish" }).click();
  await expect(dialog.getByRole("alert")).toHaveText(/Not published: couldn’t save your edits/);
  expect((await api.getFlow(flow.id)).publishedVersionNumber).toBe(1);
  await api.clearFaults();
});

test("publishing asks again when another version went live meanwhile", async ({ page, api, problems }) => {
  const flow = await api.createFlow(digest());
  await api.publishFlow(flow.id);
  await api.updateFlow(flow.id, { name: "Digest of pages" });
  await api.publishFlow(flow.id);
  await api.updateFlow(flow.id, { name: "Digest of news" });
  // Blocks change events, so that the page does not learn of the publish below.
  problems.allow(/status of 503/);
  await api.addFaults({ path: "/local/events", status: 503 });
  const editor = new EditorPageObject(page);
  await editor.open(flow.id);
  await expect(page.getByText("1 unpublished change")).toBeVisible();
  // Waits until the dialog has read the live version. The dialog reads it only once, so it does not notice the publish
  // below.
  const read = page.waitForResponse(/\/flow-versions\/.*type=published/);
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await read;
  const dialog = page.getByRole("dialog", { name: "Publish “Digest of news”?" });
  await expect(dialog).toContainText("Compared with the live version (v2)");
  const first = flow.draftVersionId ?? "";
  await api.call("publishVersion", { params: { flowId: flow.id }, body: { versionId: first } });
  await dialog.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(dialog.getByRole("alert")).toHaveText(/ot published: another version went live/);
  await expect(dialog).toContainText("Compared with the live version (v1)");
  await dialog.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(page.getByText("Published v3")).toBeVisible();
});

test(
  "a flow whose versions cannot be read is published without comparing, after a dialog says what is not known",
  { tag: "@full" },
  async ({ page, api, problems }) => {
    problems.allow(/status of (403|500)/);
    const flow = await api.createFlow(digest());
    await api.publishFlow(flow.id);
    const editor = new EditorPageObject(page);
    await editor.open(flow.id);
    const open = page.getByRole("button", { name: "Publish", exact: true });
    const dialog = page.getByRole("dialog", { name: /^Publish “/ });
    const alert = dialog.getByRole("alert");
    const publish = dialog.getByRole("button", { name: "Publish without comparing" });
    const { publishedVersionId } = await api.getFlow(flow.id);
    await page.getByRole("switch", { name: "Enable Notify" }).click();
    await editor.save();
    await api.addFaults({ method: "GET", path: "/v1/flow-versions/*", status: 500 });
    await open.click();
    await expect(alert).toContainText("Couldn’t load the live version.");
    await expect(alert).toContainText("Not known: which version is live, and what publishing changes.");
    await publish.click();
    await expect(dialog).toHaveCount(0);
    expect((await api.getFlow(flow.id)).publishedVersionId).not.toBe(publishedVersionId);
    await api.clearFaults();
    await page.getByRole("switch", { name: "Enable Notify" }).click();
    await editor.save();
    await api.addFaults({ method: "GET", path: "/v1/flow-versions/*", status: 403 });
    await open.click();
    await expect(publish).toBeVisible();
    await api.clearFaults();
    await publish.click();
    await expect(dialog).toContainText("Not published: the changes can be shown now. Review, then publish.");
    await dialog.getByRole("button", { name: "Publish", exact: true }).click();
    await expect(dialog).toHaveCount(0);
    await expect(page.getByText("Published v3")).toBeVisible();
  },
);
