import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
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
