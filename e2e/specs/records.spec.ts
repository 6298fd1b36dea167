import { Records, createRecord, newType, readRecords } from "#e2e/harness/records.ts";
import { retryFor } from "#e2e/harness/retry-for.ts";
import { expect, test } from "#e2e/harness/test.ts";

test("a record is made, found under its type, changed and deleted, and the delete can be undone", async ({
  page,
  api,
}) => {
  const records = new Records(page);
  const type = newType();
  await page.goto("/flows");
  await page.getByRole("navigation").getByRole("link", { name: "Records" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Records" })).toBeFocused();

  await page.getByRole("button", { name: "New record" }).click();
  await records.type.fill(type);
  await records.name.fill("Ada");
  await records.writeMetadata('{"plan": "pro", "seats": 7}');
  await page.getByRole("button", { name: "Create record" }).click();
  await expect(records.toast("Created “Ada”.")).toBeVisible();
  await expect(page).toHaveURL(`/records/${type}`);
  await expect(records.row("Ada")).toContainText("pro");
  const place = page.getByRole("navigation").getByRole("link", { name: "Records" });
  await expect(place).toHaveAttribute("aria-current", "page");
  expect(await readRecords(api, type)).toMatchObject([{ name: "Ada", metadata: { plan: "pro", seats: 7 } }]);

  await records.openRecord("Ada");
  await records.name.fill("Ada Lovelace");
  await page.keyboard.press("ControlOrMeta+s");
  await expect(records.panel).toHaveCount(0);
  await expect(records.row("Ada Lovelace")).toContainText("pro");
  expect(await readRecords(api, type)).toMatchObject([{ name: "Ada Lovelace", metadata: { plan: "pro" } }]);

  await records.chooseFromMenu("Ada Lovelace", "Delete");
  await records.confirmDelete();
  await expect(records.row("Ada Lovelace")).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(records.link("Ada Lovelace")).toBeFocused();
  expect(await readRecords(api, type)).toHaveLength(1);
});

test("a deleted record goes from the server once it cannot be undone any more", async ({ page, api }) => {
  const records = new Records(page);
  const type = newType();
  await createRecord(api, type, "Doomed");
  await createRecord(api, type, "Kept");
  await page.clock.install();
  await records.open(type);
  await records.chooseFromMenu("Doomed", "Delete");
  await records.confirmDelete();
  await expect(records.link("Kept")).toBeFocused();
  await page.clock.fastForward(8000);
  await expect.poll(() => readRecords(api, type)).toMatchObject([{ name: "Kept" }]);
});

test("the keyboard alone walks, chooses, renames, opens and deletes", async ({ page, api }) => {
  const records = new Records(page);
  const type = newType();
  for (const name of ["Cy", "Bo", "Al"]) await createRecord(api, type, name);
  await records.open(type);
  await records.link("Al").focus();
  await page.keyboard.press("ArrowDown");
  await expect(records.link("Bo")).toBeFocused();
  await page.keyboard.press("F2");
  await page.getByRole("textbox", { name: "Record name" }).fill("Bob");
  await page.keyboard.press("Enter");
  await expect
    .poll(() => readRecords(api, type))
    .toMatchObject([{ name: "Al" }, { name: "Bob" }, { name: "Cy" }]);
  // What was changed last is at the top now.
  await expect(records.link("Bob")).toBeFocused();

  await page.keyboard.press("Enter");
  await expect(records.name).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(records.link("Bob")).toBeFocused();

  await page.keyboard.press("Space");
  await expect(page.getByRole("checkbox", { name: "Select Bob" })).toBeChecked();
  await page.keyboard.press("ControlOrMeta+a");
  await expect(page.getByRole("region", { name: "Chosen records" })).toContainText("3 records selected");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("region", { name: "Chosen records" })).toHaveCount(0);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("Delete");
  await expect(page.getByRole("alertdialog", { name: "Delete 3 records?" })).toBeVisible();
  await records.confirmDelete();
  await expect(page.getByRole("heading", { name: /^No .* yet$/ })).toBeVisible();
  await expect(page.getByRole("button", { name: "New record" })).toBeFocused();
});

test("search is in the address, asks the server and says when nothing matches", async ({ page, api }) => {
  const records = new Records(page);
  const type = newType();
  for (let index = 0; index < 130; index += 1) await createRecord(api, type, `Record ${index}`);
  await records.open(type);
  await expect(page.getByText("130", { exact: true })).toBeVisible();
  await records.search.fill("record 12");
  await expect(page).toHaveURL(`/records/${type}?search=record+12`);
  await expect(records.rows).toHaveCount(11);
  await records.link("Record 12").click();
  await expect(page).toHaveURL(/search=record\+12&record=record_/);
  await page.goBack();
  await expect(records.panel).toHaveCount(0);
  await records.search.fill("nobody");
  await expect(page.getByRole("heading", { name: "No record matches" })).toBeVisible();
  await page.getByRole("button", { name: "Show all records" }).click();
  await expect(records.search).toBeFocused();
  // The last row is on the second page.
  await records.link("Record 129").focus();
  await expect(async () => {
    await page.keyboard.press("End");
    await expect(records.link("Record 0")).toBeFocused({ timeout: 500 });
  }).toPass();
});

test("what is wrong is said at its field, and nothing that was typed is lost", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 409/);
  const records = new Records(page);
  const type = newType();
  await createRecord(api, type, "Taken");
  await records.open(type);
  await page.getByRole("button", { name: "New record" }).click();
  await page.getByRole("button", { name: "Create record" }).click();
  await expect(records.name).toHaveAccessibleDescription("A record needs a name.");
  await expect(records.name).toBeFocused();
  await records.name.fill("Taken");
  await records.writeMetadata('{"a": 12345678901234567890}');
  await expect(records.metadata).toHaveAccessibleDescription(/12345678901234567890 cannot be kept exactly/);
  await page.getByRole("button", { name: "Create record" }).click();
  await expect(records.metadata).toBeFocused();
  await records.writeMetadata('{"a": "12345678901234567890"}');
  await page.getByRole("button", { name: "Create record" }).click();
  await expect(records.name).toHaveAccessibleDescription(/There is another .* called “Taken”/);

  await page.keyboard.press("Escape");
  const question = page.getByRole("alertdialog", { name: "Leave what you typed?" });
  await question.getByRole("button", { name: "Cancel" }).click();
  await expect(records.name).toHaveValue("Taken");
  await records.name.fill("Free");
  await page.getByRole("button", { name: "Create record" }).click();
  await expect(records.row("Free")).toBeVisible();
  expect(await readRecords(api, type)).toMatchObject([{ name: "Free" }, { name: "Taken" }]);
});

