import type { Locator } from "@playwright/test";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { buildSampleDigestFlowBody } from "#e2e/harness/open-flow.ts";
import { pressKeysWithoutWaiting } from "#e2e/harness/press-at-once.ts";
import { createRecord, createUniqueRecordType } from "#e2e/harness/records.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { RunsPageObject } from "#e2e/harness/runs.ts";
import {
  createDelayedClickOnElement,
  delayRequestsUntilReleased,
  extendTimers,
  waitUntilTimersFired,
} from "#e2e/harness/slow-down-page.ts";
import { TemplateGalleryPageObject } from "#e2e/harness/template-gallery.ts";
import { expect, test } from "#e2e/harness/test.ts";

test.beforeEach(({ api }) => api.deleteAllFlows());

test("a double click creates one flow, and a typed description replaces the template's", async ({
  page,
  api,
}) => {
  const list = new FlowListPageObject(page);
  const gallery = new TemplateGalleryPageObject(page);
  // Dispatches the second click in the next task, before any timer, as on a slow device.
  const clickTwice = (button: Locator) =>
    button.evaluate((element: HTMLElement) => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener("message", () => element.click());
      port1.start();
      element.click();
      port2.postMessage(undefined);
    });
  const fill = async (name: string) => {
    await gallery.dialog.getByRole("textbox", { name: "Name" }).fill(name);
    await gallery.dialog.getByRole("textbox", { name: "Description" }).fill("Of mine");
  };
  for (const [name, button] of [
    ["From a template", "Use template"],
    ["Blank", "Create flow"],
  ] as const) {
    await list.open();
    await page.getByRole("button", { name: "New flow" }).click();
    await fill(name);
    if (button === "Use template") await gallery.dialog.getByRole("tab", { name: "Template" }).click();
    await clickTwice(gallery.dialog.getByRole("button", { name: button }));
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  }
  const flows = await api.listFlows();
  expect(flows.map(({ name }) => name).toSorted()).toEqual(["Blank", "From a template"]);
  for (const { id } of flows) expect(await api.getFlow(id)).toMatchObject({ description: "Of mine" });
});

test("a flow opened during the search debounce stays open", async ({ page, api }) => {
  for (const name of ["Other", "Digest"]) await api.createFlow(buildFlow(name, [buildStep("a")]));
  const list = new FlowListPageObject(page);
  const release = await delayRequestsUntilReleased(page, /\/assets\/flow-editor-page/);
  await list.open();
  const clickAfter = await createDelayedClickOnElement(list.link("Digest"));
  await list.search.focus();
  await page.keyboard.type("dig");
  await clickAfter(150);
  // Expects the URL of the flow even after all timers: while the editor's code loads, the list is still mounted, and
  // its search debounce could change the URL.
  await expect(page).toHaveURL(/\/flows\/flow_\w+$/);
  await waitUntilTimersFired(page);
  release();
  await expect(page.getByRole("heading", { level: 1, name: "Digest" })).toBeVisible();
  await expect(page).toHaveURL(/\/flows\/flow_\w+$/);
});

test("a flow deleted right before a reload stays deleted", async ({ page, api, problems }) => {
  // The reloaded page reads the flow to check that the delete succeeded, and gets a 404.
  problems.allow(/status of 404/);
  await api.createFlow(buildFlow("Kept", [buildStep("a")]));
  const { id } = await api.createFlow(buildFlow("Doomed", [buildStep("a")]));
  const list = new FlowListPageObject(page);
  await list.open();
  await list.chooseFromMenu("Doomed", "Delete");
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(list.toast("Deleting “Doomed”…")).toBeVisible();
  await page.reload();
  // Expects that the list hides the deleted flow, even if the server handled the request for the list before the
  // delete request.
  await list.expectNames(["Kept"]);
  await expect.poll(async () => (await api.request("getFlow", { params: { id } })).status).toBe(404);
});

test("leaving right after Save waits for the save without asking the user", async ({ page, api }) => {
  // Disables the timer after which the page asks about a slow save, so that a question means that the page does not
  // wait.
  await extendTimers(page, 2_000);
  const { id } = await api.createFlow(buildSampleDigestFlowBody());
  const editor = new EditorPageObject(page);
  await page.goto("/flows");
  await new FlowListPageObject(page).link("Digest").click();
  await editor.switchOf("Fetch").click();
  await expect(editor.status).toHaveText("1 unsaved change");
  await api.addFaults({ method: "PUT", path: "/v1/flows/:id", delayMs: 220, times: 1 });
  await page.evaluate(() => {
    const asked = new MutationObserver(() => {
      if (document.querySelector("[role=alertdialog]")) document.documentElement.dataset["asked"] = "yes";
    });
    asked.observe(document.body, { childList: true, subtree: true });
  });
  await editor.saveButton.click();
  await page.getByRole("link", { name: "Back to flows" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
  expect(await page.locator("html").getAttribute("data-asked"), "asked").toBeNull();
  expect((await api.getFlow(id)).revision, "the revision of the flow").toBe(2);
});

test(
  "switching the search to steps during its debounce keeps the letters typed last",
  { tag: "@full" },
  async ({ page, api }) => {
    await api.createFlow(buildFlow("Digest", [buildStep("fetch", { name: "Fetch page" })]));
    const list = new FlowListPageObject(page);
    await list.open("?search=fe");
    const clickAfter = await createDelayedClickOnElement(
      page.getByRole("search").getByRole("button", { name: "Search in steps" }),
    );
    await list.search.press("End");
    await page.keyboard.type("tch");
    await clickAfter(50);
    await expect(page).toHaveURL(/search=fetch&in=steps$/);
    await expect(list.search).toHaveValue("fetch");
  },
);

test(
  "Enter right after a search and Arrow Down opens no row that the search does not match",
  { tag: "@full" },
  async ({ page, api }) => {
    for (const name of ["Omega", "Alpha"]) await api.createFlow(buildFlow(name, [buildStep("a")]));
    const list = new FlowListPageObject(page);
    await list.open();
    await expect(list.link("Alpha")).toBeVisible();
    await list.search.focus();
    await pressKeysWithoutWaiting(page, { text: "Omega" }, "ArrowDown", "Enter");
    await expect(list.link("Omega")).toBeFocused();
    await list.expectNames(["Omega"]);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: "Omega" })).toBeVisible();
  },
);

