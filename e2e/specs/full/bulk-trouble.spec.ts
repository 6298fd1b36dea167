import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { ApiClient } from "#e2e/harness/api.ts";
import { expect, test } from "#e2e/harness/test.ts";

const COUNT = 10;
const DONE_AT_FIRST = 4;

const createFlows = async (api: ApiClient) => {
  for (let number = 1; number <= COUNT; number += 1)
    await api.createFlow(
      buildFlow(`Flow ${number}`, [buildStep("wait", { type: "wait-until", config: {} })]),
    );
};

/**
 * Begins to duplicate all flows, and returns once some are duplicated. The requests for the others wait until
 * the returned function is called. With `held` as `responses`, the server handles them, and only their
 * responses are lost.
 */
async function duplicatePartOfAll(page: Page, held: "requests" | "responses"): Promise<() => void> {
  let isHeld = true;
  let release = () => {};
  const isReleased = new Promise<void>((resolve) => (release = resolve));
  let sent = 0;
  await page.route("**/v1/flows", async (route) => {
    if (route.request().method() !== "POST" || !isHeld) return route.continue();
    sent += 1;
    if (sent <= DONE_AT_FIRST) return route.continue();
    // Some of the requests may fail, because the test stops the server meanwhile.
    if (held === "responses") await route.fetch().catch(() => undefined);
    await isReleased;
    await (held === "responses" ? route.abort("connectionreset") : route.continue());
  });
  await page.getByRole("checkbox", { name: "Select all loaded flows" }).check();
  await page.getByRole("button", { name: "Duplicate", exact: true }).click();
  await page.getByRole("button", { name: `Duplicate ${COUNT} flows` }).click();
  await expect(page.getByRole("dialog")).toContainText(`${DONE_AT_FIRST} of ${COUNT} flows`);
  return () => {
    isHeld = false;
    release();
  };
}

async function countFlows(api: ApiClient): Promise<number> {
  return (await api.listFlows()).length;
}

test("a bulk action waits for a server that restarts, and creates nothing twice", async ({
  page,
  startOwnServer,
  problems,
}) => {
  problems.allow(/ERR_|status of/);
  const dataDirectory = await mkdtemp(join(tmpdir(), "flowline-"));
  const first = await startOwnServer({ dataDirectory });
  await createFlows(new ApiClient(first.url));
  await page.goto(`${first.url}/flows`);
  const release = await duplicatePartOfAll(page, "responses");
  await expect.poll(() => countFlows(new ApiClient(first.url))).toBeGreaterThan(COUNT + DONE_AT_FIRST);
  await first.kill();
  release();
  await expect(page.getByRole("dialog")).toContainText("Can’t reach the server. Retrying…");
  const { port } = new URL(first.url);
  const second = await startOwnServer({ dataDirectory, env: { PORT: port } });
  await expect(page.getByRole("dialog")).toContainText(`${COUNT} flows duplicated.`, { timeout: 30_000 });
  expect(await countFlows(new ApiClient(second.url))).toBe(2 * COUNT);
});

test("closing the dialog of a running bulk action asks the user, and finished changes stay", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/ERR_ABORTED/);
  await api.deleteAllFlows();
  await createFlows(api);
  await page.goto("/records");
  await page.getByRole("navigation").getByRole("link", { name: "Flows" }).click();
  const release = await duplicatePartOfAll(page, "requests");
  let asked = "";
  page.once("dialog", (question) => {
    asked = question.message();
    void question.dismiss();
  });
  await page.goBack();
  await expect
    .poll(() => asked)
    .toBe("Stop duplicating? Finished flows stay changed. Remaining flows aren’t changed.");
  await expect(page).toHaveURL(/\/flows$/);
  await page.keyboard.press("Escape");
  await page.getByRole("alertdialog").getByRole("button", { name: "Stop" }).click();
  release();
  const dialog = page.getByRole("dialog");
  const outcome = dialog.getByText(/^\d flows duplicated, \d not started\.$/);
  const done = Number.parseInt(await outcome.innerText(), 10);
  expect(await countFlows(api)).toBe(COUNT + done);
  await dialog.getByRole("button", { name: /^Continue with \d flows?$/ }).click();
  await expect(dialog).toContainText(`${COUNT} flows duplicated.`);
  expect(await countFlows(api)).toBe(2 * COUNT);
});
