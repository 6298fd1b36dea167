import type { Page } from "@playwright/test";
import { buildConditional, buildFlow, buildLongFlow, buildStep } from "#core/flow-builder.ts";
import type { Api } from "#e2e/harness/api.ts";
import { Editor } from "#e2e/harness/editor.ts";
import { expect, test } from "#e2e/harness/test.ts";

const digest = () =>
  buildFlow("Digest", [
    buildStep("fetch", { type: "fetch-url", config: { http: { method: "GET", url: "https://a.example" } } }),
    buildStep("clean", { type: "transform-data" }),
    buildConditional("route", [buildStep("queue"), buildStep("hide")], [buildStep("approve")]),
    buildStep("notify", { type: "send-email", enabled: false }),
  ]);

async function openFlow(page: Page, api: Api, body: Parameters<Api["createFlow"]>[0] = digest()) {
  const flow = await api.createFlow(body);
  const editor = new Editor(page);
  await editor.open(flow.id);
  return { flow, editor };
}

test("steps have the names and places that screen readers rely on", async ({ page, api }) => {
  const { editor } = await openFlow(page, api);
  const row = editor.row("Route");
  await expect(row).toHaveAttribute("data-step-id", "route");
  await expect(row).toHaveAttribute("aria-level", "1");
  await expect(row).toHaveAttribute("aria-posinset", "3");
  await expect(row).toHaveAttribute("aria-setsize", "4");
  await expect(row).toHaveAccessibleName(/^3 Route/);
  await expect(row).toContainText("then 2 · else 1");
  await expect(editor.switchOf("Notify")).not.toBeChecked();
  await expect(editor.status).toHaveText("Saved");
});

test("a keyboard move is said word for word", async ({ page, api }) => {
  const { editor } = await openFlow(page, api);
  expect(await editor.moveByKeyboard("Fetch", 2)).toEqual([
    "Picked up Fetch, position 1 of 4. Arrow keys move it, Space drops it, Escape puts it back.",
    "Fetch, position 2 of 4, before Route.",
    "Fetch, position 3 of 4, before Notify.",
    "Moved Fetch to position 3 of 4.",
  ]);
  await expect(editor.handle("Fetch")).toBeFocused();
});

test("Escape puts a step back, by keyboard and by mouse, and nothing is to be saved", async ({
  page,
  api,
}) => {
  const { editor } = await openFlow(page, api);
  await editor.handle("Fetch").focus();
  await page.keyboard.press("Space");
  await editor.expectSaid(/^Picked up Fetch/);
  await page.keyboard.press("ArrowDown");
  await editor.expectSaid("Fetch, position 2 of 4, before Route.");
  await page.keyboard.press("Escape");
  await editor.expectSaid("Put Fetch back at position 1.");

  const row = await editor.row("Clean").boundingBox();
  await page.mouse.move(row!.x + 200, row!.y + 10);
  await page.mouse.down();
  await page.mouse.move(row!.x + 200, row!.y + 90, { steps: 8 });
  await editor.expectSaid(/^Clean, position/);
  await page.keyboard.press("Escape");
  await page.mouse.up();
  await editor.expectSteps(["Fetch", "Clean", "Route", "Notify"]);
  await expect(editor.status).toHaveText("Saved");
});

test("a drop outside of the list changes nothing", async ({ page, api }) => {
  const { editor } = await openFlow(page, api);
  const row = await editor.row("Clean").boundingBox();
  await page.mouse.move(row!.x + 200, row!.y + 10);
  await page.mouse.down();
  await page.mouse.move(row!.x + 200, row!.y + 60, { steps: 8 });
  await page.mouse.move(row!.x + 200, 5, { steps: 8 });
  await page.mouse.up();
  await expect(editor.status).toHaveText(/^(Saved|1 unsaved change)$/);
});

test("Alt and an arrow moves the row, and the focus goes with it", async ({ page, api }) => {
  const { editor } = await openFlow(page, api);
  await editor.row("Clean").focus();
  await page.keyboard.press("Alt+ArrowUp");
  await editor.expectSteps(["Clean", "Fetch", "Route", "Notify"]);
  await expect(editor.row("Clean")).toBeFocused();
  await page.keyboard.press("Alt+ArrowUp");
  await editor.expectSaid("Clean is already first.");
});

test("a conditional moves and is switched whole, with all that is inside", async ({ page, api }) => {
  const { flow, editor } = await openFlow(page, api);
  await editor.chooseFromMenu("Route", "Move to top");
  await editor.row("Route").focus();
  await page.keyboard.press("Space");
  const body = await editor.save();
  expect(body).toEqual({
    flowSteps: [flow.flowSteps[2], flow.flowSteps[0], flow.flowSteps[1], flow.flowSteps[3]].map(
      (step, order) => ({
        ...step,
        order,
        enabled: order === 0 ? false : step?.["enabled"],
      }),
    ),
  });
});

