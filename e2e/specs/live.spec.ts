import type { BrowserContext, Page, Request } from "@playwright/test";
import { Api } from "#e2e/harness/api.ts";
import { Editor } from "#e2e/harness/editor.ts";
import { FlowList } from "#e2e/harness/flow-list.ts";
import { digestFlow } from "#e2e/harness/open-flow.ts";
import { startServer } from "#e2e/harness/server.ts";
import { expect, test } from "#e2e/harness/test.ts";

// What somebody changes is seen by everybody who looks at it, without a reload and without being asked for.

test.beforeEach(({ api }) => api.deleteAllFlows());

const isStream = (request: Request) => new URL(request.url()).pathname === "/local/events";

/** The streams of events that were asked for by any page of a browser. */
function watchStreams(context: BrowserContext): readonly string[] {
  const streams: string[] = [];
  context.on("request", (request) => {
    if (isStream(request)) streams.push(request.url());
  });
  return streams;
}

async function openList(page: Page, url = "") {
  const list = new FlowList(page);
  await page.goto(`${url}/flows`);
  await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
  return list;
}

async function renameInList(list: FlowList, name: string, next: string) {
  await list.link(name).focus();
  await list.page.keyboard.press("F2");
  await list.page.getByRole("textbox", { name: "Flow name" }).fill(next);
  await list.page.keyboard.press("Enter");
  await expect(list.row(next)).toBeVisible();
}

test("two tabs see each other's changes through one stream", async ({ page, context, api }) => {
  const { id } = await api.createFlow(digestFlow());
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

test("the tab that is left goes on where the one that held the stream ended", async ({
  page,
  context,
  api,
}) => {
  const { id } = await api.createFlow(digestFlow());
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

test("without locks, as outside secure contexts, each tab hears for itself", async ({
  page,
  context,
  api,
}) => {
  const { id } = await api.createFlow(digestFlow());
  await context.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, "locks"));
  const streams = watchStreams(context);
  const lists = [await openList(page), await openList(await context.newPage())];
  await expect.poll(() => streams).toHaveLength(2);
  await api.updateFlow(id, { name: "Report" });
  for (const list of lists) await expect(list.row("Report")).toBeVisible();
});

test("an editor without unsaved edits moves on to the version that somebody else saved", async ({
  page,
  api,
  browser,
  baseURL,
}) => {
  const { id } = await api.createFlow(digestFlow());
  const editor = new Editor(page);
  await editor.open(id);
  const another = await browser.newContext({ baseURL: baseURL! });
  const theirs = new Editor(await another.newPage());
  await theirs.open(id);
  await theirs.renameStep("Clean", "Tidy");
  await theirs.save();
  await expect(editor.row("Tidy")).toBeVisible();
  await expect(editor.status).toHaveText("Saved");
  await editor.expectSaid("This flow was changed elsewhere. You now see the new version.");

  await editor.switchOf("Fetch").click();
  await editor.save();
  await expect(theirs.switchOf("Fetch")).not.toBeChecked();
  await another.close();
});

test("an editor with unsaved edits keeps them, and says at once that somebody else has saved", async ({
  page,
  api,
}) => {
  const { id } = await api.createFlow(digestFlow());
  const editor = new Editor(page);
  await editor.open(id);
  await editor.renameStep("Clean", "Tidy");
  await api.updateFlow(id, { name: "Theirs" });
  await expect(editor.status).toHaveText("Changed elsewhere");
  await expect(editor.row("Tidy")).toBeVisible();
});

test("an editor's own save is no news to it", async ({ page, api }) => {
  const { id } = await api.createFlow(digestFlow());
  const editor = new Editor(page);
  await editor.open(id);
  await api.updateFlow(id, { name: "Theirs" });
  await expect(page.getByRole("heading", { level: 1, name: "Theirs" })).toBeVisible();
  const reads: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "GET" && request.url().endsWith(`/v1/flows/${id}`)) reads.push(request.url());
  });
  await editor.renameStep("Clean", "Tidy");
  await editor.save();
  // What the page hears next comes after its own save.
  await api.updateFlow(id, { name: "Theirs again" });
  await expect(page.getByRole("heading", { level: 1, name: "Theirs again" })).toBeVisible();
  expect(reads).toHaveLength(1);
});