test("what somebody else has changed meanwhile is shown before it is written over", async ({ page, api }) => {
  const records = new Records(page);
  const type = newType();
  const { id } = await createRecord(api, type, "Ada", { plan: "free" });
  await records.open(type);
  await records.openRecord("Ada");
  await records.writeMetadata('{"plan": "mine"}');
  await api.call("updateRecord", { params: { id }, body: { metadata: { plan: "theirs" } } });
  await records.saveButton.click();
  const question = page.getByRole("alertdialog", { name: "Changed elsewhere" });
  await expect(question).toContainText("theirs");
  expect(await readRecords(api, type)).toMatchObject([{ metadata: { plan: "theirs" } }]);
  await question.getByRole("button", { name: "Keep editing" }).click();
  await expect(records.metadata).toContainText("mine");
  await records.saveButton.click();
  await question.getByRole("button", { name: "Overwrite with mine" }).click();
  await expect(records.panel).toHaveCount(0);
  expect(await readRecords(api, type)).toMatchObject([{ metadata: { plan: "mine" } }]);
});

test("a change elsewhere of another field stays beside one's own", async ({ page, api }) => {
  const records = new Records(page);
  const type = newType();
  const { id } = await createRecord(api, type, "Ada", { plan: "free" });
  await records.open(type);
  await records.openRecord("Ada");
  await records.name.fill("Grace");
  await api.call("updateRecord", { params: { id }, body: { metadata: { plan: "theirs" } } });
  await records.saveButton.click();
  await expect(records.panel).toHaveCount(0);
  expect(await readRecords(api, type)).toMatchObject([{ name: "Grace", metadata: { plan: "theirs" } }]);
});

