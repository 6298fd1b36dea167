import type { Page } from "@playwright/test";
import { ApiClient } from "#e2e/harness/api.ts";
import {
  SaveConflictPageObject,
  updateStepThroughApi,
  dropResponseToNextFlowSave,
  fetchStepNames,
} from "#e2e/harness/conflict.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { buildSampleDigestFlowBody } from "#e2e/harness/open-flow.ts";
import type { RealApiStandIn } from "#e2e/harness/real-api/start.ts";
import { RecordsPageObject, createRecord, fetchRecordsOfType } from "#e2e/harness/records.ts";
import { TemplateGalleryPageObject } from "#e2e/harness/template-gallery.ts";
import { LOST_CONNECTION } from "#e2e/harness/page-problems.ts";
import { expect, expectNoAccessibilityViolationsInBothThemes, test } from "#e2e/harness/test.ts";

// Tests a dashboard on a stand-in for the real API: no revision tokens, flow status or event stream.

let realApi: RealApiStandIn;

test.beforeEach(async ({ page, startCloudServer }) => {
  const server = await startCloudServer();
  ({ realApi } = server);
  await page.goto(`${server.url}/flows`);
});

/** Another client of the API. */
const upstreamApi = () => new ApiClient(realApi.url, realApi.key);

test("a flow can be listed, edited, saved and published, and controls for data that the API lacks are hidden", async ({
  page,
}) => {
  const api = upstreamApi();
  const flow = await api.createFlow(buildSampleDigestFlowBody());
  await page.reload();
  const list = new FlowListPageObject(page);
  await expect(list.row("Digest")).toBeVisible();
  await expect(list.row("Digest")).not.toContainText(/step|Draft|Published/);
  await expect(page.getByRole("combobox", { name: "Status" })).toHaveCount(0);

  await list.link("Digest").click();
  const editor = new EditorPageObject(page);
  await editor.expectSteps(["Fetch", "Clean", "Route", "Notify"]);
  await page.getByRole("button", { name: "Overview", exact: true }).click();
  await expect(page.getByRole("region", { name: "Tags" })).toBeVisible();
  await expect(page.getByText("Add a description")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Run on records…", exact: true }).first()).toBeVisible();
  await expect(page.getByRole("link", { name: "Runs" })).toBeVisible();
  await editor.chooseFromMenu("Notify", "Move", "Move to top");
  const [notify, ...others] = [flow.flowSteps[3]!, ...flow.flowSteps.slice(0, 3)];
  const body = await editor.save();
  expect(body).toEqual({ flowSteps: [notify, ...others].map((step, order) => ({ ...step, order })) });
  expect((await api.getFlow(flow.id)).flowSteps.map((step) => step.id)).toEqual([
    "notify",
    "fetch",
    "clean",
    "route",
  ]);

  await editor.publish();
  const published = await api.call("getPublishedVersion", { params: { flowId: flow.id } });
  expect(published.versionType).toBe("published");

  await page.getByRole("link", { name: "Back to flows" }).click();
  const gallery = new TemplateGalleryPageObject(page);
  await gallery.open();
  await gallery.search.fill("health check");
  await expect(gallery.preview("Health check")).toContainText("No model, secret or mail server.");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Health check" })).toBeVisible();
  await page.getByRole("button", { name: "Actions for this flow" }).click();
  await expect(page.getByRole("menuitem", { name: "Sample data…" })).toBeVisible();
  await page.getByRole("menuitem", { name: "Copy and export" }).click();
  await expect(page.getByRole("menuitem", { name: "Save as template…" })).toBeVisible();
});

test(
  "a conflict is detected although the API compares no versions",
  { tag: "@full" },
  async ({ page, problems }) => {
    problems.allow(/status of 412/);
    const api = upstreamApi();
    const flow = await api.createFlow(buildSampleDigestFlowBody());
    const editor = new EditorPageObject(page);
    await page.goto(new URL(`/flows/${flow.id}`, page.url()).href);
    await editor.renameStep("Clean", "Tidy");
    await api.updateFlow(flow.id, { name: "Their digest" });
    await editor.save();
    await expect(page.getByRole("heading", { level: 1, name: "Their digest" })).toBeVisible();
    expect(await api.getFlow(flow.id)).toMatchObject({
      name: "Their digest",
      flowSteps: [{}, { name: "Tidy" }, {}, {}],
    });

    await editor.renameStep("Tidy", "Mine");
    const { flowSteps } = await api.getFlow(flow.id);
    await api.updateFlow(flow.id, {
      flowSteps: flowSteps.map((step, index) => (index === 1 ? { ...step, name: "Theirs" } : step)),
    });
    await editor.saveButton.click();
    await expect(page.getByRole("dialog", { name: "Resolve conflicts" })).toBeVisible();
    await expect(editor.status).toHaveText("Changed elsewhere");
    expect((await api.getFlow(flow.id)).flowSteps[1]?.["name"]).toBe("Theirs");
  },
);

test("asks the user if it is unknown whether an unacknowledged save was applied", async ({
  page,
  problems,
}) => {
  problems.allow(LOST_CONNECTION);
  problems.allow(/status of 412/);
  const api = upstreamApi();
  const flow = await api.createFlow(buildSampleDigestFlowBody());
  const editor = new EditorPageObject(page);
  const conflict = new SaveConflictPageObject(page);
  await page.goto(new URL(`/flows/${flow.id}`, page.url()).href);
  await editor.renameStep("Clean", "Tidy");
  const getThrough = await dropResponseToNextFlowSave(page, flow.id);
  await editor.saveButton.click();
  await expect.poll(() => fetchStepNames(api, flow.id)).toEqual(["Fetch", "Tidy", "Route", "Notify"]);
  await updateStepThroughApi(api, flow.id, 1, { name: "Clean" });
  await getThrough();

  await expect(conflict.banner.getByRole("button", { name: "Resolve 1 conflict" })).toBeVisible();
  await conflict.bannerButton("Resolve 1 conflict");
  await expect(conflict.dialog).toContainText("An earlier save got no response");
  await conflict.conflictGroup("“Tidy” · Name").getByRole("radio", { name: "Theirs" }).check();
  await conflict.dialog.getByRole("button", { name: "Apply" }).click();
  await expect(editor.status).toHaveText("Saved");
  await editor.expectSteps(["Fetch", "Clean", "Route", "Notify"]);
  expect(await fetchStepNames(api, flow.id)).toEqual(["Fetch", "Clean", "Route", "Notify"]);
});

test("no response to the browser contains the API key", async ({ page }) => {
  const seen: string[] = [];
  page.on("response", async (response) => {
    // Ignores errors: reading the headers fails if the page is closed before the response arrives.
    const headers = await response.allHeaders().catch(() => ({}));
    seen.push(JSON.stringify(headers), await response.text().catch(() => ""));
  });
  await page.reload();
  await expect(page.getByRole("heading", { name: "No flows yet" })).toBeVisible();
  expect(seen.join("\n")).not.toContain(realApi.key);
});

test(
  "record types are listed by their latest change, and a click on a name opens the type",
  { tag: "@full" },
  async ({ page }) => {
    const api = upstreamApi();
    for (const type of ["customer", "ticket.v2"])
      await createRecord(api, type, `First ${type}`, { plan: "pro" });
    await page.getByRole("link", { name: "Records" }).click();
    await expect(page.getByRole("list", { name: "Record types" }).getByRole("link")).toHaveText([
      "customer",
      "ticket.v2",
    ]);
    await page.getByRole("textbox", { name: "Type" }).fill("ticket.v2");
    await page.getByRole("button", { name: "Open" }).click();
    const records = new RecordsPageObject(page);
    await expect(records.row("First ticket.v2")).toContainText("pro");
    // Checks that the server does not treat a URL with a dot in the last segment as a file.
    await page.reload();
    await records.openRecord("First ticket.v2");
    await records.name.fill("Second");
    await records.saveButton.click();
    await expect(records.row("Second")).toBeVisible();
    expect(await fetchRecordsOfType(api, "ticket.v2")).toMatchObject([
      { name: "Second", metadata: { plan: "pro" } },
    ]);
  },
);

test("an error of the API shows its reason, and its upgrade URL as a link", async ({ page, problems }) => {
  problems.allow(/status of 40[23]/);
  const list = new FlowListPageObject(page);
  const create = async () => {
    await page.getByRole("button", { name: "New flow" }).click();
    await page.keyboard.type("One more");
    await page.keyboard.press("Enter");
  };
  const error = "Your plan has 10 flows.";
  const upgradeUrl = "https://example.com/plans";
  realApi.planAnswer({
    path: "/v1/flows",
    method: "POST",
    status: 402,
    body: JSON.stringify({ error, upgradeUrl }),
  });
  await create();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("alert")).toHaveText(`Couldn’t create the flow. ${error} Upgrade`);
  await expect(dialog.getByRole("link", { name: "Upgrade" })).toHaveAttribute("href", upgradeUrl);
  await expect(page.locator("[data-toasts]").getByRole("link", { name: "Upgrade" })).toHaveAttribute(
    "href",
    upgradeUrl,
  );
  await expect(list.toast(error)).toBeVisible();

  realApi.resetSwitches();
  realApi.planAnswer({
    path: "/v1/flows",
    method: "POST",
    status: 403,
    body: '{"error":"FLOWS:WRITE is missing."}',
  });
  await dialog.getByRole("button", { name: "Create flow" }).click();
  await expect(dialog.getByRole("alert")).toHaveText(
    "Couldn’t create the flow. FLOWS:WRITE is missing. Check the scopes of this server’s API key.",
  );
});

