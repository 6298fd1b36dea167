import { readFile } from "node:fs/promises";
import { strToU8, unzipSync, zipSync } from "fflate";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { ImportPageObject } from "#e2e/harness/import.ts";
import { expect, expectNoAccessibilityViolationsInBothThemes, test } from "#e2e/harness/test.ts";

const flowFile = (name: string, steps = [buildStep("a"), buildStep("b")]) => ({
  name: `${name}.json`,
  content: JSON.stringify(buildFlow(name, steps)),
});

test("good files are imported, and each refused file is listed with reason and place", async ({
  page,
  api,
}) => {
  const list = new FlowListPageObject(page);
  await list.open();
  const imported = new ImportPageObject(page);
  await imported.open();
  const archive = zipSync({
    "mail/Dunning.json": strToU8(flowFile("Dunning").content),
    "notes.txt": strToU8("x"),
  });
  await imported.choose(
    flowFile("Fresh digest"),
    { name: "broken.json", content: '{"name": "A",\n "flowSteps": [}' },
    { name: "twice.json", content: '{"name": "A", "name": "B", "flowSteps": []}' },
    { name: "binary.json", content: Buffer.from([0xff, 0, 0xfe]) },
    { name: "backup.zip", content: Buffer.from(archive) },
  );
  await expect(imported.flows).toHaveCount(2);
  await expect(imported.flows.first()).toContainText("2 steps");
  const refused = imported.dialog.getByRole("list", { name: "4 files can’t be imported" });
  await expect(refused.getByRole("listitem")).toHaveText([
    /^broken\.json.*line 2, column \d+/,
    /^twice\.json.*“name” occurs twice/,
    /^binary\.json.*UTF-8/,
    /^backup\.zip\/notes\.txt.*Not a JSON file/,
  ]);
  await expectNoAccessibilityViolationsInBothThemes(page, "the preview of an import");
  await imported.button("Import 2 flows").click();
  await expect(imported.outcomes).toHaveText([/Fresh digest.*Created/, /Dunning.*Created/]);
  await imported.button("Done").click();
  await expect(list.link("Fresh digest")).toBeVisible();
  const [stored] = await api.listFlows({ search: "Fresh digest" });
  expect(stored?.stepCount).toBe(2);
});

test("on a name collision, the user can copy, skip or update, and sees the changes of an update first", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 412/);
  const stored = await api.createFlow(buildFlow("Stored report", [buildStep("a"), buildStep("b")]));
  const list = new FlowListPageObject(page);
  await list.open();
  const imported = new ImportPageObject(page);
  const file = flowFile("Stored report", [buildStep("b"), buildStep("c", { name: "Extra" })]);
  await imported.open();
  await imported.choose(file);
  await expect(imported.choiceOf("Stored report")).toHaveValue("copy");
  await imported.choiceOf("Stored report").selectOption("Skip");
  await expect(imported.button("Import")).toHaveAttribute("aria-disabled", "true");
  await imported.choiceOf("Stored report").selectOption("Update existing");
  await imported.button("1 added, 1 removed").click();
  await expect(imported.dialog.getByRole("list", { name: "Changes to Stored report" })).toContainText(
    "Added “Extra”",
  );

  // Another client changes the flow after its difference was shown, so the update is refused.
  await api.updateFlow(stored.id, { name: "Stored report", flowSteps: [buildStep("a")] });
  await imported.button("Import 1 flow").click();
  await expect(imported.outcomes).toHaveText([/Stored report.*Changed elsewhere/]);
  expect((await api.getFlow(stored.id)).flowSteps).toHaveLength(1);
  await imported.button("Done").click();

  await imported.open();
  await imported.choose(file);
  await imported.choiceOf("Stored report").selectOption("Update existing");
  await imported.button("Import 1 flow").click();
  await expect(imported.outcomes).toHaveText([/Stored report.*Updated/]);
  expect((await api.getFlow(stored.id)).flowSteps.map(({ id }) => id)).toEqual(["b", "c"]);
  await imported.button("Done").click();

  await imported.open();
  await imported.choose(file);
  await imported.button("Import 1 flow").click();
  await imported.button("Open flow").click();
  await expect(page.getByRole("heading", { level: 1, name: "Copy of Stored report" })).toBeVisible();
});

