import { setTimeout as pause } from "node:timers/promises";
import type { Locator } from "@playwright/test";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import {
  DELAYS_FROM_KEY_PRESS_TO_CLICK_MS,
  CPU_SLOWDOWN_FACTORS,
  createDelayedClickOnElement,
  delayRequestsUntilReleased,
  slowDownCpu,
  waitUntilTimersFired,
} from "#e2e/harness/slow-down-page.ts";
import { pressKeysWithoutWaiting } from "#e2e/harness/press-at-once.ts";
import { RecordsPageObject, createRecord, createUniqueRecordType } from "#e2e/harness/records.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { RunsPageObject } from "#e2e/harness/runs.ts";
import { TemplateGalleryPageObject } from "#e2e/harness/template-gallery.ts";
import { expect, test } from "#e2e/harness/test.ts";

test.beforeEach(({ api }) => api.deleteAllFlows());

test("a double click creates one flow, and a typed description replaces the template's", async ({
  page,
  api,
}) => {
  const list = new FlowListPageObject(page);
  const gallery = new TemplateGalleryPageObject(page);
  // The second click is the next task, before any timer, as on a slow device.
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

for (const rate of CPU_SLOWDOWN_FACTORS) {
  test.describe(`with ${rate}× CPU slowdown`, { tag: rate > 1 ? ["@full"] : [] }, () => {
    test.slow(rate > 1);

    test("a flow opened during the search debounce stays open", { tag: "@full" }, async ({ page, api }) => {
      await api.createFlow(buildFlow("Other", [buildStep("a")]));
      await api.createFlow(buildFlow("Digest", [buildStep("a")]));
      const list = new FlowListPageObject(page);
      for (const delayMs of DELAYS_FROM_KEY_PRESS_TO_CLICK_MS) {
        await test.step(`${delayMs} ms after the last key`, async () => {
          const release = await delayRequestsUntilReleased(page, /\/assets\/flow-editor-page/);
          await list.open();
          const clickAfter = await createDelayedClickOnElement(list.link("Digest"));
          await slowDownCpu(page, rate);
          await list.search.focus();
          await page.keyboard.type("dig");
          await clickAfter(delayMs);
          // Expects the URL of the flow even after all timers: while the editor's code loads, the list is still
          // mounted, and its search debounce could change the URL.
          await expect(page).toHaveURL(/\/flows\/flow_\w+$/);
          await waitUntilTimersFired(page);
          release();
          await expect(page.getByRole("heading", { level: 1, name: "Digest" })).toBeVisible();
          await expect(page).toHaveURL(/\/flows\/flow_\w+$/);
          await slowDownCpu(page, 1);
        });
      }
    });

    test("a record opened during the search debounce stays open, and the search field matches the URL", async ({
      page,
      api,
    }) => {
      const type = createUniqueRecordType();
      for (const name of ["Other", "Ada"]) await createRecord(api, type, name);
      const records = new RecordsPageObject(page);
      await records.open(type);
      await slowDownCpu(page, rate);
      for (const delayMs of DELAYS_FROM_KEY_PRESS_TO_CLICK_MS) {
        await test.step(`${delayMs} ms after the last key`, async () => {
          await expect(records.rows).toHaveCount(2);
          const clickAfter = await createDelayedClickOnElement(records.link("Ada"));
          await records.search.focus();
          await page.keyboard.type("ad");
          await clickAfter(delayMs);
          await expect(records.name).toHaveValue("Ada");
          await waitUntilTimersFired(page);
          await expect(page).toHaveURL(/record=record_/);
          await expect(records.name).toHaveValue("Ada");
          await page.keyboard.press("Escape");
          await expect(records.panel).toHaveCount(0);
          const searched = new URL(page.url()).searchParams.get("search") ?? "";
          await expect(records.search).toHaveValue(searched);
          await records.search.fill("");
          await expect(page).not.toHaveURL(/search=/);
        });
      }
    });

    test(
      "a flow deleted right before a reload stays deleted",
      { tag: "@full" },
      async ({ page, api, problems }) => {
        // Allows the 404 of the read by which the reloaded page learns that the delete succeeded.
        problems.allow(/status of 404/);
        await api.createFlow(buildFlow("Kept", [buildStep("a")]));
        const list = new FlowListPageObject(page);
        await list.open();
        for (const delayMs of DELAYS_FROM_KEY_PRESS_TO_CLICK_MS) {
          await test.step(`${delayMs} ms after the click`, async () => {
            const { id } = await api.createFlow(buildFlow("Doomed", [buildStep("a")]));
            await list.chooseFromMenu("Doomed", "Delete");
            const confirm = page.getByRole("alertdialog").getByRole("button", { name: "Delete" });
            await expect(confirm).toBeVisible();
            await slowDownCpu(page, rate);
            await confirm.click();
            await pause(delayMs);
            await page.reload();
            // Expects that the list hides the deleted flow, even if the server handled the request for the list before
            // the delete request.
            await list.expectNames(["Kept"]);
            await expect
              .poll(async () => (await api.request("getFlow", { params: { id } })).status)
              .toBe(404);
            await slowDownCpu(page, 1);
          });
        }
      },
    );

    test("the New flow dialog receives every key typed after the click, also while its code loads", async ({
      page,
    }) => {
      const list = new FlowListPageObject(page);
      const name = page.getByRole("dialog").getByRole("textbox", { name: "Name" });
      const button = page.getByRole("button", { name: "New flow" });
      for (const delayMs of DELAYS_FROM_KEY_PRESS_TO_CLICK_MS) {
        await test.step(`${delayMs} ms after the click`, async () => {
          const release = await delayRequestsUntilReleased(page, /\/assets\/new-flow-dialog/);
          await list.open();
          await slowDownCpu(page, rate);
          await button.click();
          await pause(delayMs);
          await page.keyboard.type("My fl");
          release();
          await page.keyboard.type("ow");
          await expect(name).toBeFocused();
          await expect(name).toHaveValue("My flow");
          await page.keyboard.press("Escape");
          await expect(button).toBeFocused();
          // Opens the dialog a second time: its code is loaded now, so the dialog receives the keys without a buffer.
          await button.click();
          await pause(delayMs);
          await pressKeysWithoutWaiting(page, { text: "next one" });
          await expect(name).toHaveValue("next one");
          await slowDownCpu(page, 1);
        });
      }
    });

    for (const { firstField, where } of [
      { firstField: "name", where: "list of a type" },
      { firstField: "type", where: "list of types" },
    ] as const) {
      test(`the form for a new record, opened from the ${where}, receives every key typed after the click`, async ({
        page,
      }) => {
        const records = new RecordsPageObject(page);
        const field = records[firstField];
        const address = firstField === "name" ? `/records/${createUniqueRecordType()}` : "/records";
        const button = page.getByRole("button", { name: "New record" });
        const discard = page.getByRole("button", { name: "Discard" });
        for (const delayMs of DELAYS_FROM_KEY_PRESS_TO_CLICK_MS) {
          await test.step(`${delayMs} ms after the click`, async () => {
            const release = await delayRequestsUntilReleased(page, /\/assets\/record-panel/);
            await page.goto(address);
            await slowDownCpu(page, rate);
            await button.click();
            await pause(delayMs);
            await page.keyboard.type("My rec");
            release();
            await page.keyboard.type("ord");
            await expect(field).toBeFocused();
            await expect(field).toHaveValue("My record");
            await page.keyboard.press("Escape");
            await discard.click();
            await expect(button).toBeFocused();
            // Opens the form a second time: its code is loaded now, so the form receives the keys without a buffer.
            await button.click();
            await pause(delayMs);
            await pressKeysWithoutWaiting(page, { text: "next one" });
            await expect(field).toHaveValue("next one");
            await slowDownCpu(page, 1);
            await page.keyboard.press("Escape");
            await discard.click();
          });
        }
      });
    }

    test("arrow down right after typing a search waits for its result", async ({ page, api }) => {
      await api.createFlow(buildFlow("Omega", [buildStep("a")]));
      await api.createFlow(buildFlow("Alpha", [buildStep("a")]));
      const list = new FlowListPageObject(page);
      await list.open();
      await expect(list.link("Alpha")).toBeVisible();
      await slowDownCpu(page, rate);
      await list.search.focus();
      await pressKeysWithoutWaiting(page, { text: "Omega" }, "ArrowDown", "Enter");
      await expect(list.link("Omega")).toBeFocused();
      await list.expectNames(["Omega"]);
      await page.keyboard.press("Enter");
      await expect(page.getByRole("heading", { level: 1, name: "Omega" })).toBeVisible();
    });

    test("changing the sort order during the search debounce keeps the search", async ({ page, api }) => {
      for (const name of ["Digest B", "Digest A", "Other"])
        await api.createFlow(buildFlow(name, [buildStep("a")]));
      const list = new FlowListPageObject(page);
      await list.open("?sort=name");
      await slowDownCpu(page, rate);
      for (const delayMs of DELAYS_FROM_KEY_PRESS_TO_CLICK_MS) {
        await test.step(`${delayMs} ms after the last key`, async () => {
          const clickAfter = await createDelayedClickOnElement(
            page.getByRole("button", { name: "Sort by name" }),
          );
          await list.search.focus();
          await page.keyboard.type("dig");
          await clickAfter(delayMs);
          await list.expectNames(["Digest B", "Digest A"]);
          await waitUntilTimersFired(page);
          await expect(page).toHaveURL(/search=dig&sort=name&order=desc$/);
          await expect(list.search).toHaveValue("dig");
          await list.search.fill("");
          await page.getByRole("button", { name: "Sort by name" }).click();
          await list.expectNames(["Digest A", "Digest B", "Other"]);
        });
      }
    });
  });
}

test("switching the search to steps during its debounce keeps the letters typed last", async ({
  page,
  api,
}) => {
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
});

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

test("a flow that is created after its page was left does not navigate away from the page opened meanwhile", async ({
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
  await page.getByRole("button", { name: "Discard" }).click();
  release();
  await expect(list.toast("Created “Digest”.")).toBeVisible();
  releasePage();
  await expect(page.getByRole("heading", { level: 1, name: "Records" })).toBeVisible();
});

test("a run that starts after its page was left does not navigate away from the page opened meanwhile", async ({
  page,
  api,
}) => {
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
});

test("Enter creates a new flow before its dialog has loaded, and Escape cancels it", async ({
  page,
  api,
}) => {
  const list = new FlowListPageObject(page);
  const release = await delayRequestsUntilReleased(page, /\/assets\/new-flow-dialog/);
  await list.open();
  const button = page.getByRole("button", { name: "New flow" });
  await button.click();
  await page.keyboard.type("Never mind");
  await page.keyboard.press("Escape");
  await expect(button).toBeFocused();
  await button.click();
  await page.keyboard.type("Quick");
  await page.keyboard.press("Enter");
  release();
  await expect(page.getByRole("heading", { level: 1, name: "Quick" })).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect((await api.listFlows()).map((flow) => flow.name)).toEqual(["Quick"]);
});

test("Enter creates a new record before its form has loaded, and Escape cancels it", async ({ page }) => {
  const type = createUniqueRecordType();
  const records = new RecordsPageObject(page);
  const release = await delayRequestsUntilReleased(page, /\/assets\/record-panel/);
  await records.open(type);
  const button = page.getByRole("button", { name: "New record" });
  await button.click();
  await page.keyboard.type("Never mind");
  await page.keyboard.press("Escape");
  await expect(button).toBeFocused();
  await expect(page).not.toHaveURL(/record=/);
  await button.click();
  await page.keyboard.type("Quick");
  await page.keyboard.press("Enter");
  release();
  await expect(records.toast("Created “Quick”.")).toBeVisible();
  await expect(records.row("Quick")).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
});
