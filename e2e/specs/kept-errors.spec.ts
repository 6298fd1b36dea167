import { setTimeout as wait } from "node:timers/promises";
import type { Locator, Page } from "@playwright/test";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { publishEach } from "#e2e/harness/versions.ts";
import { expect, expectAccessible, test } from "#e2e/harness/test.ts";

// A page that could not read what it is about goes on saying so while it is read again.

/** How long the second answer takes, in milliseconds: far longer than it takes to look at the page. */
const SLOW = 4_000;
/** Refuses reads of this path, so that they are not tried again by themselves. Resolves to what lets them through, late. */
async function refuse(page: Page, path: string): Promise<() => Promise<void>> {
  const isAsked = (url: URL) => url.pathname === path;
  await page.route(isAsked, (route) => route.fulfill({ status: 403, json: { error: "Not now." } }));
  // The newer one goes first: there is no moment without either, in which news might have the page read again.
  return async () => {
    await page.route(isAsked, async (route) => {
      await wait(SLOW);
      // The page may be closed by now.
      await route.continue().catch(() => undefined);
    });
  };
}

/** What the window getting the focus does. Resolves when the read has begun. */
async function readAgain(page: Page, path: string): Promise<void> {
  const asked = page.waitForRequest((request) => new URL(request.url()).pathname === path);
  await page.evaluate(() => window.dispatchEvent(new Event("visibilitychange")));
  await asked;
}

/** Presses, unless news have the page read again already; it shows that it does. */
async function expectTried(button: Locator): Promise<void> {
  await expect(async () => {
    if ((await button.getAttribute("aria-busy")) !== "true") await button.click({ timeout: 500 });
    await expect(button).toHaveAttribute("aria-busy", "true", { timeout: 500 });
  }).toPass({ timeout: SLOW / 2 });
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
  const letThrough = await refuse(page, path);
  await page.goto(`/flows/${flow.id}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("The flow could not be opened");
  await letThrough();
  const tryAgain = page.getByRole("button", { name: "Try again" });
  await expectTried(tryAgain);
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
    const letThrough = await refuse(page, path);
    await page.goto(address);
    const heading = page.getByRole("heading", { name: title });
    await expect(heading).toBeVisible();
    await letThrough();
    await expectTried(tryAgain);
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