test("an import interrupted by the network keeps the flows already created, and Retry creates no duplicates", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/ERR_|status of/);
  const list = new FlowListPageObject(page);
  await list.open();
  const imported = new ImportPageObject(page);
  await imported.open();
  const names = ["Net one", "Net two", "Net three"];
  await imported.choose(...names.map((name) => flowFile(name)));
  await expect(imported.flows).toHaveCount(3);
  // The server handles the request, but its response is lost.
  await api.addFaults({ method: "POST", path: "/v1/flows", cut: "after" });
  await imported.button("Import 3 flows").click();
  await expect(imported.dialog).toContainText(/flows? (was|were) not sent/);
  await api.clearFaults();
  await imported.button(/^(?:Retry|Continue) .*flows?$/).click();
  await expect(imported.dialog).toContainText("3 flows created.");
  expect((await api.listFlows({ search: "Net " })).map(({ name }) => name).toSorted()).toEqual(
    names.toSorted(),
  );
});

test("JSON pasted or dropped on the list is imported, and for other text a message explains the problem", async ({
  page,
}) => {
  const list = new FlowListPageObject(page);
  await list.open();
  const imported = new ImportPageObject(page);
  // Waits for the code that handles paste and drop, which loads at idle time.
  await expect(async () => {
    await imported.transfer("paste", { text: "Dear team, see the attached flow." });
    await expect(list.toast(/^The clipboard has no JSON/)).toBeVisible({ timeout: 500 });
  }).toPass();
  await imported.transfer("paste", {
    text: `Try this:\n\`\`\`json\n${flowFile("From the chat").content}\n\`\`\``,
  });
  await expect(imported.flows).toHaveText([/From the chat.*Pasted text/]);
  await imported.choiceOf("From the chat").selectOption("Skip");
  await imported.transfer("paste", { text: flowFile("From the mail").content });
  await expect(imported.flows).toHaveText([/From the chat.*Pasted text/, /From the mail.*Pasted text 2/]);
  await expect(imported.choiceOf("From the chat")).toHaveValue("skip");
  await page.keyboard.press("Escape");
  await expect(imported.dialog).toHaveCount(0);
  await imported.transfer("drop", { file: flowFile("From the desktop") });
  await expect(imported.flows).toHaveText([/From the desktop/]);
  await imported.button("Import 1 flow").press("Enter");
  await expect(imported.outcomes).toHaveText([/Created/]);
  await expect(imported.button("Open")).toHaveCount(0);
  await expect(imported.button("Open flow")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "From the desktop" })).toBeVisible();
});

test("a row exports one flow, and a search exports only the matching flows", async ({ page, api }) => {
  await api.createFlow(buildFlow("Solo: a/b", [buildStep("a")]));
  const list = new FlowListPageObject(page);
  await list.open("?search=Solo");
  const download = page.waitForEvent("download");
  await list.chooseFromMenu("Solo: a/b", "Export JSON");
  expect((await download).suggestedFilename()).toBe("Solo- a-b.json");
  const file = JSON.parse(await readFile(await (await download).path(), "utf8"));
  expect(file).toMatchObject({ name: "Solo: a/b", flowSteps: [{ id: "a" }] });
  const archive = page.waitForEvent("download");
  await page.getByRole("button", { name: "More list actions" }).click();
  await page.getByRole("menuitem", { name: "Export matching flows" }).click();
  const files = unzipSync(await readFile(await (await archive).path()));
  expect(Object.keys(files)).toEqual(["Solo- a-b.json"]);
});
