import type { Page } from "@playwright/test";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { delayRequestsUntilReleased } from "#e2e/harness/slow-down-page.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";

const addressOf = (path: string) => new RegExp(String.raw`${path}(?:\?|$)`);

/** Simulates focusing the window, and resolves when the read has started. */
async function readAgain(page: Page, path: string): Promise<void> {
  const asked = page.waitForRequest((request) => new URL(request.url()).pathname === path);
  await page.evaluate(() => window.dispatchEvent(new Event("visibilitychange")));
  await asked;
}

test("the not-found page of a flow stays while the flow is read again", async ({ page, problems }) => {
  problems.allow(/status of 404/);
  await page.goto("/flows/flow_none");
  const heading = page.getByRole("heading", { level: 1 });
  await expect(heading).toHaveText("Flow not found");
  const release = await delayRequestsUntilReleased(page, addressOf("/v1/flows/flow_none"));
  await readAgain(page, "/v1/flows/flow_none");
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  // Reads the text once, because a retrying assertion would not notice an error that disappears for a moment.
  expect(await heading.allTextContents()).toEqual(["Flow not found"]);
  expect(await page.getByText("It may have been deleted").count()).toBe(1);
  await expectNoAccessibilityViolations(page, "a page that keeps its error");
  const answered = page.waitForResponse(addressOf("/v1/flows/flow_none"));
  release();
  await answered;
});

test("a page that is still loading is accessible", async ({ page, api }) => {
  const flow = await api.createFlow(buildFlow("Late", [buildStep("one")]));
  const release = await delayRequestsUntilReleased(page, addressOf(`/v1/flows/${flow.id}`));
  await page.goto(`/flows/${flow.id}`);
  await expect(page.getByRole("heading", { level: 1, name: "Loading flow" })).toBeAttached();
  await expectNoAccessibilityViolations(page, "a flow that is loading");
  release();
  await expect(page.getByRole("heading", { name: "Late" })).toBeVisible();
});
