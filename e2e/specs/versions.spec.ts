import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { FlowList } from "#e2e/harness/flow-list.ts";
import { openFlow } from "#e2e/harness/open-flow.ts";
import { expect, test } from "#e2e/harness/test.ts";
import { Versions, publishEach } from "#e2e/harness/versions.ts";

const say = (userPrompt: string) => ({ config: { model: "m", userPrompt } });
const [fetch, clean, send] = [
  buildStep("fetch", say("Read the page.")),
  buildStep("clean", say("Drop what is not text.")),
  buildStep("send", say("Tell of it.")),
];
const digest = (name = "Digest") => buildFlow(name, [fetch, clean, send]);

test("what is published is listed with what it changed, compared by address, put back, undone, and published anew", async ({
  page,
  api,
}) => {
  const { flow, editor } = await openFlow({ page, api }, digest("Daily digest"));
  const versions = new Versions(page);
  await api.publishFlow(flow.id);
  // A preview from before the page heard of it would stop, and show what is live first.
  await expect(page.getByText("Published v1")).toBeVisible();
  await editor.renameStep("Clean", "Tidy");
  await editor.switchOf("Send").click();
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  const preview = page.getByRole("dialog", { name: "Publish “Daily digest”?" });
  await preview.getByRole("textbox", { name: "Label" }).fill("Quiet");
  await preview.getByRole("button", { name: "Save and publish" }).click();
  await expect(page.getByText("Published v2")).toBeVisible();

  await page.getByRole("link", { name: "Versions" }).click();
  await expect(page).toHaveURL(/\/versions$/);
  await expect(versions.row(2)).toContainText("Live");
  await expect(versions.row(2)).toContainText("Quiet");
  await expect(versions.row(2)).toContainText("1 switched, 1 edited");
  await expect(versions.row(2)).toContainText("3 steps");
  await expect(versions.row(1)).not.toContainText("Live");

  // One is opened, and shows what it holds without a way to change it.
  await versions.openVersion(1);
  const steps = page.getByRole("list", { name: "Steps of this version" });
  await expect(steps.getByRole("button")).toHaveText([/Fetch/, /Clean/, /Send/]);
  await expect(page.getByRole("switch")).toHaveCount(0);
  await steps.getByRole("button", { name: /^2 Clean/ }).click();
  const json = page.getByRole("textbox", { name: "Step (JSON)" });
  await expect(json).toContainText("Drop what is not text.");
  await expect(json).toHaveAttribute("aria-readonly", "true");

  // Two are compared by an address that another person can open.
  const [one, two] = (await api.call("listVersions", { params: { flowId: flow.id } })).versions.toReversed();
  await page.goto(`/flows/${flow.id}/versions/compare?from=${one?.id}&to=${two?.id}`);
  await expect(versions.differences).toHaveText([/^Renamed “Clean” to “Tidy”/, /^Switched off “Send”/]);
  await page.getByRole("button", { name: "Swap" }).click();
  await expect(versions.differences).toHaveText([/^Renamed “Tidy” to “Clean”/, /^Switched on “Send”/]);

  // The first is put back as one edit, and taken back by one undo.
  await versions.open(flow.id);
  await versions.chooseFromMenu(1, "Restore into the editor…");
  expect(await versions.restore()).toEqual(["Renamed “Tidy” to “Clean”", "Switched on “Send”"]);
  await expect(page).toHaveURL(new RegExp(`/flows/${flow.id}$`));
  await editor.expectSaid("Restored version 1. Undo brings back what was there.");
  await editor.expectSteps(["Fetch", "Clean", "Send"]);
  await expect(editor.status).toHaveText("1 unsaved change");
  const bar = page.getByRole("region", { name: "Restored version" });
  await expect(bar).toContainText("The editor holds version 1. It is not saved yet.");
  await expect(editor.row("Fetch")).toBeFocused();
  await bar.getByRole("button", { name: "Undo" }).click();
  await expect(bar).toHaveCount(0);
  await editor.expectSteps(["Fetch", "Tidy", "Send"]);
  await expect(editor.status).toHaveText("Saved");

  // The first is published again: the draft stays, and everything says which version is live.
  await page.getByRole("link", { name: "Versions" }).click();
  await versions.chooseFromMenu(1, "Publish this version…");
  const dialog = page.getByRole("dialog", { name: "Publish version 1?" });
  await expect(dialog).toContainText("Version 2 stops being live and stays in the history.");
  const changes = dialog.getByRole("list", { name: "What goes live" }).getByRole("listitem");
  await expect(changes).toHaveText([/^Renamed “Tidy” to “Clean”/, /^Switched on “Send”/]);
  await dialog.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(dialog).toHaveCount(0);
  await editor.expectSaid("Published version 1. It is live now.");
  await expect(versions.row(1)).toContainText("Live");
  await expect(versions.row(2)).not.toContainText("Live");
  await expect(page.getByText("2 unpublished changes")).toBeVisible();
  const saved = await api.getFlow(flow.id);
  expect(saved).toMatchObject({ publishedVersionNumber: 1, hasUnpublishedChanges: true });
  expect(saved.flowSteps.map((step) => step["name"])).toEqual(["Fetch", "Tidy", "Send"]);
  expect((await api.call("getPublishedVersion", { params: { flowId: flow.id } })).id).toBe(one?.id);
  const list = new FlowList(page);
  await list.open();
  await expect(list.row("Daily digest")).toContainText("Unpublished changes");
});

