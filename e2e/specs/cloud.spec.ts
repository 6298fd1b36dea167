import { Api } from "#e2e/harness/api.ts";
import { Conflict, changeElsewhere, loseAnswer, namesHeld } from "#e2e/harness/conflict.ts";
import { Editor } from "#e2e/harness/editor.ts";
import { FlowList } from "#e2e/harness/flow-list.ts";
import { digestFlow } from "#e2e/harness/open-flow.ts";
import { Records, createRecord, readRecords } from "#e2e/harness/records.ts";
import { expect, test } from "#e2e/harness/test.ts";

// The dashboard in front of another API, which answers as documented and no more: no tokens, no status, no line.

test.beforeEach(async ({ page, startOwnServer }) => {
  const upstream = await startOwnServer({ env: { EXTRAS: "0", API_KEYS: "upstream-key" } });
  const { url } = await startOwnServer({
    env: { RUNTYPE_API_KEY: "upstream-key", RUNTYPE_API_URL: upstream.url },
  });
  await page.goto(`${url}/flows`);
  test.info().annotations.push({ type: "upstream", description: upstream.url });
});

const upstreamApi = () => {
  const url = test.info().annotations.find(({ type }) => type === "upstream")?.description ?? "";
  return new Api(url, "upstream-key");
};

test("lists, edits, saves and publishes; what the API does not send is left out", async ({ page }) => {
  const api = upstreamApi();
  const flow = await api.createFlow(digestFlow());
  await page.reload();
  const list = new FlowList(page);
  await expect(list.row("Digest")).toBeVisible();
  await expect(list.row("Digest")).not.toContainText(/step|Draft|Published/);
  await expect(page.getByRole("combobox", { name: "Status" })).toHaveCount(0);

  await list.link("Digest").click();
  const editor = new Editor(page);
  await editor.expectSteps(["Fetch", "Clean", "Route", "Notify"]);
  await expect(page.getByText("Add a description")).toHaveCount(0);
  // Runs would need more than that API has.
  await expect(page.getByRole("button", { name: "Run", exact: true })).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Runs" })).toHaveCount(0);
  await editor.chooseFromMenu("Notify", "Move to top");
  const [notify, ...others] = [flow.flowSteps[3]!, ...flow.flowSteps.slice(0, 3)];
  const body = await editor.save();
  expect(body).toEqual({ flowSteps: [notify, ...others].map((step, order) => ({ ...step, order })) });
  expect((await api.getFlow(flow.id)).flowSteps.map((step) => step.id)).toEqual([
    "notify",
    "fetch",
    "clean",
    "route",
  ]);

  await editor.publish();
  const published = await api.call("getPublishedVersion", { params: { flowId: flow.id } });
  expect(published.versionType).toBe("published");
});

test("guards a save by the date of the last change, since there is no token", async ({ page }) => {
  const api = upstreamApi();
  const flow = await api.createFlow(digestFlow());
  const editor = new Editor(page);
  await page.goto(new URL(`/flows/${flow.id}`, page.url()).href);
  await editor.renameStep("Clean", "Tidy");
  await api.updateFlow(flow.id, { name: "Their digest" });
  await editor.save();
  await expect(page.getByRole("heading", { level: 1, name: "Their digest" })).toBeVisible();
  expect(await api.getFlow(flow.id)).toMatchObject({
    name: "Their digest",
    flowSteps: [{}, { name: "Tidy" }, {}, {}],
  });

  await editor.renameStep("Tidy", "Mine");
  const { flowSteps } = await api.getFlow(flow.id);
  await api.updateFlow(flow.id, {
    flowSteps: flowSteps.map((step, index) => (index === 1 ? { ...step, name: "Theirs" } : step)),
  });
  await editor.saveButton.click();
  await expect(page.getByRole("dialog", { name: "Both sides changed the same" })).toBeVisible();
  await expect(editor.status).toHaveText("Changed elsewhere");
  expect((await api.getFlow(flow.id)).flowSteps[1]?.["name"]).toBe("Theirs");
});

test("asks where it cannot be told whether a save without an answer was written", async ({
  page,
  problems,
}) => {
  problems.allow(/ERR_CONNECTION_RESET/);
  const api = upstreamApi();
  const flow = await api.createFlow(digestFlow());
  const editor = new Editor(page);
  const conflict = new Conflict(page);
  await page.goto(new URL(`/flows/${flow.id}`, page.url()).href);
  await editor.renameStep("Clean", "Tidy");
  const getThrough = await loseAnswer(page, flow.id);
  await editor.saveButton.click();
  await expect.poll(() => namesHeld(api, flow.id)).toEqual(["Fetch", "Tidy", "Route", "Notify"]);
  await changeElsewhere(api, flow.id, 1, { name: "Clean" });
  await getThrough();

  await expect(conflict.banner.getByRole("button", { name: "Settle 1 clash" })).toBeVisible();
  await conflict.bannerButton("Settle 1 clash");
  await expect(conflict.dialog).toContainText("A save of yours got no answer");
  await conflict.clash("“Tidy” · Name").getByRole("radio", { name: "Theirs" }).check();
  await conflict.dialog.getByRole("button", { name: "Apply" }).click();
  await expect(editor.status).toHaveText("Saved");
  await editor.expectSteps(["Fetch", "Clean", "Route", "Notify"]);
  expect(await namesHeld(api, flow.id)).toEqual(["Fetch", "Clean", "Route", "Notify"]);
});

test("never shows the key", async ({ page }) => {
  const seen: string[] = [];
  page.on("response", async (response) => {
    // What comes as the page is closed has no answer any more.
    const headers = await response.allHeaders().catch(() => ({}));
    seen.push(JSON.stringify(headers), await response.text().catch(() => ""));
  });
  await page.reload();
  await expect(page.getByRole("heading", { name: "No flows yet" })).toBeVisible();
  expect(seen.join("\n")).not.toContain("upstream-key");
});

test("finds types of records by what changed last, or by their name", async ({ page }) => {
  const api = upstreamApi();
  for (const type of ["customer", "ticket.v2"])
    await createRecord(api, type, `First ${type}`, { plan: "pro" });
  await page.getByRole("link", { name: "Records" }).click();
  await expect(page.getByRole("list", { name: "Record types" }).getByRole("link")).toHaveText([
    "customer",
    "ticket.v2",
  ]);
  await page.getByRole("textbox", { name: "Type" }).fill("ticket.v2");
  await page.getByRole("button", { name: "Open" }).click();
  const records = new Records(page);
  await expect(records.row("First ticket.v2")).toContainText("pro");
  // An address with a dot is a page too, and no file that is missing.
  await page.reload();
  await records.openRecord("First ticket.v2");
  await records.name.fill("Second");
  await records.saveButton.click();
  await expect(records.row("Second")).toBeVisible();
  expect(await readRecords(api, "ticket.v2")).toMatchObject([{ name: "Second", metadata: { plan: "pro" } }]);
});
