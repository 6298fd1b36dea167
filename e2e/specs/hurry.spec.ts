import type { Locator } from "@playwright/test";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { hurryScenarios } from "#e2e/harness/hurry.ts";
import { pressKeysWithoutWaiting } from "#e2e/harness/press-at-once.ts";
import { RecordsPageObject, createRecord, createUniqueRecordType } from "#e2e/harness/records.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { RunsPageObject } from "#e2e/harness/runs.ts";
import {
  createDelayedClickOnElement,
  delayRequestsUntilReleased,
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

// `npm run bench:hurry` runs the same scenarios with several delays and a slower processor.
for (const { title, run, expectedProblem, isVariant } of hurryScenarios) {
  test(title, { tag: isVariant ? ["@full"] : [] }, async ({ page, api, problems }) => {
    if (expectedProblem) problems.allow(expectedProblem);
    await run({ page, api }, { delayMs: 150, slowdown: 1 });
  });
}

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

test(
  "a duplicate that finishes late does not navigate away from the flow opened meanwhile",
  { tag: "@full" },
  async ({ page, api }) => {
    for (const name of ["Original", "Other"]) await api.createFlow(buildFlow(name, [buildStep("a")]));
    const list = new FlowListPageObject(page);
    await list.open("?search=original");
    const release = await delayRequestsUntilReleased(page, /\/v1\/flows$/);
    await list.chooseFromMenu("Original", "Duplicate");
    await list.link("Original").click();
    await expect(page.getByRole("heading", { level: 1, name: "Original" })).toBeVisible();
    release();
    await expect(list.toast("Created “Copy of Original”.")).toBeVisible();
    await waitUntilTimersFired(page);
    await expect(page.getByRole("heading", { level: 1, name: "Original" })).toBeVisible();
  },
);

test(
  "a record save that finishes late does not navigate away from the page opened meanwhile",
  { tag: "@full" },
  async ({ page }) => {
    const type = createUniqueRecordType();
    const records = new RecordsPageObject(page);
    await page.goto("/records");
    await page.getByRole("button", { name: "New record" }).click();
    await records.type.fill(type);
    await records.name.fill("Ada");
    const release = await delayRequestsUntilReleased(page, /\/v1\/records$/);
    await page.getByRole("button", { name: "Create record" }).click();
    await page.goBack();
    await page.getByRole("button", { name: "Leave without waiting" }).click();
    await page.getByRole("link", { name: "Flows", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
    release();
    await expect(records.toast("Created “Ada”.")).toBeVisible();
    await waitUntilTimersFired(page);
    await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
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
  await expect(button).toBeFocused();
});
