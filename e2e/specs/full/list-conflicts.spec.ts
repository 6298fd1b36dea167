import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { expect, test } from "#e2e/harness/test.ts";
import { extendUndoPeriod } from "#e2e/harness/undo-period.ts";

const namedFlow = (name: string) => buildFlow(name, [buildStep("fetch"), buildStep("send")]);

// Blocks change events, so that rows stay stale.
test.beforeEach(async ({ api, problems }) => {
  await api.addFaults({ path: "/local/events", status: 503 });
  problems.allow(/status of (?:412|503)/);
});

test("a rename or duplicate whose response is lost is reported as possibly failed", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/ERR_|Failed to load/);
  const { id } = await api.createFlow(namedFlow("Week"));
  const list = new FlowListPageObject(page);
  await list.open();
  await api.addFaults({ method: "PUT", path: "/v1/flows/:id", cut: "mid", times: 1 });
  await list.chooseFromMenu("Week", "Rename");
  await page.getByRole("textbox", { name: "Flow name" }).fill("Month");
  await page.keyboard.press("Enter");
  await expect(list.toast(/“Week” may not have been renamed\./)).toBeVisible();
  await page.getByRole("button", { name: "Retry" }).click();
  await expect(list.link("Month")).toBeVisible();
  expect((await api.getFlow(id)).revision).toBe(2);

  await api.addFaults({ method: "POST", path: "/v1/flows", cut: "mid", times: 1 });
  await list.chooseFromMenu("Month", "Duplicate");
  await expect(list.toast(/“Month” may not have been duplicated\./)).toBeVisible();
  await expect(list.link("Copy of Month")).toBeVisible();
});

test("opening a flow right after renaming it shows the new name", async ({ page, api }) => {
  const { id } = await api.createFlow(namedFlow("Notes of today"));
  const editor = new EditorPageObject(page);
  await editor.open(id);
  await page.getByRole("link", { name: "Back to flows" }).click();
  const list = new FlowListPageObject(page);
  await list.chooseFromMenu("Notes of today", "Rename");
  await page.getByRole("textbox", { name: "Flow name" }).fill("Notes of tomorrow");
  await page.keyboard.press("Enter");
  await expect.poll(() => api.getFlow(id)).toMatchObject({ name: "Notes of tomorrow" });
  await expect(list.link("Notes of tomorrow")).toBeVisible();
  await list.link("Notes of tomorrow").click();
  await expect(page.getByRole("heading", { level: 1, name: "Notes of tomorrow" })).toBeVisible();
  await expect(editor.status).toHaveText("Saved");
});

test("closing the page sends a pending delete", async ({ page, api, context }) => {
  await extendUndoPeriod(page);
  await api.createFlow(namedFlow("Done soon"));
  const { id } = await api.createFlow(namedFlow("Done with"));
  const list = new FlowListPageObject(page);
  await list.open();
  await list.chooseFromMenu("Done with", "Delete");
  await page.getByRole("button", { name: "Delete" }).click();
  await expect(list.toast("Deleting “Done with”…")).toBeVisible();
  expect((await api.getFlow(id)).name).toBe("Done with");
  const other = await context.newPage();
  await page.close({ runBeforeUnload: true });
  await expect.poll(async () => (await api.request("getFlow", { params: { id } })).status).toBe(404);
  const again = new FlowListPageObject(other);
  await again.open("?search=done");
  await again.expectNames(["Done soon"]);
});

test("a delete that fails during a reload is reported and can be retried", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of (404|500)/);
  await extendUndoPeriod(page);
  const { id } = await api.createFlow(namedFlow("Left over"));
  const list = new FlowListPageObject(page);
  await list.open();
  await list.chooseFromMenu("Left over", "Delete");
  await page.getByRole("button", { name: "Delete" }).click();
  await expect(list.toast("Deleting “Left over”…")).toBeVisible();
  await api.addFaults({ path: "/v1/flows/:id", method: "DELETE", status: 500 });
  await page.reload();
  // The page reports the failure only after the time that a deletion in flight may take.
  await expect(
    list.toast("Couldn’t delete “Left over”: the page closed before the server responded."),
  ).toBeVisible({ timeout: 20_000 });
  await expect(list.link("Left over")).toBeVisible();
  await api.clearFaults();
  await page.getByRole("button", { name: "Retry" }).click();
  await expect(list.link("Left over")).toBeHidden();
  await expect(list.toast("Deleting “Left over”…")).toBeVisible();
  await page.reload();
  await expect.poll(async () => (await api.request("getFlow", { params: { id } })).status).toBe(404);
});

for (const isWritten of [true, false]) {
  const outcome = isWritten ? "took effect" : "failed";
  test(`after a delete that ${outcome} without a response, the page reads the flow until the outcome is known`, async ({
    page,
    api,
    problems,
  }) => {
    problems.allow(/status of (404|500|503)|ERR_FAILED/);
    await extendUndoPeriod(page);
    const name = `One that ${outcome}`;
    await api.createFlow(namedFlow(`Kept beside one that ${outcome}`));
    const { id } = await api.createFlow(namedFlow(name));
    const list = new FlowListPageObject(page);
    await list.open();
    await list.chooseFromMenu(name, "Delete");
    await page.getByRole("button", { name: "Delete" }).click();
    await expect(list.toast(`Deleting “${name}”…`)).toBeVisible();
    if (!isWritten) await api.addFaults({ path: "/v1/flows/:id", method: "DELETE", status: 500 });

    let reads = 0;
    let release = () => {};
    const isReleased = new Promise<void>((resolve) => (release = resolve));
    await page.route(`**/v1/flows/${id}`, async (route) => {
      if (route.request().method() !== "GET") return route.fallback();
      reads += 1;
      if (reads === 1) return route.abort();
      if (reads === 2) return route.fulfill({ status: 503, headers: { "retry-after": "1" }, body: "{}" });
      await isReleased;
      return route.fallback();
    });
    await page.reload();
    await expect(list.link(`Kept beside one that ${outcome}`)).toBeVisible();
    const notes = () =>
      page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("flowline-deletion-")));
    await expect.poll(() => reads).toBeGreaterThan(0);
    expect(await notes()).toHaveLength(1);
    await expect(list.link(name)).toBeHidden();
    release();
    const report = list.toast(`Couldn’t delete “${name}”:`);
    if (isWritten) {
      await expect.poll(notes, { timeout: 20_000 }).toEqual([]);
      await expect(report).toHaveCount(0);
    } else {
      await expect(report).toBeVisible({ timeout: 20_000 });
    }
    expect(reads).toBeGreaterThan(2);
    await expect(list.link(name)).toHaveCount(isWritten ? 0 : 1);
  });
}
