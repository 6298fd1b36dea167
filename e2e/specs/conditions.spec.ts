import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { replaceFieldTextByKeyboard } from "#e2e/harness/page-text.ts";
import { expect, expectNoAccessibilityViolationsInBothThemes, test } from "#e2e/harness/test.ts";

test("a condition is built from fields, and remains an expression where it does not fit", async ({
  page,
  api,
}) => {
  const source = { type: "set-variable", config: { variableName: "score", valueTemplate: "4" } };
  const route = { type: "conditional", config: { condition: "", trueSteps: [], falseSteps: [] } };
  const flow = buildFlow("Conditions", [buildStep("score", source), buildStep("route", route)]);
  const { editor } = await createFlowAndOpenEditor({ page, api }, flow);
  await editor.row("Route").click();
  const group = page.getByRole("group", { name: "Condition", exact: true }).last();
  const part = (name: string) => group.getByLabel(name, { exact: true });
  await part("Condition 1: field").fill("sco");
  await page.getByRole("option", { name: /^score/ }).click();
  await part("Condition 1: comparison").selectOption("is at least");
  await expect(group).toContainText("Enter a value.");
  await part("Condition 1: value").fill("4");
  await expect(editor.branch("Route", "then")).toContainText("score >= 4");

  await group.getByRole("button", { name: "Add condition" }).click();
  await expect(part("Condition 2: field")).toBeFocused();
  await page.keyboard.type("_record.metadata.Last order");
  await part("Condition 2: value").fill("it's");
  await part("Match").selectOption("Any condition is true");
  const both = String.raw`score >= 4 || _record.metadata['Last order'] === 'it\'s'`;
  await expect(editor.branch("Route", "then")).toContainText(both);
  await expect(part("Condition 2: field")).toHaveValue("_record.metadata.Last order");
  await expectNoAccessibilityViolationsInBothThemes(page, "a condition as fields");

  await page.getByRole("tab", { name: "Fields" }).first().focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("tab", { name: "Expression" }).first()).toBeFocused();
  await editor.showExpression("Condition");
  const expression = page.getByRole("textbox", { name: "Condition" });
  await expect(expression).toHaveText(both);
  await replaceFieldTextByKeyboard(page, expression, "score >= 4 && (x || y)");
  await page.getByRole("tab", { name: "Fields" }).click({ force: true });
  await expect(expression).toHaveAccessibleDescription(/This condition can’t be shown as fields/);
  await replaceFieldTextByKeyboard(page, expression, "( score>=4 ) || x");
  await page.getByRole("tab", { name: "Fields" }).click();
  await group.getByRole("button", { name: "Remove Condition 2" }).click();
  await expect(editor.branch("Route", "then")).toContainText("( score>=4 )");
  await expect(part("Condition 1: field")).toBeFocused();
  await expect(part("Condition 2: field")).toHaveCount(0);

  await group.getByRole("button", { name: "Remove Condition 1" }).click();
  await part("Condition 1: comparison").selectOption("is truthy");
  await expect(part("Condition 1: comparison")).toHaveValue("truthy");
  await part("Condition 1: field").fill("asked");
  await part("Condition 1: field").fill("");
  await expect(part("Condition 1: field")).toBeFocused();
  await expect(part("Condition 1: comparison")).toHaveValue("truthy");
  await page.keyboard.type("done");
  await expect(editor.branch("Route", "then")).toContainText("done");
  await expect(editor.branch("Route", "then")).not.toContainText("===");
});

test("a jump to a problem of a condition focuses the part of the row that has the problem", async ({
  page,
  api,
}) => {
  const set = (id: string) =>
    buildStep(id, { type: "set-variable", config: { variableName: id, valueTemplate: "4" } });
  const condition = "score >= 4 && late === 'x' && score === last";
  const route = { type: "conditional", config: { condition, trueSteps: [], falseSteps: [] } };
  const steps = [set("score"), buildStep("route", route), set("late"), set("last")];
  await createFlowAndOpenEditor({ page, api }, buildFlow("Conditions", steps));
  await expect(page.getByRole("button", { name: "2 problems" })).toBeVisible();
  await page.keyboard.press("F8");
  await expect(page.getByLabel("Condition 2: field", { exact: true })).toBeFocused();
  await page.keyboard.press("F8");
  await expect(page.getByLabel("Condition 3: value", { exact: true })).toBeFocused();
});