test("a record that was deleted meanwhile can be made again", async ({ page, api, problems }) => {
  problems.allow(/status of 404/);
  const records = new Records(page);
  const type = newType();
  const { id } = await createRecord(api, type, "Ada", { plan: "free" });
  await records.open(type);
  await records.openRecord("Ada");
  await records.name.fill("Ada again");
  await api.call("deleteRecord", { params: { id } });
  await expect(records.panel.getByRole("alert")).toContainText("was deleted elsewhere");
  await page.getByRole("button", { name: "Create it again" }).click();
  await expect(records.row("Ada again")).toBeVisible();
  expect(await readRecords(api, type)).toMatchObject([{ name: "Ada again", metadata: { plan: "free" } }]);
});

test("a list hears of what is changed elsewhere", async ({ page, api }) => {
  const records = new Records(page);
  const type = newType();
  await createRecord(api, type, "First");
  await records.open(type);
  await expect(records.row("First")).toBeVisible();
  // The stream opens once the page is idle; a change before that is told of by its beginning.
  await createRecord(api, type, "Second");
  await expect(records.row("Second")).toBeVisible();
});

test("a list that cannot be read says so, and is read again", async ({ page, api, problems }) => {
  problems.allow(/status of 500/);
  const records = new Records(page);
  const type = newType();
  await createRecord(api, type, "Ada");
  await api.addFaults({ method: "GET", path: "/v1/records", status: 500 });
  await records.open(type);
  await expect(page.getByRole("heading", { name: "The records could not be read" })).toBeVisible();
  await api.clearFaults();
  await retryFor(page, records.row("Ada"));
});

test("a key that may only read says why nothing can be changed", async ({
  page,
  startOwnServer,
  problems,
}) => {
  problems.allow(/status of 40[13]/);
  const { url } = await startOwnServer({ env: { API_KEYS: "reader=RECORDS:READ,flows=FLOWS:READ" } });
  const signIn = async (key: string) => {
    await page.getByLabel("API key").fill(key);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByLabel("API key")).toHaveCount(0, { timeout: 30_000 });
  };
  await page.goto(`${url}/records`);
  await signIn("reader");
  await expect(page.getByRole("button", { name: "New record" })).toHaveAccessibleDescription(/RECORDS:WRITE/);
  await page.getByRole("button", { name: "Sign out" }).click();
  await signIn("flows");
  await page.getByRole("link", { name: "Records" }).click();
  await expect(page.getByRole("heading", { name: "This key may not read records" })).toBeVisible();
});

test("on a phone nothing sticks out, and a record can be edited", async ({ page, api }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const records = new Records(page);
  const type = newType();
  await createRecord(api, type, "A very long name ".repeat(28).trim(), { note: "x".repeat(400) });
  await createRecord(api, type, "Ada", { plan: "pro" });
  await records.open(type);
  await expect(records.row("Ada")).toContainText("plan: pro");
  await page.getByRole("checkbox", { name: "Select Ada" }).check();
  const width = () => page.evaluate(() => document.documentElement.scrollWidth);
  expect(await width()).toBe(360);
  await records.openRecord("Ada");
  await records.name.fill("Ada L.");
  await records.saveButton.click();
  await expect(records.row("Ada L.")).toBeVisible();
  expect(await width()).toBe(360);
});