test("a row stays as it is while it is being renamed, and nothing is written over unseen", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 412/);
  const [digest, other] = [await api.createFlow(digestFlow()), await api.createFlow({ name: "Other" })];
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
    list.toast("“Digest” was renamed to “Their digest” elsewhere meanwhile, and keeps that name."),
  ).toBeVisible();
  await list.expectNames(["Other, newest", "Their digest"]);
});

test("a flow that can still be brought back stays out of sight, whatever else changes", async ({
  page,
  api,
}) => {
  const [digest, other] = [await api.createFlow(digestFlow()), await api.createFlow({ name: "Other" })];
  const list = await openList(page);
  await list.chooseFromMenu("Digest", "Delete");
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await list.expectNames(["Other"]);
  await api.updateFlow(digest.id, { description: "Still edited by somebody" });
  await api.updateFlow(other.id, { name: "Renamed" });
  await list.expectNames(["Renamed"]);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(list.row("Digest")).toBeVisible();
});

test("a stream that is refused or cut comes back by itself and has missed nothing", async ({
  page,
  context,
  api,
  problems,
}) => {
  problems.allow(/status of 503|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE/);
  const { id } = await api.createFlow(digestFlow());
  await api.addFaults({ path: "/local/events", status: 503, times: 1 });
  const streams = watchStreams(context);
  const list = await openList(page);
  await expect.poll(() => streams).toHaveLength(2);
  await api.updateFlow(id, { name: "After a refusal" });
  await expect(list.row("After a refusal")).toBeVisible();
  await api.addFaults(
    { path: "/local/events", cut: "before", times: 1 },
    { path: "/local/events", cut: "open" },
  );
  await api.updateFlow(id, { name: "After a cut" });
  await expect(list.row("After a cut")).toBeVisible();
});

test("a server that stops is missed at once, and what was changed meanwhile is there when it is back", async ({
  page,
  startOwnServer,
  problems,
}) => {
  // A server that is still opening its store answers 503.
  problems.allow(/ERR_CONNECTION_(?:REFUSED|RESET)|status of 503/);
  const dataDirectory = test.info().outputPath("data");
  const first = await startServer({ dataDirectory });
  const { port } = new URL(first.url);
  const { id } = await new Api(first.url).createFlow(digestFlow());
  const begun = page.waitForRequest(isStream);
  const list = await openList(page, first.url);
  await begun;
  await first.stop();
  const notice = page.getByText("Offline: the server cannot be reached.");
  await expect(notice).toBeVisible();
  const second = await startOwnServer({ dataDirectory, env: { PORT: port } });
  await new Api(second.url).updateFlow(id, { name: "Report" });
  await expect(list.row("Report")).toBeVisible({ timeout: 20_000 });
  await expect(notice).toHaveCount(0);
});

test("nobody listens who is not signed in", async ({ page, context, startOwnServer, problems }) => {
  problems.allow(/status of 401/);
  const streams = watchStreams(context);
  const { url } = await startOwnServer({ env: { API_KEYS: "key-all" } });
  const api = new Api(url, "key-all");
  const { id } = await api.createFlow(digestFlow());
  await page.goto(`${url}/flows`);
  const field = page.getByRole("textbox", { name: "API key" });
  await expect(field).toBeVisible();
  await field.fill("key-all");
  await page.keyboard.press("Enter");
  const list = new FlowList(page);
  await expect(list.row("Digest")).toBeVisible();
  await expect.poll(() => streams).toHaveLength(1);
  await api.updateFlow(id, { name: "Report" });
  await expect(list.row("Report")).toBeVisible();

  const ended = page.waitForEvent("requestfailed", isStream);
  await page.getByRole("button", { name: "Sign out" }).click();
  await ended;
  await expect(field).toBeVisible();
  expect(streams).toHaveLength(1);
});

test("where another API sends no events, a look at the page asks for what is new", async ({
  page,
  context,
  startOwnServer,
}) => {
  const upstream = await startOwnServer({ env: { EXTRAS: "0", API_KEYS: "upstream-key" } });
  const env = { RUNTYPE_API_KEY: "upstream-key", RUNTYPE_API_URL: upstream.url };
  const { url } = await startOwnServer({ env });
  const streams = watchStreams(context);
  await page.clock.install();
  const list = await openList(page, url);
  await expect(page.getByText("No flows yet")).toBeVisible();
  await new Api(upstream.url, "upstream-key").createFlow(digestFlow());
  await page.clock.fastForward(15_000);
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
  await expect(list.row("Digest")).toBeVisible();
  expect(streams).toEqual([]);
});