test(
  "a plan limit hit by a save or a publish shows its error with a link to the plans",
  { tag: "@full" },
  async ({ page, problems }) => {
    problems.allow(/status of 402/);
    const api = upstreamApi();
    const flow = await api.createFlow(buildSampleDigestFlowBody());
    await page.reload();
    await new FlowListPageObject(page).link("Digest").click();
    const editor = new EditorPageObject(page);
    const error = "Your plan has 10 steps.";
    const upgradeUrl = "https://example.com/plans";
    const body = JSON.stringify({ error, upgradeUrl });
    realApi.planAnswer({ path: "/v1/flows/:id", method: "PUT", status: 402, body });
    await editor.switchOf("Fetch").click();
    await editor.saveButton.click();
    const banner = page.getByRole("alert").filter({ hasText: "Couldn’t save." });
    await expect(banner).toContainText(error);
    await expect(banner.getByRole("link", { name: "Upgrade" })).toHaveAttribute("href", upgradeUrl);

    realApi.resetSwitches();
    await editor.save();
    realApi.planAnswer({ path: "/v1/flows/:id/publish", method: "POST", status: 402, body });
    await page.getByRole("button", { name: "Publish", exact: true }).click();
    await editor.confirmPublish();
    const dialog = page.getByRole("dialog", { name: "Publish “Digest”?" });
    await expect(dialog.getByRole("alert")).toContainText(error);
    await expect(dialog.getByRole("link", { name: "Upgrade" })).toHaveAttribute("href", upgradeUrl);
    expect((await api.getFlow(flow.id)).flowSteps[0]?.["enabled"]).toBe(false);
  },
);

