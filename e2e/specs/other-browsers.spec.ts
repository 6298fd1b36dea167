import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, test } from "#e2e/harness/test.ts";
import { openChromiumSession } from "#e2e/harness/chromium-session.ts";

const buildThreeSteps = (name = "Digest") =>
  buildFlow(
    name,
    ["alpha", "other", "gamma"].map((id) => buildStep(id)),
  );

test("a flow is opened, edited and saved in a browser without locks, random ids and other newer functions", async ({
  page,
  api,
}) => {
  await page.addInitScript(() => {
    Reflect.deleteProperty(AbortSignal, "any");
    Reflect.deleteProperty(globalThis, "requestIdleCallback");
    Reflect.deleteProperty(Navigator.prototype, "locks");
    Reflect.deleteProperty(Crypto.prototype, "randomUUID");
  });
  const { editor, flow } = await createFlowAndOpenEditor({ page, api }, buildThreeSteps());
  await editor.switchOf("Other").hover();
  await editor.switchOf("Other").click();
  await editor.save();
  expect((await api.getFlow(flow.id)).flowSteps[1]).toMatchObject({ enabled: false });
});

for (const { name, remove } of [
  { name: "toSorted", remove: () => Reflect.deleteProperty(Array.prototype, "toSorted") },
  { name: "popovers", remove: () => Reflect.deleteProperty(HTMLElement.prototype, "popover") },
  {
    name: ":has()",
    remove: () => Object.assign(CSS, { supports: (text: string) => !text.includes(":has") }),
  },
]) {
  test(`a browser without ${name} shows a page with the supported browsers`, async ({ page, problems }) => {
    problems.allow(/index.html has no #root/);
    await page.addInitScript(remove);
    await page.goto("/flows");
    await expect(page.getByRole("heading", { name: "This browser can’t run Flowline" })).toBeVisible();
    await expect(page.getByText(/Firefox 128 and Safari 17, or later/)).toBeVisible();
    await expect(page.locator("#root")).toHaveCount(0);
  });
}

test("a blocked script of a browser extension does not show the page “Flowline couldn’t load”", async ({
  page,
  problems,
}) => {
  problems.allow(/x\.invalid/);
  let reportFailure = () => {};
  const untilFailed = new Promise<void>((resolve) => (reportFailure = resolve));
  await page.exposeFunction("reportFailure", () => reportFailure());
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (!document.querySelector("#root ~ template + template")) return;
      observer.disconnect();
      const script = document.createElement("script");
      script.src = "https://x.invalid/a.js";
      script.addEventListener("error", () =>
        (globalThis as unknown as { reportFailure: () => void }).reportFailure(),
      );
      document.head.append(script);
    }).observe(document, { childList: true, subtree: true });
  });
  // Starts the app only after the script has failed, because a started app ignores such failures anyway.
  await page.route(/\/assets\/start-.*\.js$/, async (route) => {
    await untilFailed;
    await route.continue();
  });
  await page.goto("/flows");
  await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
  await expect(page.getByText("Flowline couldn’t load")).toHaveCount(0);
});

test("an error page shown before the app starts disappears when the app starts", async ({ page }) => {
  let release = () => {};
  const untilReleased = new Promise<void>((resolve) => (release = resolve));
  await page.route(/\/assets\/start-.*\.js$/, async (route) => {
    await untilReleased;
    await route.continue();
  });
  await page.goto("/flows", { waitUntil: "commit" });
  await page.locator("#root").waitFor({ state: "attached" });
  await page.evaluate(() => {
    dispatchEvent(new Event("error"));
    dispatchEvent(new ErrorEvent("error", { filename: `${location.origin}/assets/start.js` }));
  });
  const failure = page.getByRole("heading", { name: "This browser can’t run Flowline" });
  await expect(failure).toBeVisible();
  release();
  await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
  await expect(failure).toBeHidden();
});

