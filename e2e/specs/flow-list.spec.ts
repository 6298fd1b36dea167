import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { pressRetryButtonUntilVisible } from "#e2e/harness/retry-for.ts";
import { LOST_CONNECTION } from "#e2e/harness/page-problems.ts";
import { expect, test } from "#e2e/harness/test.ts";
import { extendUndoPeriod } from "#e2e/harness/undo-period.ts";

test.beforeEach(({ api }) => api.deleteAllFlows());

const namedFlow = (name: string, count = 2) =>
  buildFlow(
    name,
    Array.from({ length: count }, (_, index) => buildStep(`s${index}`, { enabled: index !== 1 })),
  );

test("search, status filter and sort order are kept in the URL, and Back restores them", async ({
  page,
  api,
}) => {
  const { id } = await api.createFlow(namedFlow("Alpha 2024"));
  await api.createFlow(namedFlow("Beta 2024"));
  await api.createFlow(namedFlow("Gamma"));
  await api.publishFlow(id);
  const list = new FlowListPageObject(page);
  await list.open();
  await list.expectNames(["Gamma", "Beta 2024", "Alpha 2024"]);

  await list.search.fill("2024");
  await list.expectNames(["Beta 2024", "Alpha 2024"]);
  await expect(page).toHaveURL(/\/flows\?search=2024$/);

  await list.sortButton("Name").click();
  await list.expectNames(["Alpha 2024", "Beta 2024"]);
  await expect(page).toHaveURL(/\/flows\?search=2024&sort=name$/);

  await list.sortButton("Name").click();
  await list.expectNames(["Beta 2024", "Alpha 2024"]);

  await page.getByRole("combobox", { name: "Status" }).selectOption("Published");
  await list.expectNames(["Alpha 2024"]);
  await expect(page).toHaveURL(/status=published/);

  await page.reload();
  await list.expectNames(["Alpha 2024"]);
  await expect(list.search).toHaveValue("2024");

  await page.goBack();
  await list.expectNames(["Beta 2024", "Alpha 2024"]);
  await page.goBack();
  await page.goBack();
  await expect(page).toHaveURL(/\/flows\?search=2024$/);
  await list.expectNames(["Beta 2024", "Alpha 2024"]);
});

test(
  "a list of 320 flows renders at most 80 rows while scrolling",
  { tag: "@full" },
  async ({ page, api }) => {
    const names = Array.from({ length: 320 }, (_, index) => `Flow ${String(index + 1).padStart(3, "0")}`);
    for (let start = 0; start < names.length; start += 20)
      await Promise.all(names.slice(start, start + 20).map((name) => api.createFlow(namedFlow(name))));
    const list = new FlowListPageObject(page);
    await list.open("?sort=name");
    await expect(list.row("Flow 001")).toBeVisible();
    await expect(page.getByText("320", { exact: true })).toBeVisible();

    let most = 0;
    await list.rows.first().hover();
    await expect(async () => {
      await page.mouse.wheel(0, 1_500);
      most = Math.max(most, await list.rows.count());
      await expect(list.row("Flow 320")).toBeInViewport({ timeout: 50 });
    }).toPass({ timeout: 30_000, intervals: [20] });
    expect(most).toBeLessThanOrEqual(80);
    await expect(list.row("Flow 320")).toHaveAttribute("aria-posinset", "320");

    await list.link("Flow 320").focus();
    await page.keyboard.press("Home");
    await expect(list.row("Flow 001")).toBeInViewport();
  },
);

test(
  "clicking a far row while a menu is open opens that row without scrolling back",
  { tag: "@full" },
  async ({ page, api }) => {
    const names = Array.from({ length: 60 }, (_, index) => `Flow ${String(index + 1).padStart(2, "0")}`);
    await Promise.all(names.map((name) => api.createFlow(namedFlow(name))));
    const list = new FlowListPageObject(page);
    await list.open("?sort=name");
    await page.getByRole("button", { name: "Actions for Flow 02" }).click();
    await expect(page.getByRole("menu")).toBeVisible();
    await page.mouse.move(300, 400);
    await page.mouse.wheel(0, 5_000);
    await expect(list.row("Flow 60")).toBeInViewport();
    let box = await list.link("Flow 58").boundingBox();
    // Waits until the wheel no longer moves the row.
    await expect(async () => {
      const before = box;
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
      box = await list.link("Flow 58").boundingBox();
      expect(box).toEqual(before);
    }).toPass();
    // Clicks by coordinates, because `locator.click()` would itself scroll to the row and hide a failure: this test
    // expects that the page does not scroll back before the click.
    await page.mouse.click((box?.x ?? 0) + 5, (box?.y ?? 0) + 5, { delay: 50 });
    await expect(page.getByRole("heading", { level: 1, name: "Flow 58" })).toBeVisible();
  },
);

