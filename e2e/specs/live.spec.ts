import type { BrowserContext, Page, Request } from "@playwright/test";
import { ApiClient } from "#e2e/harness/api.ts";
import { SaveConflictPageObject } from "#e2e/harness/conflict.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { buildSampleDigestFlowBody } from "#e2e/harness/open-flow.ts";
import { startBuiltServer } from "#e2e/harness/server.ts";
import { LOST_CONNECTION } from "#e2e/harness/page-problems.ts";
import { expect, test } from "#e2e/harness/test.ts";

test.beforeEach(({ api }) => api.deleteAllFlows());

const isStream = (request: Request) => new URL(request.url()).pathname === "/local/events";

function watchStreams(context: BrowserContext): readonly string[] {
  const streams: string[] = [];
  context.on("request", (request) => {
    if (isStream(request)) streams.push(request.url());
  });
  return streams;
}

async function openList(page: Page, url = "") {
  const list = new FlowListPageObject(page);
  await page.goto(`${url}/flows`);
  await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
  return list;
}

async function renameInList(list: FlowListPageObject, name: string, next: string) {
  await list.link(name).focus();
  await list.page.keyboard.press("F2");
  await list.page.getByRole("textbox", { name: "Flow name" }).fill(next);
  await list.page.keyboard.press("Enter");
  await expect(list.row(next)).toBeVisible();
}

test("two tabs receive each other's changes through one shared event stream", async ({
  page,
  context,
  api,
}) => {
  const { id } = await api.createFlow(buildSampleDigestFlowBody());
  const streams = watchStreams(context);
  const here = await openList(page);
  await expect(here.row("Digest")).toBeVisible();
  await expect.poll(() => streams).toHaveLength(1);
  const there = await openList(await context.newPage());
  await renameInList(there, "Digest", "Report");
  await expect(here.row("Report")).toBeVisible();
  await renameInList(here, "Report", "Summary");
  await expect(there.row("Summary")).toBeVisible();
  await api.createFlow({ name: "From a program" });
  for (const list of [here, there]) await expect(list.row("From a program")).toBeVisible();
  await api.call("deleteFlow", { params: { id } });
  for (const list of [here, there]) await list.expectNames(["From a program"]);
  expect(streams).toHaveLength(1);
});

test("the remaining tab resumes the event stream after the leader tab closes", async ({
  page,
  context,
  api,
}) => {
  const { id } = await api.createFlow(buildSampleDigestFlowBody());
  const streams = watchStreams(context);
  const owner = await context.newPage();
  await openList(owner);
  await expect.poll(() => streams).toHaveLength(1);
  const list = await openList(page);
  await api.updateFlow(id, { name: "Before" });
  await expect(list.row("Before")).toBeVisible();
  await api.updateFlow(id, { name: "Handed on" });
  await expect(list.row("Handed on")).toBeVisible();

  await owner.close();
  await expect.poll(() => streams).toHaveLength(2);
  expect(streams[1]).toContain("lastEventId=");
  await api.updateFlow(id, { name: "After" });
  await expect(list.row("After")).toBeVisible();
});

test("an editor without unsaved edits loads the version that another user saved", async ({
  page,
  api,
  browser,
  baseURL,
}) => {
  const { id } = await api.createFlow(buildSampleDigestFlowBody());
  const editor = new EditorPageObject(page);
  await editor.open(id);
  const another = await browser.newContext({ baseURL: baseURL! });
  const theirs = new EditorPageObject(await another.newPage());
  await theirs.open(id);
  await theirs.renameStep("Clean", "Tidy");
  await theirs.save();
  await expect(editor.row("Tidy")).toBeVisible();
  await expect(editor.status).toHaveText("Saved");
  await editor.expectSaid("Flow changed elsewhere.");

  // Waits for the bar above the list, which moves the switch.
  await expect(new SaveConflictPageObject(page).summary).toBeVisible();
  await editor.switchOf("Fetch").click();
  await editor.save();
  await expect(theirs.switchOf("Fetch")).not.toBeChecked();
  await another.close();
});

test(
  "a row keeps its name field during a remote update, and does not overwrite a remote rename",
  { tag: "@full" },
  async ({ page, api, problems }) => {
    problems.allow(/status of 412/);
    const [digest, other] = [
      await api.createFlow(buildSampleDigestFlowBody()),
      await api.createFlow({ name: "Other" }),
    ];
    await api.updateFlow(digest.id, { description: "Newest" });
    const list = await openList(page);
    await list.expectNames(["Digest", "Other"]);
    await list.link("Digest").focus();
    await page.keyboard.press("F2");
    const box = page.getByRole("textbox", { name: "Flow name" });
    await box.pressSequentially("My di");

    const refreshed = page.waitForResponse(
      async (response) =>
        response.url().includes("/v1/flows?") && (await response.text()).includes("Their digest"),
    );
    await api.updateFlow(other.id, { name: "Other, newest" });
    await api.updateFlow(digest.id, { name: "Their digest" });
    await api.updateFlow(other.id, { description: "Newest of all" });
    await refreshed;
    await box.pressSequentially("gest");
    await expect(box).toBeFocused();
    await expect(box).toHaveValue("My digest");
    await expect(list.row("Other")).toBeVisible();

    await page.keyboard.press("Enter");
    await expect(
      list.toast("“Digest” was renamed to “Their digest” elsewhere. That name was kept."),
    ).toBeVisible();
    await list.expectNames(["Other, newest", "Their digest"]);
  },
);

test(
  "the list reports a stopped server at once, and shows missed changes after its restart",
  { tag: "@full" },
  async ({ page, startOwnServer, problems }) => {
    problems.allow(LOST_CONNECTION);
    // A server sends this status while it is still opening its store.
    problems.allow(/status of 503/);
    const dataDirectory = test.info().outputPath("data");
    const first = await startBuiltServer({ dataDirectory });
    const { port } = new URL(first.url);
    const { id } = await new ApiClient(first.url).createFlow(buildSampleDigestFlowBody());
    const begun = page.waitForRequest(isStream);
    const list = await openList(page, first.url);
    await begun;
    await first.stop();
    const notice = page.getByText("Can’t reach the server.");
    await expect(notice).toBeVisible();
    const second = await startOwnServer({ dataDirectory, env: { PORT: port } });
    await new ApiClient(second.url).updateFlow(id, { name: "Report" });
    await expect(list.row("Report")).toBeVisible({ timeout: 20_000 });
    await expect(notice).toHaveCount(0);
  },
);

test(
  "a change that a program makes in a connected API is listed when the page becomes visible",
  { tag: "@full" },
  async ({ page, startCloudServer }) => {
    const { url, realApi } = await startCloudServer();
    await page.clock.install();
    const list = await openList(page, url);
    await expect(page.getByText("No flows yet")).toBeVisible();
    realApi.state.addFlow("Digest");
    await page.clock.fastForward(15_000);
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
    await expect(list.row("Digest")).toBeVisible();
  },
);