/** Opens the dialog of a flow's tags from the list, adds a tag and saves. */
async function addTag(page: Page, { flow, tag }: { readonly flow: string; readonly tag: string }) {
  await new FlowListPageObject(page).chooseFromMenu(flow, "Tags…");
  const dialog = page.getByRole("dialog", { name: `Tags of “${flow}”` });
  await expect(dialog.locator("input:focus")).toBeVisible();
  await page.keyboard.type(tag);
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: "Save tags" }).click();
  await expect(dialog).toHaveCount(0);
}

/** Filters the list by the tag, then shows the favorites. */
async function expectFilters(page: Page, { flow, tag }: { readonly flow: string; readonly tag: string }) {
  const list = new FlowListPageObject(page);
  await page.getByRole("button", { name: "Tags", exact: true }).click();
  await page.getByRole("option", { name: `${tag} 1 flow` }).click();
  await list.expectNames([flow]);
  await page.keyboard.press("Escape");
  await list.chooseFromMenu(flow, "Add to favorites");
  await page.goto(new URL("/flows?show=favorites", page.url()).href);
  await list.expectNames([flow]);
}

test(
  "tags and saves are shared at once by the people behind the server, and tags of a browser move there when its user agrees",
  { tag: "@full" },
  async ({ page, browser }) => {
    const api = upstreamApi();
    const flows: { readonly id: string }[] = [];
    for (const name of ["Digest", "Report", "Weekly"])
      flows.push(await api.createFlow({ ...buildSampleDigestFlowBody(), name }));
    await page.reload();
    const list = new FlowListPageObject(page);
    await addTag(page, { flow: "Digest", tag: "Sales" });
    await expect(list.row("Digest")).toContainText("Tags: Sales.");
    await expectFilters(page, { flow: "Digest", tag: "Sales" });

    const context = await browser.newContext();
    const theirs = await context.newPage();
    await theirs.goto(new URL("/flows", page.url()).href);
    const theirList = new FlowListPageObject(theirs);
    await expect(theirList.row("Digest")).toContainText("Tags: Sales.");
    await theirs.evaluate(([kept]) => localStorage.setItem("flowline-flow-tags", kept), [
      JSON.stringify({ [flows[1]?.id ?? ""]: ["EU"], flow_deleted: ["Old"] }),
    ] as const);
    await theirs.reload();
    const offer = theirs.getByRole("region", { name: "Tags in this browser" });
    await expect(offer).toContainText("Tags of 2 flows are only in this browser.");
    await expectNoAccessibilityViolationsInBothThemes(theirs, "the offer to share tags");
    await offer.getByRole("button", { name: "Not now" }).click();
    await expect(offer).toHaveCount(0);
    await theirs.evaluate(() => sessionStorage.clear());
    await theirs.reload();
    await page.goto(new URL("/flows", page.url()).href);
    await expect(list.row("Report")).toBeVisible();
    await offer.getByRole("button", { name: "Share tags" }).click();
    await expect(theirList.toast("Shared the tags of 1 flow. 1 flow no longer exists.")).toBeVisible();
    await expect(theirList.row("Report")).toContainText("Tags: EU.");
    await expect(theirs.locator("[data-list-head] input:focus")).toBeVisible();
    expect(await theirs.evaluate(() => localStorage.getItem("flowline-flow-tags"))).toBe("{}");
    await expect(list.row("Report")).toContainText("Tags: EU.");
    await theirList.chooseFromMenu("Weekly", "Rename");
    await theirs.keyboard.press("ControlOrMeta+A");
    await theirs.keyboard.type("Monthly");
    await theirs.keyboard.press("Enter");
    await expect(list.row("Monthly")).toBeVisible();
    await context.close();

    expect(realApi.requests.filter(({ path }) => /[?&](?:tag|ids)=/.test(path))).toEqual([]);
  },
);