test("a flow is renamed in its row, and Escape cancels the rename", async ({ page, api }) => {
  const { id } = await api.createFlow(namedFlow("Old name"));
  const list = new FlowListPageObject(page);
  await list.open();
  await list.link("Old name").focus();
  await page.keyboard.press("F2");
  await page.getByRole("textbox", { name: "Flow name" }).fill("Never mind");
  await page.keyboard.press("Escape");
  await expect(list.link("Old name")).toBeFocused();

  await list.chooseFromMenu("Old name", "Rename");
  await page.getByRole("textbox", { name: "Flow name" }).fill("New name");
  const [request] = await Promise.all([
    page.waitForRequest((sent) => sent.method() === "PUT"),
    page.keyboard.press("Enter"),
  ]);
  expect(request.postDataJSON()).toEqual({ name: "New name" });
  await expect(list.link("New name")).toBeVisible();
  await expect.poll(async () => (await api.getFlow(id)).name).toBe("New name");
});

test("an unpublished flow is deleted after a confirmation, and Undo cancels the request", async ({
  page,
  api,
}) => {
  await extendUndoPeriod(page);
  await api.createFlow(namedFlow("Draft"));
  const list = new FlowListPageObject(page);
  await list.open();
  await list.chooseFromMenu("Draft", "Delete");
  const dialog = page.getByRole("alertdialog", { name: "Delete “Draft”?" });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(list.row("Draft")).toBeVisible();

  await list.chooseFromMenu("Draft", "Delete");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(list.row("Draft")).toHaveCount(0);
  expect(await api.listFlows()).toHaveLength(1);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(list.row("Draft")).toBeVisible();
  expect(await api.listFlows()).toHaveLength(1);
});

test("a published flow is deleted only after its name is typed", async ({ page, api }) => {
  const { id } = await api.createFlow(namedFlow("Live one"));
  await api.publishFlow(id);
  const list = new FlowListPageObject(page);
  await list.open();
  await list.link("Live one").focus();
  await page.keyboard.press("Delete");
  const dialog = page.getByRole("alertdialog", { name: "Delete “Live one”?" });
  const confirm = dialog.getByRole("button", { name: "Delete" });
  await expect(confirm).toHaveAttribute("aria-disabled", "true");
  await dialog.getByRole("textbox").fill("Live on");
  await expect(confirm).toHaveAttribute("aria-disabled", "true");
  await dialog.getByRole("textbox").fill("Live one");
  const [request] = await Promise.all([
    page.waitForRequest((sent) => sent.method() === "DELETE", { timeout: 20_000 }),
    confirm.click(),
  ]);
  expect(new URL(request.url()).pathname).toBe(`/v1/flows/${id}`);
  await expect.poll(() => api.listFlows()).toEqual([]);
});

test("a flow is published from its row, in a dialog with its name and step count, but not without steps", async ({
  page,
  api,
}) => {
  const { id } = await api.createFlow(namedFlow("Ready", 3));
  await api.createFlow(buildFlow("Empty", []));
  const list = new FlowListPageObject(page);
  await list.open();
  await page.getByRole("button", { name: "Actions for Empty", exact: true }).click();
  for (const name of ["Publish", "Run on records…"])
    await expect(page.getByRole("menuitem", { name })).toHaveAttribute("aria-disabled", "true");
  await page.keyboard.press("Escape");
  await list.chooseFromMenu("Ready", "Publish");
  const dialog = page.getByRole("dialog", { name: "Publish “Ready”?" });
  await expect(dialog).toContainText("3 steps, 1 off");
  await dialog.getByRole("textbox", { name: "Label" }).fill("First");
  // Confirms the warning that the flow's prompts name no model.
  await dialog.getByRole("checkbox", { name: /^Publish anyway/ }).check();
  await dialog.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(list.row("Ready")).toContainText("Published v1");
  const { label } = await api.call("getPublishedVersion", { params: { flowId: id } });
  expect(label).toBe("First");
});

test.describe("the flow list", () => {
  test("shows a server error with a Retry button", async ({ page, api, problems }) => {
    problems.allow(/status of 500/);
    await api.createFlow(namedFlow("Digest"));
    await api.addFaults({ path: "/v1/flows", method: "GET", status: 500, body: "<html>oops</html>" });
    const list = new FlowListPageObject(page);
    await list.open();
    await expect(page.getByRole("heading", { name: "Couldn’t load flows" })).toBeVisible({
      timeout: 30_000,
    });
    await api.clearFaults();
    await pressRetryButtonUntilVisible(page, list.row("Digest"));
  });

  test("reports an unreachable server, keeps its rows, and recovers automatically", async ({
    page,
    api,
    problems,
  }) => {
    problems.allow(LOST_CONNECTION);
    await api.createFlow(namedFlow("Digest"));
    const list = new FlowListPageObject(page);
    await list.open();
    await expect(list.row("Digest")).toBeVisible();
    await api.addFaults({ path: "/v1/flows", cut: "before" }, { path: "/healthz", cut: "before" });
    await list.search.fill("Dig");
    await expect(page.getByText(/^Can’t reach the server/)).toBeVisible({ timeout: 20_000 });
    await expect(page.getByRole("button", { name: "Retry" })).toHaveCount(1);
    const asked = page.waitForRequest("**/healthz");
    await page.getByRole("button", { name: "Retry" }).click();
    await asked;
    await api.clearFaults();
    await expect(page.getByText(/^Can’t reach the server/)).toHaveCount(0);
    await expect(list.row("Digest")).toBeVisible();
  });
});
