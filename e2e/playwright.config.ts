import { defineConfig } from "@playwright/test";
import { CHROMIUM_FLAGS, findTestBrowser } from "./find-chromium.mjs";

export default defineConfig({
  testDir: "specs",
  globalSetup: "harness/global-setup.ts",
  outputDir: "../test-results/browser",
  // Each worker has a server of its own; two of both is what a small machine carries.
  workers: 2,
  fullyParallel: true,
  // A test that passes only the second time has found something.
  retries: 0,
  forbidOnly: Boolean(process.env["CI"]),
  timeout: 60_000,
  // What is tried until it passes is tried at once again; by itself Playwright soon does so only once a second.
  expect: { timeout: 10_000, toPass: { intervals: [20, 50, 100] } },
  reporter: [["list"], ["json", { outputFile: "../test-results/browser.json" }]],
  use: {
    browserName: "chromium",
    locale: "en-GB",
    timezoneId: "UTC",
    viewport: { width: 1280, height: 800 },
    // What moves only delays a test; the product respects the wish.
    contextOptions: { reducedMotion: "reduce" },
    actionTimeout: 10_000,
    // A trace of every test costs a quarter of the time; `--trace retain-on-failure` has it when one fails.
    screenshot: "only-on-failure",
    launchOptions: { executablePath: findTestBrowser(), args: CHROMIUM_FLAGS },
  },
});
