import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { createUniqueRecordType } from "#e2e/harness/records.ts";
import { RunsPageObject, createManyRecords } from "#e2e/harness/runs.ts";
import { expect, expectNoAccessibilityViolationsInBothThemes, test } from "#e2e/harness/test.ts";

test("a run opens in place among all runs, and the way back leads to its row in the same list", async ({
  page,
  api,
  problems,
}) => {
  const type = createUniqueRecordType();
  await createManyRecords(api, type, 2);
  const script = "if (_record.metadata.number === 2) throw new Error('Two is too many'); return 1;";
  const flow = await api.createFlow(
    buildFlow("Opened in place", [
      buildStep("read", { type: "set-variable", config: { variableName: "a", valueTemplate: "read it" } }),
      buildStep("check", { type: "transform-data", config: { script, outputVariable: "checked" } }),
    ]),
  );
  const { batchId } = await api.call("runOnRecordType", {
    params: { id: flow.id },
    body: { recordType: type },
  });
  const runs = new RunsPageObject(page);
  const row = runs.list.getByRole("link", { name: type, exact: true });
  const heading = page.getByRole("heading", { level: 2, name: `Run on ${type}` });
  await page.goto("/runs?by=api");
  await page.getByRole("combobox", { name: "Outcome" }).selectOption("failed");
  await row.press("Enter");
  await expect(heading).toBeFocused();
  await expect(page).toHaveURL(`/runs/${batchId}?outcome=failed&by=api`);
  for (const name of ["Main", "Views of runs"])
    await expect(page.getByRole("navigation", { name }).getByRole("link", { name: "Runs" })).toHaveAttribute(
      "aria-current",
      "page",
    );
  await expect(page.getByRole("link", { name: "Opened in place" })).toHaveAttribute(
    "href",
    `/flows/${flow.id}`,
  );
  await expectNoAccessibilityViolationsInBothThemes(page, "a run among all runs");

  await runs.openRecord(`${type} 2`);
  await runs.step("Check").click();
  const details = page.getByRole("region", { name: "Result of Check" });
  await expect(details).toContainText("Two is too many");
  await details.getByRole("link", { name: "Go to step" }).press("Enter");
  await expect(page).toHaveURL(`/flows/${flow.id}?step=check`);
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toHaveValue("Check");
  await page.goBack();
  await expect(details).toContainText("Two is too many");
  await runs.step("Check").focus();
  await page.keyboard.press("Escape");
  await expect(runs.records.getByRole("button", { name: `${type} 2` })).toBeFocused();
  await page.getByRole("link", { name: "All runs" }).press("Enter");
  await expect(page).toHaveURL("/runs?outcome=failed&by=api");
  await expect(row).toBeFocused();
  await row.press("Enter");
  await expect(heading).toBeFocused();
  await page.goBack();
  await expect(row).toBeFocused();

  await row.press("Enter");
  await page.getByRole("button", { name: "Retry…", exact: true }).press("Enter");
  await page
    .getByRole("dialog", { name: "Retry run" })
    .getByRole("button", { name: "Retry", exact: true })
    .click();
  await expect(page.getByRole("heading", { level: 2, name: "Run on 1 selected record" })).toBeFocused();
  await expect(page).toHaveURL(/\/runs\/batch_\w+\?outcome=failed&by=api$/);
  await page.getByRole("link", { name: "Retry", exact: true }).press("Enter");
  await expect(page).toHaveURL(`/runs/${batchId}?outcome=failed&by=api`);
  await api.call("deleteFlow", { params: { id: flow.id } });
  await page.goto(`/runs/${batchId}`);
  await runs.openRecord(`${type} 2`);
  await expect(page.getByText("Its flow was deleted, with its results.")).toBeVisible();
  problems.allow(/status of 404/);
  await page.goto("/runs/batch_missing");
  await expect(page.getByRole("heading", { name: "Run not found" })).toBeVisible();
});

test("runs of all flows are narrowed to a flow or a tag, and saved as a view", async ({ page, api }) => {
  const steps = [buildStep("a", { type: "set-variable", config: { variableName: "a", value: 1 } })];
  const narrowed = { ...buildFlow("Narrowed to one", steps), tags: ["narrow"] };
  for (const flow of [narrowed, buildFlow("Left out", steps)]) {
    const { id } = await api.createFlow(flow);
    await api.call("dispatch", { body: { flow: { id } } });
  }
  await page.goto("/runs");
  const rows = page.getByRole("list", { name: "Runs" }).getByRole("listitem");
  await expect(rows.filter({ hasText: "Left out" }).first()).toBeVisible();

  await page.getByRole("button", { name: "All flows" }).press("Enter");
  const popover = page.getByRole("dialog", { name: "Filter by flow or tag" });
  const field = popover.getByRole("combobox", { name: "Flow" });
  await expect(field).toBeFocused();
  await page.keyboard.type("Narrowed");
  await page.getByRole("option", { name: "Narrowed to one" }).click();
  await expect(page).toHaveURL(/\/runs\?flow=flow_\w+$/);
  await expect(rows).toHaveCount(1);
  await expectNoAccessibilityViolationsInBothThemes(page, "the filter by flow or tag");
  await popover.getByRole("button", { name: "Show all flows" }).click();
  await expect(page.getByRole("button", { name: "All flows" })).toBeFocused();
  await expect(rows.filter({ hasText: "Left out" }).first()).toBeVisible();

  await page.getByRole("button", { name: "All flows" }).click();
  await popover.getByRole("option", { name: /^narrow/ }).click();
  await expect(page).toHaveURL(/\/runs\?tag=narrow$/);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Tag: narrow" })).toBeFocused();
  await expect(rows).toHaveCount(1);

  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("menuitem", { name: "Save view…" }).click();
  await page.getByRole("dialog", { name: "Save view" }).getByRole("textbox", { name: "Name" }).fill("Mine");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Views: Mine", exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Views: Mine" }).click();
  await page.getByRole("menuitemcheckbox", { name: "All runs" }).click();
  await expect(page).toHaveURL(/\/runs$/);
  await page.goto("/runs?outcome=nonsense&flow=%00");
  await expect(rows.first()).toBeVisible();
});
