import type { Page } from "@playwright/test";
import type { JsonObject } from "#core/json/json.ts";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { pressRetryButtonUntilVisible } from "#e2e/harness/retry-for.ts";
import { expect, expectNoAccessibilityViolationsInBothThemes, test } from "#e2e/harness/test.ts";

const prompt = (name: string, config: JsonObject) =>
  buildStep(name.toLowerCase().replaceAll(" ", "-"), { type: "prompt", name, config });

const buildSupportFlow = (name: string, model: string) =>
  buildFlow(name, [
    buildStep("load", { type: "fetch-url", name: "Load ticket", config: { outputVariable: "ticket_text" } }),
    buildConditional(
      "urgent",
      [prompt("Answer at once", { model, userPrompt: "{{ticket_text}}", keep: { z: 1, a: 2 } })],
      [],
    ),
  ]);

const openUses = (page: Page, name: string) => page.getByRole("dialog", { name: `Uses of “${name}”` });

test("a search in steps finds a nested step by its model and opens it, by keyboard alone", async ({
  page,
  api,
}) => {
  const { id } = await api.createFlow(buildSupportFlow("Triage", "acme/tiny-9"));
  const list = new FlowListPageObject(page);
  await list.open();
  await list.search.fill("tiny-9");
  await expect(page.getByRole("heading", { name: "No matching flows" })).toBeVisible();
  await page.getByRole("main").getByRole("button", { name: "Search in steps" }).last().click();
  const results = page.getByRole("list", { name: "Flows with matching steps" });
  await expect(results.getByRole("link")).toHaveText([/^Triage$/, /Answer at once.*model.*acme\/tiny-9/]);
  await expect(page).toHaveURL(/search=tiny-9&in=steps/);
  await expectNoAccessibilityViolationsInBothThemes(page, "the search in steps");

  await list.search.focus();
  await page.keyboard.press("ArrowDown");
  await expect(results.getByRole("link", { name: "Triage" })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(results.getByRole("link", { name: /Answer at once/ })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/flows/${id}\\?step=answer-at-once`));
  await expect(page.getByRole("complementary", { name: "Inspector of Answer at once" })).toBeVisible();

  await page.goBack();
  await expect(results.getByRole("link", { name: /Answer at once/ })).toBeFocused();
  await expect(results.getByRole("link")).toHaveCount(2);
  await list.search.fill("tiny-9 nowhere");
  await expect(page.getByRole("heading", { name: "No matching steps" })).toBeVisible();
  await list.search.fill("t");
  await expect(page.getByRole("heading", { name: "Keep typing" })).toBeVisible();
  await page.getByRole("button", { name: "Search in steps", pressed: true }).click();
  await expect(list.row("Triage")).toBeVisible();
  await expect(page).toHaveURL(/\/flows\?search=t$/);
});

test(
  "a failed search in steps can be retried, and flows that are not indexed yet are counted",
  { tag: "@full" },
  async ({ page, api, problems }) => {
    problems.allow(/status of 500/);
    await api.createFlow(buildSupportFlow("Retried", "acme/retry-1"));
    const list = new FlowListPageObject(page);
    // The list also reads again when it receives the new flow's event, so every read fails until the user retries.
    await api.addFaults({ path: "/local/steps", status: 500 });
    await list.open("?search=retry-1&in=steps");
    await expect(page.getByRole("heading", { name: "Couldn’t search the steps" })).toBeVisible();
    let isIndexing = true;
    await page.route("**/local/steps?*", async (route) => {
      const response = await route.fetch();
      const body = (await response.json()) as { index: object };
      if (isIndexing && response.ok()) body.index = { complete: false, pendingFlows: 1234, partialFlows: 0 };
      await route.fulfill({ response, json: body });
    });
    await api.clearFaults();
    await pressRetryButtonUntilVisible(page, page.getByText("Indexing: 1,234 flows not searched yet."));
    isIndexing = false;
    await expect(page.getByText("Indexing: 1,234 flows not searched yet.")).toBeHidden({ timeout: 10_000 });
    await page.unrouteAll({ behavior: "wait" });

    // A server without the index, such as one in cloud mode, shows neither the switch nor the results.
    await page.route("**/local/capabilities", async (route) => {
      const response = await route.fetch();
      const server = await response.json();
      const features = { ...server.features, stepSearch: "Not indexed." };
      await route.fulfill({ response, json: { ...server, features } });
    });
    await list.open("?search=Retried&in=steps");
    await expect(list.row("Retried")).toBeVisible();
    await expect(page.getByRole("button", { name: "Search in steps" })).toBeHidden();
  },
);

test("all uses of a variable are listed in the editor, and a click on a use opens the step of another flow", async ({
  page,
  api,
}) => {
  const [first, second] = [
    await api.createFlow(buildSupportFlow("Uses one", "acme/uses")),
    await api.createFlow(buildSupportFlow("Uses two", "acme/uses")),
  ];
  await page.goto(`/flows/${first.id}?step=answer-at-once`);
  const inspector = page.getByRole("complementary", { name: "Inspector of Answer at once" });
  await inspector.getByRole("button", { name: "variable ticket_text" }).click();
  const uses = openUses(page, "ticket_text");
  const ofSecond = uses.getByRole("listitem").filter({ has: page.getByRole("link", { name: "Uses two" }) });
  await expect(ofSecond.getByRole("link")).toHaveText([
    "Uses two",
    /Load ticket.*sets/,
    /Answer at once.*reads/,
  ]);
  await expectNoAccessibilityViolationsInBothThemes(page, "the uses of a variable");
  await page.keyboard.press("Escape");
  await expect(inspector.getByRole("button", { name: "variable ticket_text" })).toBeFocused();
  await page.keyboard.press("Enter");
  await ofSecond.getByRole("link", { name: /Load ticket/ }).click();
  await expect(page).toHaveURL(new RegExp(`/flows/${second.id}\\?step=load`));
  await expect(page.getByRole("complementary", { name: "Inspector of Load ticket" })).toBeVisible();
});

test(
  "a model is replaced in many flows, and a flow that changed meanwhile is reviewed again",
  { tag: "@full" },
  async ({ page, api, problems }) => {
    problems.allow(/status of 412/);
    const flows = [];
    for (const name of ["Model A", "Model B", "Model C"])
      flows.push(await api.createFlow(buildSupportFlow(name, "acme/old")));
    const [first, stale] = flows;
    await page.goto(`/flows/${first?.id}?step=answer-at-once`);
    const inspector = page.getByRole("complementary", { name: "Inspector of Answer at once" });
    await inspector.getByRole("button", { name: "model acme/old" }).click();
    await openUses(page, "acme/old").getByRole("button", { name: "Replace model in these flows…" }).click();
    const dialog = page.getByRole("dialog", { name: /Replace “acme\/old” in|Chang(?:e|ing) \d+ flow/ });
    const button = (name: string) => dialog.getByRole("button", { name });
    const preview = async (model: string) => {
      await dialog.getByRole("combobox", { name: "New model" }).fill(model);
      await page.keyboard.press("Enter");
    };
    await preview("acme/old");
    await expect(dialog.getByText("Choose another model.").first()).toBeVisible();
    await preview("acme/new");
    await expect(dialog.getByRole("list", { name: "Changes of “Model B”" })).toContainText("Answer at once");
    await expectNoAccessibilityViolationsInBothThemes(page, "the preview of a replaced model");

    await api.updateFlow(stale?.id ?? "", { name: "Model B, renamed" });
    await button("Change 3 flows").click();
    await expect(dialog).toContainText("2 flows changed, 1 failed.");
    await expect(dialog).toContainText(/Model B\s*Skipped: changed elsewhere/);
    await button("Review 1 flow again").click();
    await preview("acme/new");
    await button("Change 1 flow").click();
    await expect(dialog).toContainText("1 flow changed.");
    await button("Done").click();
    await expect(openUses(page, "acme/old")).toContainText("No saved flow uses this model.");
    for (const { id } of flows) {
      const { flowSteps } = await api.getFlow(id);
      expect(JSON.stringify(flowSteps)).toContain(
        '{"model":"acme/new","userPrompt":"{{ticket_text}}","keep":{"z":1,"a":2}}',
      );
    }
    expect((await api.getFlow(stale?.id ?? "")).name).toBe("Model B, renamed");
  },
);