test("a flow whose creation finishes late does not navigate away from the page opened meanwhile", async ({
  page,
}) => {
  const list = new FlowListPageObject(page);
  await page.goto("/records");
  await page.getByRole("link", { name: "Flows", exact: true }).click();
  const releasePage = await delayRequestsUntilReleased(page, /\/assets\/record-/);
  await page.reload();
  await page.getByRole("button", { name: "New flow" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Name" }).fill("Digest");
  const release = await delayRequestsUntilReleased(page, /\/v1\/flows$/);
  await dialog.getByRole("button", { name: "Create flow" }).click();
  await page.goBack();
  await page.getByRole("button", { name: "Leave without waiting" }).click();
  release();
  await expect(list.toast("Created “Digest”.")).toBeVisible();
  releasePage();
  await expect(page.getByRole("heading", { level: 1, name: "Records" })).toBeVisible();
});

test(
  "a run that starts late does not navigate away from the page opened meanwhile",
  { tag: "@full" },
  async ({ page, api }) => {
    const type = createUniqueRecordType();
    await createRecord(api, type, "Ada");
    await api.createFlow(buildFlow("Digest", [buildStep("a", { name: "Step" })]));
    const list = new FlowListPageObject(page);
    const runs = new RunsPageObject(page);
    await page.clock.install();
    await list.open();
    await list.link("Digest").click();
    await new EditorPageObject(page).switchOf("Step").click();
    const release = await delayRequestsUntilReleased(page, /\/v1\/flows\/flow_\w+$/);
    await runs.ask(type);
    await runs.dialog.getByRole("button", { name: "Save and run" }).click();
    await page.goBack();
    await page.clock.fastForward(2000);
    await page.getByRole("button", { name: "Keep draft and leave" }).click();
    const heading = page.getByRole("heading", { level: 1, name: "Flows" });
    await expect(heading).toBeVisible();
    release();
    await expect(list.toast("Run started.")).toBeVisible();
    await waitUntilTimersFired(page);
    await expect(heading).toBeVisible();
  },
);

test(
  "a run or publish whose dialog was closed reports in a toast, and does not navigate",
  { tag: "@full" },
  async ({ page, api, problems }) => {
    problems.allow(/503/);
    const type = createUniqueRecordType();
    await createRecord(api, type, "Ada");
    const step = { type: "set-variable", config: { variableName: "a", valueTemplate: "1" } };
    const { id } = await api.createFlow(buildFlow("Digest", [buildStep("a", step)]));
    const list = new FlowListPageObject(page);
    const runs = new RunsPageObject(page);
    await new EditorPageObject(page).open(id);
    const requests = /run-on-record-type|\/publish$/;
    const closeWhileSent = async (button: string) => {
      const sent = page.waitForRequest(requests);
      await page.getByRole("dialog").getByRole("button", { name: button, exact: true }).click();
      await sent;
      await page.keyboard.press("Escape");
      await expect(page.getByRole("dialog")).toHaveCount(0);
    };

    const release = await delayRequestsUntilReleased(page, requests);
    await runs.ask(type);
    await closeWhileSent("Run");
    release();
    await expect(list.toast("Run started.")).toBeVisible();
    await expect(page).toHaveURL(new RegExp(`${id}$`));

    let fail = () => {};
    const isFailing = new Promise<void>((resolve) => (fail = resolve));
    await page.route(requests, async (route) => {
      await isFailing;
      await route.fulfill({ status: 503, json: { error: "Busy" } });
    });
    await runs.ask(type);
    await closeWhileSent("Run");
    await page.getByRole("button", { name: "Publish", exact: true }).click();
    await closeWhileSent("Publish");
    fail();
    await expect(list.toast("Run of “Digest”: ")).toBeVisible();
    await expect(list.toast("Publishing “Digest”: ")).toBeVisible();
  },
);

test("keys pressed before the New flow dialog has loaded do not act on the page, and Escape cancels", async ({
  page,
  api,
}) => {
  await api.createFlow(buildFlow("Digest", [buildStep("a")]));
  const list = new FlowListPageObject(page);
  const button = page.getByRole("button", { name: "New flow" });
  const release = await delayRequestsUntilReleased(page, /\/assets\/new-flow-dialog/);
  await list.open();
  await button.click();
  await page.keyboard.type("/j");
  await page.keyboard.press("Escape");
  await expect(button).toBeFocused();
  await button.click();
  release();
  await expect(page.getByRole("textbox", { name: "Name" })).toBeFocused();
  await page.keyboard.press("Escape");
  await button.click();
  await pressKeysWithoutWaiting(page, { text: "next one" });
  await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue("next one");
  await page.keyboard.press("Escape");
  await expect(button).toBeFocused();
});