test("unsaved edits and texts survive a look at the versions, and are compared as they stand", async ({
  page,
  api,
}) => {
  const { flow, editor } = await openFlow({ page, api }, digest());
  await api.publishFlow(flow.id);
  await editor.row("Send").click();
  await editor.renameStep("Send", "Mail");
  await page.getByRole("link", { name: "Versions" }).click();
  const versions = new Versions(page);
  await expect(versions.row(1)).toBeVisible();
  await expect(page).toHaveURL(/\/versions\?step=send$/);
  await page.getByRole("link", { name: "Compare", exact: true }).click();
  await expect(versions.differences).toHaveText([/^Renamed “Send” to “Mail”/]);
  await expect(page.getByRole("combobox", { name: "From" })).toHaveValue("published");
  await page.keyboard.press("Control+z");
  await expect(page.getByRole("heading", { name: "No difference" })).toBeVisible();
  await expect(page).toHaveURL(/\/versions\/compare/);
  await page.keyboard.press("Control+y");
  await expect(versions.differences).toHaveCount(1);
  await page.getByRole("link", { name: "Steps" }).click();
  await editor.expectSteps(["Fetch", "Clean", "Mail"]);
  await expect(page.getByRole("complementary", { name: "Inspector of Mail" })).toBeVisible();
});

test("a restored version takes the place of unsaved edits, which the undo brings back", async ({
  page,
  api,
}) => {
  const { flow, editor } = await openFlow({ page, api }, digest());
  await api.publishFlow(flow.id);
  await editor.renameStep("Fetch", "Read");
  await editor.row("Clean").click();
  const when = page.getByRole("complementary").getByRole("textbox", { name: "When" });
  await when.fill("x".repeat(501));
  const versions = new Versions(page);
  await page.getByRole("link", { name: "Versions" }).click();
  await versions.openVersion(1);
  await page.getByRole("button", { name: "Restore…" }).click();
  await expect(page.getByRole("dialog")).toContainText("What was typed and is no edit yet goes with it");
  expect(await versions.restore()).toEqual(["Renamed “Read” to “Fetch”"]);
  await editor.expectSteps(["Fetch", "Clean", "Send"]);
  await expect(editor.status).toHaveText("Saved");
  await page.getByRole("button", { name: "Undo restore version 1" }).click();
  await editor.expectSteps(["Read", "Clean", "Send"]);
  await expect(editor.status).toHaveText("2 unsaved changes");
});