test("undo and redo take every edit back and forth, name it, and survive a save", async ({ page, api }) => {
  const { flow, editor } = await openFlow(page, api);
  await editor.renameStep("Clean", "Tidy");
  await editor.switchOf("Fetch").click();
  await editor.chooseFromMenu("Notify", "Move to top");
  await expect(editor.status).toHaveText("3 unsaved changes");
  await editor.save();

  await page.getByRole("button", { name: /^Undo move Notify/ }).click();
  await editor.expectSteps(["Fetch", "Tidy", "Route", "Notify"]);
  await expect(editor.status).toHaveText("1 unsaved change");
  await page.keyboard.press("Control+z");
  await expect(editor.switchOf("Fetch")).toBeChecked();
  await page.keyboard.press("Control+z");
  await editor.expectSteps(["Fetch", "Clean", "Route", "Notify"]);
  expect(await editor.save()).toEqual({ flowSteps: flow.flowSteps });
  expect(JSON.stringify((await api.getFlow(flow.id)).flowSteps)).toBe(JSON.stringify(flow.flowSteps));

  await page.keyboard.press("Control+Shift+z");
  await editor.expectSteps(["Fetch", "Tidy", "Route", "Notify"]);
  await expect(editor.status).toHaveText("1 unsaved change");
});

test("a step switched off and on again is nothing to save", async ({ page, api }) => {
  const { editor } = await openFlow(page, api);
  await editor.switchOf("Fetch").click();
  await expect(editor.status).toHaveText("1 unsaved change");
  await editor.switchOf("Fetch").click();
  await expect(editor.status).toHaveText("Saved");
});

test("after a delete the focus is on the next row, then the previous, then on adding one", async ({
  page,
  api,
}) => {
  const { editor } = await openFlow(
    page,
    api,
    buildFlow("f", [buildStep("a"), buildStep("b"), buildStep("c")]),
  );
  await editor.row("B").focus();
  await page.keyboard.press("Delete");
  await expect(editor.row("C")).toBeFocused();
  await page.keyboard.press("Delete");
  await expect(editor.row("A")).toBeFocused();
  await page.keyboard.press("Delete");
  await expect(page.getByRole("button", { name: "Add step" })).toBeFocused();
  await page.keyboard.press("Control+z");
  await expect(editor.row("A")).toBeFocused();
});

test("a step is added between two others and its name is ready to type", async ({ page, api }) => {
  const { flow, editor } = await openFlow(page, api);
  await editor.row("Fetch").hover();
  await page.getByRole("button", { name: "Add step after Fetch" }).click();
  await page.getByRole("combobox").fill("webs");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: "Name" })).toBeFocused();
  await page.keyboard.type("Crawl it");
  await editor.expectSteps(["Fetch", "Crawl it", "Clean", "Route", "Notify"]);
  await editor.save();
  const added = (await api.getFlow(flow.id)).flowSteps[1];
  expect(added).toMatchObject({ type: "crawl", name: "Crawl it", order: 1, enabled: true });
  expect(added?.id).toMatch(/^step_[0-9a-hjkmnp-tv-z]{26}$/);
});

test("the inspector changes name, switch, condition and config of the selected step", async ({
  page,
  api,
}) => {
  const { flow, editor } = await openFlow(page, api);
  await editor.row("Fetch").click();
  await expect(page).toHaveURL(/\?step=fetch$/);
  const inspector = page.getByRole("complementary", { name: /^Inspector of/ });
  await inspector.getByRole("textbox", { name: "Name" }).fill("Get page");
  await inspector.getByRole("switch").click();
  await inspector.getByRole("textbox", { name: "When" }).fill("page.size > 10");

  const config = inspector.getByRole("textbox", { name: "Config (JSON)" });
  await config.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText('{"http": {"method": "GET"');
  await expect(inspector.getByText(/^Fix or discard this text/)).toBeVisible();
  // A text that does not parse holds the save up and takes the focus.
  await editor.saveButton.click();
  await expect(config).toBeFocused();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText(', "url": "https://b.example"}, "retries": 2}');
  await expect(inspector.getByText(/^Fix or discard this text/)).toHaveCount(0);

  expect(await editor.save()).toEqual({
    flowSteps: [
      {
        ...flow.flowSteps[0],
        name: "Get page",
        enabled: false,
        when: "page.size > 10",
        config: { http: { method: "GET", url: "https://b.example" }, retries: 2 },
      },
      ...flow.flowSteps.slice(1),
    ],
  });
  await inspector.getByRole("textbox", { name: "When" }).focus();
  await page.keyboard.press("Escape");
  await expect(inspector).toHaveCount(0);
  await expect(editor.row("Get page")).toBeFocused();
});

test("the description is edited in place and emptied again", async ({ page, api }) => {
  const { flow, editor } = await openFlow(page, api);
  await page.getByRole("button", { name: "Add a description" }).click();
  await page.getByRole("textbox", { name: "Flow description" }).fill("Sends the digest");
  await page.keyboard.press("Enter");
  expect(await editor.save()).toEqual({ description: "Sends the digest" });
  expect((await api.getFlow(flow.id)).description).toBe("Sends the digest");
});

