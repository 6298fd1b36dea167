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

test("controls for data that the API lacks are hidden, and templates can be used", async ({ page }) => {
  await upstreamApi().createFlow(buildSampleDigestFlowBody());
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
  await expect(
    page.getByRole("navigation", { name: "Views of this flow" }).getByRole("link", { name: "Runs" }),
  ).toBeVisible();
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
  "asks the user if it is unknown whether an unacknowledged save was applied",
  { tag: "@full" },
  async ({ page, problems }) => {
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
  },
);

test("an error of the API shows its reason, and its upgrade URL as a link", async ({ page, problems }) => {
  problems.allow(/status of 402/);
  const error = "Your plan has 10 flows.";
  const upgradeUrl = "https://example.com/plans";
  realApi.planAnswer({
    path: "/v1/flows",
    method: "POST",
    status: 402,
    body: JSON.stringify({ error, upgradeUrl }),
  });
  const dialog = page.getByRole("dialog");
  await page.getByRole("button", { name: "New flow" }).click();
  await dialog.getByRole("textbox", { name: "Name" }).fill("One more");
  await dialog.getByRole("button", { name: "Create flow" }).click();
  await expect(dialog.getByRole("alert")).toHaveText(`Couldn’t create the flow. ${error} Upgrade`);
  await expect(dialog.getByRole("link", { name: "Upgrade" })).toHaveAttribute("href", upgradeUrl);
  await expect(page.locator("[data-toasts]").getByRole("link", { name: "Upgrade" })).toHaveAttribute(
    "href",
    upgradeUrl,
  );
  await expect(new FlowListPageObject(page).toast(error)).toBeVisible();
});

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
    await list.chooseFromMenu("Digest", "Tags…");
    const dialog = page.getByRole("dialog", { name: "Tags of “Digest”" });
    await expect(dialog.locator("input:focus")).toBeVisible();
    await page.keyboard.type("Sales");
    await page.keyboard.press("Enter");
    await dialog.getByRole("button", { name: "Save tags" }).click();
    await expect(dialog).toHaveCount(0);
    await expect(list.row("Digest")).toContainText("Tags: Sales.");
    await page.getByRole("button", { name: "Tags", exact: true }).click();
    await page.getByRole("option", { name: "Sales 1 flow" }).click();
    await list.expectNames(["Digest"]);
    await page.keyboard.press("Escape");

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
