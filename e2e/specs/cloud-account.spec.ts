import type { Page } from "@playwright/test";
import { buildStep } from "#core/testing/flow-builder.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { expect, expectNoAccessibilityViolationsInBothThemes, test } from "#e2e/harness/test.ts";

// Tests what the dashboard shows of the account behind a connected API: models, tools, secrets and usage.

const meterOf = (page: Page) => page.getByRole("button", { name: /, usage: / });

test("the header shows the used executions, their reset time and slow mode, without polling the API", async ({
  page,
  startCloudServer,
}) => {
  const { url, realApi } = await startCloudServer();
  realApi.state.usage.executionsUsed = 32;
  realApi.state.usage.executionLimit = 50;
  await page.goto(`${url}/flows`);
  const meter = meterOf(page);
  await expect(meter).toHaveAccessibleName("32 / 50, usage: 32 of 50 executions");
  await meter.press("Enter");
  const usage = page.getByRole("dialog", { name: "Usage" });
  await expect(usage).toContainText("32 of 50 executions");
  await expect(usage).toContainText(/Resets (?:at|on|now)/);
  await expect(usage).toContainText("49 requests left before the rate limit.");
  await expectNoAccessibilityViolationsInBothThemes(page, "the usage of the account");

  realApi.state.usage.executionsUsed = 50;
  await usage.getByRole("button", { name: "Refresh usage" }).click();
  await expect(usage).toContainText("Slow mode: each request takes about 10 s");
  await expect(
    page.locator("[aria-live=polite]").filter({ hasText: "Slow mode: each request takes about 10 s" }),
  ).not.toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(meter).toBeFocused();
  await expect(meter).toHaveAccessibleName("Slow mode, usage: 50 of 50 executions");
  expect(realApi.takeCounts()["GET /v1/usage-limits/daily"]).toBe(2);

  await page.setViewportSize({ width: 360, height: 740 });
  await expect(meter).toHaveCount(0);
  await page.getByRole("button", { name: "Help" }).click();
  await page.getByRole("menuitem", { name: "Usage" }).click();
  await expect(page.getByRole("region", { name: "Usage" })).toContainText("50 of 50 executions");
});

test(
  "models and tools of the account are suggested with provider, price and context length",
  { tag: "@full" },
  async ({ page, startCloudServer }) => {
    const { url, realApi } = await startCloudServer();
    const config = { model: "gpt-9", userPrompt: "Hi", tools: { toolIds: ["tool_own"] } };
    const steps = [
      buildStep("ask", { name: "Ask", config }),
      buildStep("call", { type: "tool-call", name: "Call", config: { toolId: "", parameters: {} } }),
    ];
    const id = realApi.state.addFlow("Account", steps).id;
    const editor = new EditorPageObject(page);
    await editor.open(`${url}/flows/${id}?step=ask`);
    const inspector = page.getByRole("complementary", { name: /^Inspector of/ });
    const model = inspector.getByRole("combobox", { name: "Model" });
    await expect(inspector.getByText("Not in the list of models.")).toBeVisible();
    await model.fill("sonnet");
    await expect(page.getByRole("listbox", { name: "Model: models" }).getByRole("option")).toHaveText([
      "claude-sonnet-4-5anthropic · 200K context · $3 in, $15 out per 1M · Claude Sonnet 4.5",
    ]);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect(model).toHaveValue("claude-sonnet-4-5");
    await expect(inspector.getByText("Not in the list of models.")).toHaveCount(0);

    const tool = inspector.getByRole("combobox", { name: "Tools 1" });
    await expect(tool).toHaveValue("tool_own");
    await expect(inspector.getByText("Not in the list of tools.")).toBeVisible();
    await tool.fill("web");
    await page.getByRole("option", { name: /builtin:exa/ }).click();
    await expect(tool).toHaveValue("builtin:exa");

    await editor.row("Call").click();
    await inspector.getByRole("combobox", { name: "Tool" }).fill("order");
    await page.getByRole("option", { name: /lookup_order/ }).click();
    await editor.save();
    expect(realApi.state.flows.get(id)).toMatchObject({
      steps: [
        { config: { model: "claude-sonnet-4-5", tools: { toolIds: ["builtin:exa"] } } },
        { config: { toolId: "tool_01jq8z7m1nd4e5f6g7h8j9k0p1" } },
      ],
    });
    const counts = realApi.takeCounts();
    expect(counts["GET /v1/model-configs/grouped"]).toBe(1);
    expect(counts["GET /v1/resources"]).toBe(1);

    // Where the inspector is a dialog, Escape closes only the list.
    await editor.row("Ask").click();
    await page.setViewportSize({ width: 600, height: 800 });
    const sheet = page.getByRole("dialog", { name: "Step" });
    await sheet.getByRole("combobox", { name: "Model", exact: true }).first().press("ArrowDown");
    const list = page.getByRole("listbox", { name: "Model: models" });
    await expect(list).toBeVisible();
    await expectNoAccessibilityViolationsInBothThemes(page, "the suggested models");
    await page.keyboard.press("Escape");
    await expect(list).toHaveCount(0);
    await page.keyboard.press("Escape");
    await expect(sheet).toHaveCount(0);
  },
);