test(
  "without a writable data directory tags are kept in the browser, and the environment page says why",
  { tag: "@full" },
  async ({ page, startCloudServer }) => {
    const server = await startCloudServer({ env: { DATA_DIR: "/dev/null/data" } });
    const api = new ApiClient(server.realApi.url, server.realApi.key);
    for (const name of ["Digest", "Report"]) await api.createFlow({ ...buildSampleDigestFlowBody(), name });
    await page.goto(`${server.url}/flows`);
    const list = new FlowListPageObject(page);
    await list.chooseFromMenu("Digest", "Tags…");
    await expect(page.getByRole("dialog")).toContainText(
      "Tags are kept in this browser: this server can’t store them.",
    );
    await page.keyboard.press("Escape");
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    await addTag(page, { flow: "Digest", tag: "Sales" });
    await page.reload();
    await expect(list.row("Digest")).toContainText("Tags: Sales.");
    await expectFilters(page, { flow: "Digest", tag: "Sales" });
    expect(requests.filter((url) => /\/v1\/.*tag=|\/local\/flow/.test(url))).toEqual([]);
    await page.goto(`${server.url}/environment`);
    await expect(page.getByText("cannot be written (ENOTDIR)")).toBeVisible();
    await expect(page.getByRole("list", { name: "Not available in cloud mode" })).toContainText(
      "Tags are kept in this browser instead, because this server’s store isn’t available.",
    );
  },
);