test("leaving with unsaved edits asks; staying keeps them", async ({ page, api }) => {
  const { editor } = await openFlow(page, api);
  await editor.switchOf("Fetch").click();
  await page.getByRole("link", { name: "All flows" }).click();
  const question = page.getByRole("alertdialog", { name: "Leave without saving?" });
  await expect(question).toContainText("1 unsaved change");
  await question.getByRole("button", { name: "Cancel" }).click();
  await expect(editor.status).toHaveText("1 unsaved change");

  const [closing] = await Promise.all([page.waitForEvent("dialog"), page.close({ runBeforeUnload: true })]);
  expect(closing.type()).toBe("beforeunload");
  await closing.dismiss();
  await expect(editor.status).toHaveText("1 unsaved change");

  await page.getByRole("link", { name: "All flows" }).click();
  await question.getByRole("button", { name: "Leave and lose them" }).click();
  await expect(page).toHaveURL(/\/flows$/);
});

test("publishing unsaved edits saves them first", async ({ page, api }) => {
  const { flow, editor } = await openFlow(page, api);
  await editor.renameStep("Clean", "Tidy");
  await editor.publish();
  await expect(page.getByText("Published v1")).toBeVisible();
  const { flowConfig } = await api.call("getPublishedVersion", { params: { flowId: flow.id } });
  expect(flowConfig).toMatchObject({ flowSteps: [{}, { name: "Tidy" }, {}, {}] });
});

test.describe("a thousand steps", () => {
  test("are windowed, walked to the end, and edited like any other", async ({ page, api }) => {
    const { flow, editor } = await openFlow(page, api, buildLongFlow("Long", 1_000));
    const rows = editor.list.getByRole("listitem");
    expect(await rows.count()).toBeLessThanOrEqual(80);
    await editor.row("Step 1").focus();
    await page.keyboard.press("End");
    await expect(editor.row("Step 1000")).toBeFocused();
    await page.keyboard.press("Space");
    await expect(editor.switchOf("Step 1000")).not.toBeChecked();
    expect(await rows.count()).toBeLessThanOrEqual(80);
    await editor.save();
    const held = await api.getFlow(flow.id);
    expect(held.flowSteps.at(-1)?.["enabled"]).toBe(false);
    expect(JSON.stringify(held.flowSteps.slice(0, -1))).toBe(JSON.stringify(flow.flowSteps.slice(0, -1)));
  });

  test("scroll by themselves while one is dragged down to the edge", async ({ page, api }) => {
    const { editor } = await openFlow(page, api, buildLongFlow("Long", 1_000));
    const row = await editor.row("Step 2").boundingBox();
    await page.mouse.move(row!.x + 200, row!.y + 10);
    await page.mouse.down();
    await page.mouse.move(row!.x + 200, row!.y + 60, { steps: 8 });
    const rows = editor.list.getByRole("listitem");
    let most = 0;
    await expect(async () => {
      await page.mouse.move(row!.x + 200, 780);
      await page.mouse.move(row!.x + 200, 778);
      most = Math.max(most, await rows.count());
      await expect(editor.row("Step 60")).toBeInViewport({ timeout: 20 });
    }).toPass({ timeout: 30_000, intervals: [20] });
    await page.mouse.move(row!.x + 200, 400, { steps: 10 });
    await page.mouse.up();
    await editor.expectSaid(/^Moved Step 2 to position \d+ of 1000\.$/);
    expect(most).toBeLessThanOrEqual(80);
    await expect(editor.row("Step 2")).toBeInViewport();
    await expect(editor.status).toHaveText("1 unsaved change");
  });
});

test("the editor is walked without a pointer: rows, a move, a switch, a rename, undo, save", async ({
  page,
  api,
}) => {
  const { flow, editor } = await openFlow(page, api);
  await expect(async () => {
    await page.keyboard.press("Tab");
    await expect(editor.row("Fetch")).toBeFocused({ timeout: 50 });
  }).toPass();
  await page.keyboard.press("ArrowDown");
  await expect(editor.row("Clean")).toBeFocused();
  await page.keyboard.press("Alt+ArrowDown");
  await page.keyboard.press("Space");
  await page.keyboard.press("F2");
  await page.keyboard.type("Tidy");
  await page.keyboard.press("Enter");
  await expect(editor.row("Tidy")).toBeFocused();
  await page.keyboard.press("Shift+F10");
  await expect(page.getByRole("menuitem", { name: "Move up" })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+s");
  await expect(editor.status).toHaveText("Saved");
  expect((await api.getFlow(flow.id)).flowSteps.map((step) => step["name"])).toEqual([
    "Fetch",
    "Route",
    "Tidy",
    "Notify",
  ]);
});
