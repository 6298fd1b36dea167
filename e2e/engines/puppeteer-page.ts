import { type KeyInput, launch } from "puppeteer-core";
import {
  CHROMIUM_FLAGS,
  findChromiumExecutablePath,
  findFirefoxExecutablePath,
} from "#e2e/find-browsers.mjs";
import type { EnginePage } from "./engine-page.ts";

/** Opens a page in the system's Firefox over WebDriver BiDi, or in its Chromium. */
export async function openPuppeteerPage(engine: "firefox" | "chromium"): Promise<EnginePage> {
  const executablePath = engine === "firefox" ? findFirefoxExecutablePath() : findChromiumExecutablePath();
  if (executablePath === undefined) throw new Error(`No ${engine} was found.`);
  const browser = await launch({
    browser: engine === "firefox" ? "firefox" : "chrome",
    executablePath,
    headless: true,
    defaultViewport: null,
    args:
      engine === "firefox" ? ["--width=1280", "--height=900"] : [...CHROMIUM_FLAGS, "--window-size=1280,900"],
    timeout: 120_000,
  });
  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  return {
    browser: await browser.version(),
    goto: async (url) => void (await page.goto(url)),
    run: (body, ...args) =>
      page.evaluate(
        // The body is a constant of the tests: nothing from outside is compiled. The page's policy forbids `eval`, but
        // not functions that the automation itself compiles.
        // oxlint-disable-next-line typescript/no-implied-eval
        new Function("...args", body) as (...args: readonly unknown[]) => unknown,
        ...args,
      ),
    mouse: async (actions) => {
      for (const action of actions) {
        if (action.type === "move") await page.mouse.move(action.x, action.y);
        else if (action.type === "pause") await new Promise((resolve) => void setTimeout(resolve, action.ms));
        else await page.mouse[action.type]({ button: action.button ?? "left" });
      }
    },
    press: async (...keys) => {
      for (const chord of keys) {
        const parts = (chord === "+" ? ["+"] : chord.split("+")) as KeyInput[];
        for (const key of parts) await page.keyboard.down(key);
        for (const key of parts.toReversed()) await page.keyboard.up(key);
      }
    },
    screenshot: () => page.screenshot(),
    close: () => browser.close(),
  };
}