test("if code cannot be parsed or loaded, an error page is shown instead of a blank one", async ({
  page,
  problems,
}) => {
  problems.allow(/^page error: $|SyntaxError|Unexpected|Failed to load|ERR_FAILED/);
  await page.route(/\/assets\/start-.*\.js$/, (route) =>
    route.fulfill({ contentType: "text/javascript", body: "export const = ;" }),
  );
  await page.goto("/flows");
  await expect(page.getByRole("heading", { name: "This browser can’t run Flowline" })).toBeVisible();
  await page.unroute(/\/assets\/start-.*\.js$/);
  await page.route(/\/assets\/start-.*\.js$/, (route) => route.abort());
  await page.reload();
  await expect(page.getByRole("heading", { name: "Flowline couldn’t load" })).toBeVisible();
  await page.unrouteAll();
  await page.getByRole("link", { name: "Reload" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
});

test("characters typed in a menu or on a row do not reach the browser's own search", async ({
  page,
  api,
}) => {
  // Firefox opens its quick find on “/” and “'” unless the page prevents the default action of the key.
  await page.addInitScript(() => {
    const unprevented: string[] = [];
    addEventListener(
      "keydown",
      (event) => setTimeout(() => event.defaultPrevented || unprevented.push(event.key)),
      { capture: true },
    );
    Object.assign(globalThis, { readUnpreventedKeys: () => unprevented });
  });
  const readKeys = () =>
    page.evaluate(() =>
      (globalThis as unknown as { readUnpreventedKeys: () => string[] }).readUnpreventedKeys(),
    );
  const untilToolsAreLoaded = () => expect(page.getByRole("button", { name: "Search…" })).toBeVisible();
  const { editor } = await createFlowAndOpenEditor({ page, api }, buildThreeSteps("Quick find"));
  await untilToolsAreLoaded();
  await editor.openMenu("Alpha");
  for (const key of ["/", "'"]) await page.keyboard.press(key);
  await expect(page.getByRole("menu")).toBeVisible();
  await page.keyboard.press("Escape");
  await editor.row("Other").focus();
  await page.keyboard.press("'");
  await page.keyboard.press("F9");
  await expect.poll(readKeys).toContain("F9");
  expect(await readKeys()).not.toContain("/");
  expect(await readKeys()).not.toContain("'");
  await page.goto("/flows");
  await untilToolsAreLoaded();
  await new FlowListPageObject(page).link("Quick find").focus();
  await page.keyboard.press("'");
  await page.keyboard.press("F9");
  await expect.poll(readKeys).toContain("F9");
  expect(await readKeys()).not.toContain("'");
});

test("a long press on a step picks up the step and opens no menu, even if the finger stays down", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api }, buildThreeSteps());
  await expect(page.getByRole("button", { name: "Search…" })).toBeVisible();
  await editor.untilDraggable();
  const row = (await editor.row("Other").boundingBox())!;
  const finger = { x: row.x + 150, y: row.y + row.height / 2 };
  const session = await openChromiumSession(page);
  await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [finger] });
  await expect(editor.row("Other")).toHaveAttribute("data-carried");
  // Waits longer than a long press takes. The code of the menu is loaded, so a menu would be open by then.
  await page.evaluate(() => new Promise((resolve) => void setTimeout(resolve, 800)));
  await expect(page.getByRole("button", { name: "Actions for Other" })).toHaveAttribute(
    "aria-expanded",
    "false",
  );
  await expect(page.getByRole("menu")).toHaveCount(0);
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await editor.expectSteps(["Alpha", "Other", "Gamma"]);
});

test("a right click or a long press opens the menu of a row at the pointer", async ({ page, api }) => {
  const { editor } = await createFlowAndOpenEditor({ page, api }, buildThreeSteps("Right click"));
  const row = (await editor.row("Other").boundingBox())!;
  const [x, y] = [row.x + 240, row.y + row.height / 2];
  await expect(async () => {
    await page.mouse.click(x, y, { button: "right" });
    await expect(page.getByRole("menu", { name: "Actions for Other" })).toBeVisible({ timeout: 500 });
  }).toPass();
  const menu = (await page.getByRole("menu").boundingBox())!;
  expect(Math.abs(menu.x - x)).toBeLessThan(8);
  await page.getByRole("menuitem", { name: "Duplicate" }).click();
  await expect(editor.list.getByRole("listitem")).toHaveCount(4);

  await page.goto("/flows");
  await expect(page.getByRole("button", { name: "Search…" })).toBeVisible();
  const link = new FlowListPageObject(page).link("Right click");
  const session = await openChromiumSession(page);
  const send = (type: "touchStart" | "touchMove" | "touchEnd", ...touchPoints: { x: number; y: number }[]) =>
    session.send("Input.dispatchTouchEvent", { type, touchPoints });
  // Tries again, because parts of the page that load late may move the row away from the finger.
  await expect(async () => {
    const box = (await link.boundingBox())!;
    await send("touchStart", { x: box.x + 20, y: box.y + 8 });
    try {
      await expect(page.getByRole("menuitem", { name: "Open in a new tab" })).toBeVisible({ timeout: 2_000 });
    } catch (error) {
      await send("touchMove", { x: box.x + 20, y: box.y + 80 });
      await send("touchEnd");
      throw error;
    }
  }).toPass();
  await send("touchEnd");
  await expect(page.getByRole("menu")).toBeVisible();
  await expect(page).toHaveURL(/\/flows$/);
  const opened = page.context().waitForEvent("page");
  await page.getByRole("menuitem", { name: "Open in a new tab" }).click();
  await expect((await opened).getByRole("heading", { level: 1, name: "Right click" })).toBeVisible();
});
