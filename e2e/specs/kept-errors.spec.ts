import type { Page } from "@playwright/test";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { publishEach } from "#e2e/harness/versions.ts";
import { expect, expectAccessible, test } from "#e2e/harness/test.ts";

// A page that could not read what it is about goes on saying so while it is read again.

/** How long the second answer takes, in milliseconds: far longer than it takes to look at the page. */
const SLOW = 4_000;
/** Is not asked again by itself. */
const refusal = { status: 403, body: '{"error":"Not now."}' };

/** What the window getting the focus does. Resolves when the read has begun. */
async function readAgain(page: Page, path: string): Promise<void> {
  const asked = page.waitForRequest((request) => new URL(request.url()).pathname === path);
  await page.evaluate(() => window.dispatchEvent(new Event("visibilitychange")));
  await asked;
}

test("a flow that is not here is said to be not here while it is looked for once more", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 404/);
  await page.goto("/flows/flow_none");
  const heading = page.getByRole("heading", { level: 1 });
  await expect(heading).toHaveText("This flow is not here");
  await api.addFaults({ path: "/v1/flows/flow_none", delayMs: SLOW, times: 1 });
  await readAgain(page, "/v1/flows/flow_none");
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  // At once, and not in a while: it must not have gone.
  expect(await heading.allTextContents()).toEqual(["This flow is not here"]);
  expect(await page.getByText("It may have been deleted").count()).toBe(1);
  await expectAccessible(page, "a page that keeps its error");
});

test("a flow that could not be opened shows that it is tried again, and then the flow", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 403/);
  const flow = await api.createFlow(buildFlow("Late", [buildStep("one")]));
  const path = `/v1/flows/${flow.id}`;
  await api.addFaults({ path, ...refusal });
  await page.goto(`/flows/${flow.id}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("The flow could not be opened");
  await api.clearFaults();
  await api.addFaults({ path, delayMs: SLOW, times: 1 });
  const tryAgain = page.getByRole("button", { name: "Try again" });
  await tryAgain.click();
  await expect(tryAgain).toHaveAttribute("aria-busy", "true", { timeout: SLOW / 2 });
  expect(await page.getByRole("heading", { level: 1 }).allTextContents()).toEqual([
    "The flow could not be opened",
  ]);
  await expect(page.getByRole("heading", { name: "Late" })).toBeVisible();
});

test("a version that could not be read, and a list of them, keep their error as well", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 403/);
  const flow = await api.createFlow(buildFlow("Late", [buildStep("one")]));
  const [one] = await publishEach(api, flow.id, [{ steps: [buildStep("one")] }]);
  const tryAgain = page.getByRole("button", { name: "Try again" });
  for (const [address, path, title] of [
    [`/flows/${flow.id}/versions`, `/v1/flow-versions/${flow.id}`, "The versions could not be read"],
    [
      `/flows/${flow.id}/versions/${one?.id}`,
      `/v1/flow-versions/${flow.id}/${one?.id}`,
      "The version could not be read",
    ],
  ] as const) {
    await api.addFaults({ path, ...refusal });
    await page.goto(address);
    const heading = page.getByRole("heading", { name: title });
    await expect(heading).toBeVisible();
    await api.clearFaults();
    await api.addFaults({ path, delayMs: SLOW, times: 1 });
    await tryAgain.click();
    await expect(tryAgain).toHaveAttribute("aria-busy", "true", { timeout: SLOW / 2 });
    expect(await heading.count()).toBe(1);
    await expect(heading).toBeHidden();
    await expect(page.getByText("Version 1").first()).toBeVisible();
  }
});

test("a page that is still loading is accessible", async ({ page, api }) => {
  const flow = await api.createFlow(buildFlow("Late", [buildStep("one")]));
  await api.addFaults({ path: `/v1/flows/${flow.id}`, delayMs: SLOW, times: 1 });
  await page.goto(`/flows/${flow.id}`);
  await expect(page.getByRole("heading", { level: 1, name: "Loading the flow" })).toBeAttached();
  await expectAccessible(page, "a flow that is loading");
  await expect(page.getByRole("heading", { name: "Late" })).toBeVisible();
});
