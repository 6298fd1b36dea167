import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { ApiClient } from "#e2e/harness/api.ts";
import { expect, expectNoAccessibilityViolationsInBothThemes, test } from "#e2e/harness/test.ts";

let receiver: Server;
const received: string[] = [];
test.beforeAll(async () => {
  receiver = createServer((request, response) => {
    request.resume().on("end", () => {
      received.push(request.url ?? "");
      response.writeHead(request.url === "/refuses" ? 410 : 204).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
});
test.afterAll(() => receiver.close());

test("an alert is created, tested, edited, paused, deleted and restored, by keyboard too", async ({
  page,
  startOwnServer,
  problems,
}) => {
  problems.allow(/status of 400/);
  const place = `127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const { url } = await startOwnServer({ env: { ALLOW_PRIVATE_HTTP: place, SEED: "0" } });
  const api = new ApiClient(url);
  const flow = await api.createFlow(buildFlow("Digest", [buildStep("a")]));
  await api.createFlow(buildFlow("Weekly report", [buildStep("a")]));
  await page.goto(`${url}/runs`);
  await page.getByRole("navigation", { name: "Views of runs" }).getByRole("link", { name: "Alerts" }).click();
  await expect(page.getByRole("heading", { name: "No alerts yet" })).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "the page without alerts");

  await page.getByRole("button", { name: "New alert" }).press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("checkbox", { name: /^A run fails/ }).press("Space");
  await dialog.getByRole("combobox", { name: "Watch" }).selectOption("One flow");
  await dialog.getByRole("combobox", { name: "Send as" }).selectOption("Webhook");
  await dialog.getByRole("textbox", { name: "URL" }).press("Enter");
  await expect(dialog.getByText("Choose at least one.")).toBeVisible();
  await expect(dialog.getByText("Choose a flow.")).toBeVisible();
  await expect(dialog.getByText("Enter a URL that starts with")).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "the dialog of an alert with errors");

  await dialog.getByRole("combobox", { name: "Flow" }).fill("dig");
  await expect(page.getByRole("option", { name: "Digest" })).toBeVisible();
  await dialog.getByRole("combobox", { name: "Flow" }).press("ArrowDown");
  await dialog.getByRole("combobox", { name: "Flow" }).press("Enter");
  await dialog.getByRole("checkbox", { name: "No run ends for some time" }).check();
  await dialog.getByRole("textbox", { name: "URL" }).fill("http://10.0.0.1/hook");
  await dialog.getByRole("textbox", { name: "URL" }).press("Enter");
  await expect(dialog.getByRole("alert")).toContainText("FLOWLINE_ALLOW_PRIVATE_HTTP");
  await dialog.getByRole("textbox", { name: "URL" }).fill(`http://${place}/hook`);
  await dialog.getByRole("button", { name: "Create alert" }).click();

  await expect(page.getByRole("dialog", { name: "Alert created" })).toBeVisible();
  await expect(dialog.getByRole("textbox", { name: "Signing secret" })).toHaveValue(/^whsec_/);
  await dialog.getByRole("button", { name: "Send test" }).click();
  await expect(dialog.getByRole("status")).toContainText(`Sent to ${place}.`);
  await expect(dialog.getByRole("listitem")).toContainText("Test alert for “Digest”");
  await expectNoAccessibilityViolationsInBothThemes(page, "the dialog of a new secret");
  expect(received).toContain("/hook");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "New alert" })).toBeVisible();

  const name = "When “Digest” has not run for 24 hours";
  const row = page.getByRole("listitem").filter({ hasText: name });
  await row.getByRole("button", { name, exact: true }).press("Enter");
  await dialog.getByRole("textbox", { name: "URL" }).fill(`http://${place}/refuses`);
  await expect(dialog.getByRole("button", { name: "Send test" })).toHaveAttribute("aria-disabled", "true");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  await row.getByRole("button", { name, exact: true }).click();
  await dialog.getByRole("button", { name: "Send test" }).click();
  await expect(dialog.getByRole("region", { name: "Sent lately" }).getByRole("status")).toContainText(
    `Test not sent. ${place} answered with 410.`,
  );
  await page.keyboard.press("Escape");
  await expect(row).toContainText("Not sent");
  await expectNoAccessibilityViolationsInBothThemes(page, "the list of alerts");

  await row.getByRole("switch").press("Space");
  await expect(row).toContainText("Paused");
  await row.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await expect(page.getByRole("heading", { name: "No alerts yet" })).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(row).toContainText("Paused");

  await page.setViewportSize({ width: 320, height: 640 });
  const measureOverflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  await expect.poll(measureOverflow).toBeLessThanOrEqual(0);

  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(`${url}/flows/${flow.id}`);
  await page.getByRole("button", { name: "Overview", exact: true }).click();
  await page.getByRole("button", { name: "Has not run for 24 hours" }).click();
  await expect(page.getByRole("dialog", { name: "Edit alert" })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Add alert…" }).click();
  await expect(dialog.getByRole("combobox", { name: "Flow" })).toHaveValue("Digest");
});
