import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { Editor } from "#e2e/harness/editor.ts";
import { FlowList } from "#e2e/harness/flow-list.ts";
import { expect, test } from "#e2e/harness/test.ts";

const namedFlow = (name: string) => buildFlow(name, [buildStep("fetch"), buildStep("send")]);

// The page hears of nothing, so that its rows are out of date.
test.beforeEach(async ({ api, problems }) => {
  await api.addFaults({ path: "/local/events", status: 503 });
  problems.allow(/status of (?:412|503)/);
});

test("a rename keeps what was changed elsewhere meanwhile", async ({ page, api }) => {
  const { id } = await api.createFlow(namedFlow("Digest of pages"));
  const list = new FlowList(page);
  await list.open();
  await api.updateFlow(id, { description: "Told by somebody else" });
  await list.chooseFromMenu("Digest of pages", "Rename");
  await page.getByRole("textbox", { name: "Flow name" }).fill("Digest of news");
  await page.keyboard.press("Enter");
  await expect
    .poll(() => api.getFlow(id))
    .toMatchObject({
      name: "Digest of news",
      description: "Told by somebody else",
    });
  await expect(list.link("Digest of news")).toBeVisible();
});

test("of a rename and a copy without an answer no more is said than is known", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/ERR_|Failed to load/);
  const { id } = await api.createFlow(namedFlow("Week"));
  const list = new FlowList(page);
  await list.open();
  await api.addFaults({ method: "PUT", path: "/v1/flows/:id", cut: "mid", times: 1 });
  await list.chooseFromMenu("Week", "Rename");
  await page.getByRole("textbox", { name: "Flow name" }).fill("Month");
  await page.keyboard.press("Enter");
  await expect(list.toast(/“Week” may still have its name\./)).toBeVisible();
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(list.link("Month")).toBeVisible();
  expect((await api.getFlow(id)).revision).toBe(2);

  await api.addFaults({ method: "POST", path: "/v1/flows", cut: "mid", times: 1 });
  await list.chooseFromMenu("Month", "Duplicate");
  await expect(list.toast(/“Month” may not be duplicated\./)).toBeVisible();
  await expect(list.link("Copy of Month")).toBeVisible();
});

test("a flow that is opened right after it was renamed has its new name", async ({ page, api }) => {
  const { id } = await api.createFlow(namedFlow("Notes of today"));
  const editor = new Editor(page);
  await editor.open(id);
  await page.getByRole("link", { name: "Back to the list" }).click();
  const list = new FlowList(page);
  await list.chooseFromMenu("Notes of today", "Rename");
  await page.getByRole("textbox", { name: "Flow name" }).fill("Notes of tomorrow");
  await page.keyboard.press("Enter");
  await expect.poll(() => api.getFlow(id)).toMatchObject({ name: "Notes of tomorrow" });
  await expect(list.link("Notes of tomorrow")).toBeVisible();
  await list.link("Notes of tomorrow").click();
  await expect(page.getByRole("heading", { level: 1, name: "Notes of tomorrow" })).toBeVisible();
  await expect(editor.status).toHaveText("Saved");
});

test("a flow that somebody else has renamed keeps that name, and the person is told", async ({
  page,
  api,
}) => {
  const { id } = await api.createFlow(namedFlow("Weekly mail"));
  const list = new FlowList(page);
  await list.open();
  await api.updateFlow(id, { name: "Monthly mail" });
  await list.chooseFromMenu("Weekly mail", "Rename");
  await page.getByRole("textbox", { name: "Flow name" }).fill("Daily mail");
  await page.keyboard.press("Enter");
  await expect(list.toast(/“Weekly mail” was renamed to “Monthly mail” elsewhere meanwhile/)).toBeVisible();
  await expect(list.link("Monthly mail")).toBeVisible();
  expect((await api.getFlow(id)).name).toBe("Monthly mail");
});

test("a flow that was changed since it was seen is not deleted, and is back in the list", async ({
  page,
  api,
}) => {
  const { id } = await api.createFlow(namedFlow("Old leads"));
  const list = new FlowList(page);
  await list.open();
  await api.updateFlow(id, { description: "Still needed" });
  await list.chooseFromMenu("Old leads", "Delete");
  await page.getByRole("button", { name: "Delete" }).click();
  await expect(list.link("Old leads")).toBeHidden();
  await expect(list.toast(/“Old leads” was not deleted, and is back in the list/)).toBeVisible({
    timeout: 20_000,
  });
  await expect(list.link("Old leads")).toBeVisible();
  expect((await api.getFlow(id)).name).toBe("Old leads");
});

test("closing the page cancels a delete that was not sent yet", async ({ page, api, context }) => {
  const { id } = await api.createFlow(namedFlow("Kept after all"));
  const list = new FlowList(page);
  await list.open();
  await list.chooseFromMenu("Kept after all", "Delete");
  await page.getByRole("button", { name: "Delete" }).click();
  await expect(list.link("Kept after all")).toBeHidden();
  const other = await context.newPage();
  await page.close();
  const sent: string[] = [];
  other.on("request", (request) => sent.push(request.method()));
  const again = new FlowList(other);
  await again.open();
  await expect(again.link("Kept after all")).toBeVisible();
  expect(sent).not.toContain("DELETE");
  expect((await api.getFlow(id)).name).toBe("Kept after all");
});