test("the list is filtered by type in its address, and read page by page as it is scrolled", async ({
  page,
  api,
}) => {
  const flow = await api.createFlow(digest());
  const states = Array.from({ length: 120 }, (_, index) => ({
    steps: [{ ...fetch, name: `Fetch ${index}` }, clean, send],
  }));
  await publishEach(api, flow.id, states);
  await api.updateFlow(flow.id, { name: "Digest of pages" });
  const versions = new Versions(page);
  await versions.open(flow.id);
  await expect(versions.row(121)).toContainText("Draft");
  await expect(versions.row(121)).toContainText("1 edited");
  await expect.poll(() => versions.list.getByRole("listitem").count()).toBeLessThanOrEqual(80);
  await expect(versions.row(1)).toHaveCount(0);
  // As a person scrolls: to the end of what there is, and on.
  await versions.link(121).focus();
  await page.keyboard.press("End");
  await expect(versions.list.getByRole("listitem").first()).toHaveAttribute("aria-setsize", "121");
  await page.keyboard.press("End");
  await expect(versions.link(1)).toBeFocused();
  // Read to its end, the list holds no more rows than at its start.
  await expect(versions.row(121)).toHaveCount(0);
  expect(await versions.list.getByRole("listitem").count()).toBeLessThanOrEqual(80);
  await page.keyboard.press("Home");
  await expect(versions.link(121)).toBeFocused();

  const type = page.getByRole("combobox", { name: "Type" });
  await type.selectOption({ label: "Draft" });
  await expect(page).toHaveURL(/\?type=draft$/);
  await expect(versions.list.getByRole("listitem")).toHaveCount(1);
  // What is not in the filtered list is found all the same.
  await versions.chooseFromMenu(121, "Compare with the one before");
  await expect(versions.differences).toHaveText([/^Renamed the flow to “Digest of pages”/]);
  await page.goBack();
  await expect(versions.link(121)).toBeVisible();
  await type.selectOption({ label: "Test" });
  await expect(page.getByRole("heading", { name: "No version of this type" })).toBeVisible();
  await page.getByRole("button", { name: "Show all versions" }).click();
  await expect(versions.link(120)).toBeVisible();
});

test("JSON is compared beside the words, on both kinds of screen", async ({ page, api }) => {
  const flow = await api.createFlow(digest());
  const [one, two] = await publishEach(api, flow.id, [
    { steps: [fetch, clean, send] },
    { steps: [fetch, { ...clean, ...say("Drop what is not prose.") }, send] },
  ]);
  await page.goto(`/flows/${flow.id}/versions/compare?from=${one?.id}&to=${two?.id}`);
  await page.getByRole("tab", { name: "As JSON" }).click();
  await expect(page).toHaveURL(/&as=json$/);
  const [before, after] = [
    page.getByRole("textbox", { name: "Version 1" }),
    page.getByRole("textbox", { name: "Version 2" }),
  ];
  await expect(before).toContainText("Drop what is not text.");
  await expect(after).toContainText("Drop what is not prose.");
  await expect(page.getByText("1 place differs")).toBeVisible();
  await expect(after).not.toContainText('"name": "Send"');
  await page.getByRole("button", { name: "Show all" }).click();
  await expect(after).toContainText('"name": "Send"');

  await page.setViewportSize({ width: 360, height: 740 });
  await expect(page.getByRole("textbox", { name: /^Version 2, with/ })).toContainText(
    "Drop what is not prose.",
  );
  await expect(page.locator(".cm-deletedText")).toHaveText("text");
});

test("JSON of a long flow is compared place by place, however many differ", async ({ page, api }) => {
  const say = (text: string) =>
    Array.from({ length: 300 }, (_, index) =>
      buildStep(`step-${index}`, { config: { model: "m", userPrompt: `${text} step ${index}.` } }),
    );
  const flow = await api.createFlow(buildFlow("Long", []));
  const [one, two] = await publishEach(api, flow.id, [{ steps: say("Read") }, { steps: say("Write") }]);
  await page.goto(`/flows/${flow.id}/versions/compare?from=${one?.id}&to=${two?.id}&as=json`);
  await expect(page.getByText("300 places differ")).toBeVisible();
  // Only what is in sight stands in the page.
  const lines = page.getByRole("textbox", { name: "Version 2" }).locator(".cm-line");
  await expect(lines.filter({ hasText: "Write step 0." })).toBeVisible();
  expect(await lines.count()).toBeLessThan(300);
});