test(
  "the API validates a flow when asked and before it is published, and blocks neither edits nor publishing",
  { tag: "@full" },
  async ({ page, problems, startCloudServer }) => {
    const { url, realApi } = await startCloudServer();
    const ask = buildStep("ask", { name: "Ask", config: { model: "gpt-4o-mini", userPrompt: "Hi" } });
    const { id } = realApi.state.addFlow("Checked", [ask]);
    const context = { authenticated: true, accountChecksPerformed: true, accountChecksSkipped: false };
    const step = { index: 0, name: "Ask", type: "prompt" };
    const errors = [
      {
        code: "MODEL_NOT_ENABLED",
        message: "The model is not enabled.",
        path: "flowSteps.0.config.model",
        step,
      },
    ];
    let requests = 0;
    await page.route("**/v1/public/flows/validate", (route) => {
      requests += 1;
      return route.fulfill({ json: { valid: false, errors, warnings: [], recommendations: [], context } });
    });
    const editor = new EditorPageObject(page);
    await editor.open(`${url}/flows/${id}`);
    await editor.problemsButton.click();
    const panel = page.getByRole("complementary", { name: "Problems" });
    await panel.getByRole("button", { name: "Check with the API" }).click();
    await expect(panel.getByText("The API found 1 more problem.")).toBeVisible();
    expect(requests).toBe(1);
    await panel.getByRole("button", { name: "Go to Ask" }).click();
    const inspector = page.getByRole("complementary", { name: "Inspector of Ask" });
    await expect(inspector.getByRole("combobox", { name: "Model" })).toBeFocused();
    await expect(inspector.getByText("The API says: The model is not enabled.")).toBeVisible();
    await expectNoAccessibilityViolationsInBothThemes(page, "a finding of the API");
    await inspector.getByRole("combobox", { name: "Model" }).fill("gemini-2.5-flash");
    await expect(inspector.getByText("The API says")).toHaveCount(0);
    await expect(panel.getByText("Edited since.")).toBeVisible();
    expect(requests).toBe(1);

    await page.getByRole("button", { name: "Publish", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Publish “Checked”?" });
    await expect(dialog.getByRole("region", { name: "Findings of the API" })).toContainText(
      "“Ask”: the API says: The model is not enabled.",
    );
    await expect.poll(() => requests).toBe(2);
    await expect(dialog.getByRole("button", { name: "Save and publish" })).not.toHaveAttribute(
      "aria-disabled",
    );
    await page.keyboard.press("Escape");

    problems.allow(/status of 404/);
    await page.unrouteAll();
    await page.route("**/v1/public/flows/validate", (route) =>
      route.fulfill({ status: 404, json: { error: "Not found" } }),
    );
    await panel.getByRole("button", { name: "Check with the API" }).click();
    await expect(
      panel.getByText("Validation by the API: The connected API doesn’t offer this."),
    ).toBeVisible();
  },
);

test("the environment page lists features that the API lacks or refuses, and “Check again” requests them again", async ({
  page,
  problems,
  startCloudServer,
}) => {
  problems.allow(/status of 40[34]/);
  const { url, realApi } = await startCloudServer();
  realApi.planAnswer({ path: "/v1/usage-limits/daily", status: 404, body: '{"error":"Not found"}' });
  for (const path of ["/v1/resources", "/v1/tools", "/v1/tools/builtin"])
    realApi.planAnswer({ path, status: 403, body: '{"error":"Forbidden"}' });
  await page.goto(`${url}/environment`);
  const server = page.getByRole("region", { name: "Server" });
  await expect(server).toContainText("Cloud");
  await expect(server.getByText("Reachable")).toBeVisible();
  await expect(page.getByRole("region", { name: "Secrets" })).toHaveCount(0);
  const leftOut = page.getByRole("list", { name: "Not available in cloud mode" });
  await expect(leftOut.getByRole("listitem")).toContainText([
    "Version check by the API. This server compares versions before each save instead.",
    "Live changes from elsewhere.",
    "Search in steps.",
    "Status and steps in the list.",
    "Descriptions of flows.",
    "Sample data on the server.",
    "Labels and notes of versions.",
    "List of record types.",
    "List of a flow’s runs.",
    "Health of flows.",
    "Timeline and whole outputs of runs.",
    "Settings of runs.",
  ]);
  const refused = page.getByRole("list", { name: "Not available for this key" });
  await expect(refused.getByRole("listitem")).toContainText(["Usage limits"]);
  await page.getByRole("button", { name: "Check again" }).click();
  await expect(refused.getByRole("listitem")).toContainText(["List of tools", "Usage limits"]);
  await expect(refused).toContainText("Not permitted for this server’s API key");
  await expect(refused).toContainText("GET /v1/usage-limits/daily");
  await expectNoAccessibilityViolationsInBothThemes(page, "the environment page in cloud mode");
  realApi.resetSwitches();
  await page.getByRole("button", { name: "Check again" }).click();
  await expect(refused).toHaveCount(0);
  await expect(page.getByRole("region", { name: "Usage" })).toContainText("3 of 50 executions");
});
