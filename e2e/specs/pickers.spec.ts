import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { ApiClient } from "#e2e/harness/api.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { expect, expectNoAccessibilityViolationsInBothThemes, test } from "#e2e/harness/test.ts";

const closers: (() => void)[] = [];
test.afterEach(() => closers.splice(0).forEach((close) => close()));

/** Starts a model server with these models and returns its base URL. */
async function startModelServer(data: readonly object[]): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ data }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

const inspectorOf = (page: Page, name: string) =>
  page.getByRole("complementary", { name: `Inspector of ${name}` });

test(
  "a model is chosen by keyboard from 500 models of the model server, and an unlisted model is kept",
  { tag: "@full" },
  async ({ page, startOwnServer }) => {
    const many = Array.from({ length: 500 }, (_, index) => ({
      id: `local/model-${index}`,
      owned_by: "local",
    }));
    const special = {
      id: "acme/writer",
      context_length: 200_000,
      pricing: { prompt: "0.000003", completion: "0.000015" },
    };
    const { url } = await startOwnServer({
      env: { MODEL_BASE_URL: await startModelServer([...many, special]) },
    });
    const api = new ApiClient(url);
    const { id } = await api.createFlow(
      buildFlow("Answer", [
        buildStep("ask", {
          name: "Ask",
          config: {
            model: "own/model",
            userPrompt: "Hi",
            errorHandling: { onError: "fallback", fallbacks: [{ type: "model", model: "" }] },
          },
        }),
      ]),
    );
    const editor = new EditorPageObject(page);
    await editor.open(`${url}/flows/${id}?step=ask`);
    const inspector = inspectorOf(page, "Ask");
    const model = inspector.getByRole("combobox", { name: "Model", exact: true }).first();
    await expect(inspector.getByText("Not in the list of models.")).toBeVisible();
    await model.focus();
    await page.keyboard.press("ArrowDown");
    const list = page.getByRole("listbox", { name: "Model: models" });
    await expect(list.getByRole("option")).toHaveCount(100);
    await expect(page.getByText("401 more. Type to find them.")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(list).toHaveCount(0);
    await expect(inspector).toBeVisible();
    await expect(model).toHaveValue("own/model");

    await model.fill("writer");
    await expect(list.getByRole("option")).toHaveText(["acme/writer200K context · $3 in, $15 out per 1M"]);
    await expectNoAccessibilityViolationsInBothThemes(page, "the suggested models");
    await page.keyboard.press("ArrowDown");
    await expect(model).toHaveAttribute("aria-activedescendant", /.+/);
    await page.keyboard.press("Enter");
    await expect(model).toHaveValue("acme/writer");
    await expect(list).toHaveCount(0);
    await expect(inspector.getByText("Not in the model server’s list")).toHaveCount(0);

    const fallback = inspector.getByRole("listitem").getByRole("combobox", { name: "Model" });
    await fallback.fill("model-49");
    await inspector.page().getByRole("option", { name: "local/model-499" }).click();
    await expect(fallback).toHaveValue("local/model-499");
    await editor.save();
    expect((await api.getFlow(id)).flowSteps[0]?.["config"]).toMatchObject({
      model: "acme/writer",
      errorHandling: { fallbacks: [{ type: "model", model: "local/model-499" }] },
    });

    // Where the inspector is a dialog, Escape closes only the list.
    await page.setViewportSize({ width: 600, height: 800 });
    const sheet = page.getByRole("dialog", { name: "Step" });
    await sheet.getByRole("combobox", { name: "Model", exact: true }).first().press("ArrowDown");
    await expect(list).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(list).toHaveCount(0);
    await expect(sheet).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(sheet).toHaveCount(0);
  },
);
