import type { Locator, Page } from "@playwright/test";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { delayRequestsUntilReleased } from "#e2e/harness/slow-down-page.ts";
import { saveAndPublishFlowVersions } from "#e2e/harness/versions.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";

const addressOf = (path: string) => new RegExp(String.raw`${path}(?:\?|$)`);

/**
 * Fails reads of this path with a status after which the page does not retry. Returns a function that makes later reads
 * wait until they are released, and then succeed.
 */
async function refuse(page: Page, path: string): Promise<() => Promise<() => void>> {
  await page.route(addressOf(path), (route) => route.fulfill({ status: 408, json: { error: "Not now." } }));
  // Adds a slow route over the failing route instead of replacing it: between removing and adding, a read would succeed
  // at once.
  return () => delayRequestsUntilReleased(page, addressOf(path));
}

/** Simulates focusing the window, and resolves when the read has started. */
async function readAgain(page: Page, path: string): Promise<void> {
  const asked = page.waitForRequest((request) => new URL(request.url()).pathname === path);
  await page.evaluate(() => window.dispatchEvent(new Event("visibilitychange")));
  await asked;
}

async function expectTried(button: Locator): Promise<void> {
  await expect(async () => {
    if ((await button.getAttribute("aria-busy")) !== "true") await button.click({ timeout: 500 });
    await expect(button).toHaveAttribute("aria-busy", "true", { timeout: 500 });
  }).toPass();
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

test("a flow that failed to load keeps its error during a retry, then shows the flow", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 408/);
  const flow = await api.createFlow(buildFlow("Late", [buildStep("one")]));
  const path = `/v1/flows/${flow.id}`;
  const holdReads = await refuse(page, path);
  await page.goto(`/flows/${flow.id}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Couldn’t load the flow");
  const release = await holdReads();
  const tryAgain = page.getByRole("button", { name: "Retry" });
  await expectTried(tryAgain);
  expect(await page.getByRole("heading", { level: 1 }).allTextContents()).toEqual(["Couldn’t load the flow"]);
  release();
  await expect(page.getByRole("heading", { name: "Late" })).toBeVisible();
});

test("a version and the version list keep their error during a retry", async ({ page, api, problems }) => {
  problems.allow(/status of 408/);
  const flow = await api.createFlow(buildFlow("Late", [buildStep("one")]));
  const [one] = await saveAndPublishFlowVersions(api, flow.id, [{ steps: [buildStep("one")] }]);
  const tryAgain = page.getByRole("button", { name: "Retry" });
  for (const [address, path, title] of [
    [`/flows/${flow.id}/versions`, `/v1/flow-versions/${flow.id}`, "Couldn’t load versions"],
    [
      `/flows/${flow.id}/versions/${one?.id}`,
      `/v1/flow-versions/${flow.id}/${one?.id}`,
      "Couldn’t load the version",
    ],
  ] as const) {
    const holdReads = await refuse(page, path);
    await page.goto(address);
    const heading = page.getByRole("heading", { name: title });
    await expect(heading).toBeVisible();
    const release = await holdReads();
    await expectTried(tryAgain);
    expect(await heading.count()).toBe(1);
    release();
    await expect(heading).toBeHidden();
    await expect(page.getByText("Version 1").first()).toBeVisible();
  }
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
