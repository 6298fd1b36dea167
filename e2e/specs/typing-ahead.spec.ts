import type { Page } from "@playwright/test";
import { openFlow } from "#e2e/harness/open-flow.ts";
import { pressAtOnce } from "#e2e/harness/press-at-once.ts";
import { expect, test } from "#e2e/harness/test.ts";

// Quick hands on a slow machine or a slow network: every key arrives where it was meant for.

/** What a new step starts with, and the form that its name is typed in. */
const CODE = /\/assets\/(new-step-config|describe-step-type|step-form)/;

/** That code comes only when the returned function is called. */
async function holdCode(page: Page): Promise<() => void> {
  let release = () => {};
  const isReleased = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(CODE, async (route) => {
    await isReleased;
    await route.continue();
  });
  return release;
}

async function slowDown(page: Page, rate: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate });
}

test("a step is found, added and named in one go while the code for it is still on its way", async ({
  page,
  api,
}) => {
  const release = await holdCode(page);
  const { editor } = await openFlow({ page, api });
  await editor.row("Fetch").focus();
  await page.keyboard.press("/");
  await page.keyboard.type("crawl");
  await page.keyboard.press("Enter");
  await page.keyboard.type("Site /?");
  release();
  const name = page.getByRole("textbox", { name: "Name", exact: true });
  await expect(name).toBeFocused();
  await page.keyboard.type(" map");
  await expect(name).toHaveValue("Site /? map");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await editor.expectSteps(["Fetch", "Site /? map", "Clean", "Route", "Notify"]);
});

test("a step that cannot be added for want of its code says so, and nothing typed is lost", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/ERR_|Failed to load|dynamically imported/);
  await page.route(CODE, (route) => route.abort());
  const { editor } = await openFlow({ page, api });
  await page.getByRole("button", { name: "Add step", exact: true }).click();
  await page.keyboard.type("crawl");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Crawl website was not added: the server cannot be reached.")).toBeVisible();
  await expect(page.getByRole("combobox")).toHaveValue("crawl");
  await page.unroute(CODE);
  await page.keyboard.press("Enter");
  await editor.expectSteps(["Fetch", "Clean", "Route", "Notify", "Crawl website"]);
});

for (const rate of [1, 6]) {
  test.describe(`on a processor slowed ${rate} times`, () => {
    test("what is typed right after Find and Move to… was asked for is looked for", async ({ page, api }) => {
      const { editor } = await openFlow({ page, api });
      await slowDown(page, rate);
      await editor.row("Clean").focus();
      await page.keyboard.press("Control+f");
      await page.keyboard.type("notify");
      await expect(page.getByRole("searchbox", { name: "Find" })).toHaveValue("notify");
      await page.keyboard.press("Escape");
      await expect(editor.row("Clean")).toBeFocused();

      await page.keyboard.press("Shift+F10");
      const moveTo = page.getByRole("menuitem", { name: "Move to…" });
      // A menu that is still opening takes the focus once more.
      await expect(moveTo).toBeVisible();
      await editor.untilStill();
      await moveTo.focus();
      await expect(moveTo).toBeFocused();
      await pressAtOnce(page, "Enter", { text: "before approve" }, "Enter");
      await editor.expectSaid(/^Moved Clean to position 1 of 2, in Route else/);
      await expect(page.getByRole("button", { name: "Actions for Clean" })).toBeFocused();
    });

    test("keys right after one that closes a dialog or a menu are meant for what is beneath", async ({
      page,
      api,
    }) => {
      const { editor } = await openFlow({ page, api });
      await slowDown(page, rate);
      await editor.row("Fetch").focus();
      await page.keyboard.press("/");
      await expect(page.getByRole("combobox")).toBeFocused();
      await pressAtOnce(page, { text: "crawl" }, "Escape", "ArrowDown");
      await expect(editor.row("Clean")).toBeFocused();

      await page.keyboard.press("Shift+F10");
      await expect(page.getByRole("menu")).toBeVisible();
      await editor.untilStill();
      await pressAtOnce(page, "Escape", "ArrowDown");
      // Down on the button of a menu opens it again.
      await expect(page.getByRole("menuitem").first()).toBeFocused();
    });

    test("a search that is opened right after a move was given up keeps the keys", async ({ page, api }) => {
      const { editor } = await openFlow({ page, api });
      await slowDown(page, rate);
      for (let round = 0; round < 5; round += 1) {
        await editor.handle("Notify").click();
        await page.getByRole("button", { name: "Cancel" }).click();
        await page.keyboard.press("Control+f");
        await page.keyboard.type("qu");
        await expect(page.getByRole("searchbox", { name: "Find" })).toBeFocused();
        await expect(page.getByRole("searchbox", { name: "Find" })).toHaveValue("qu");
        await page.keyboard.press("Control+a");
        await page.keyboard.press("Delete");
        await page.keyboard.press("Escape");
      }
    });

    test("a row is walked to, moved, deleted and renamed by keys that wait for nothing", async ({
      page,
      api,
    }) => {
      const { editor } = await openFlow({ page, api });
      await slowDown(page, rate);
      await editor.row("Fetch").focus();
      for (const key of ["ArrowDown", "Alt+ArrowUp", "Alt+ArrowDown", "ArrowUp", "Delete", "F2"])
        await page.keyboard.press(key);
      await page.keyboard.type("Tidy up");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Alt+ArrowDown");
      await editor.expectOutline([
        "1 Route",
        "  then",
        "  1 Queue",
        "  2 Hide",
        "  else",
        "  1 Approve",
        "2 Tidy up",
        "3 Notify",
      ]);
      await expect(editor.row("Tidy up")).toBeFocused();
    });
  });
}
