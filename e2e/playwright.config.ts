import { defineConfig } from "@playwright/test";
import { CHROMIUM_FLAGS, findExecutablePathOfTestBrowser } from "./find-browsers.mjs";

/** `npm test` omits `specs/full`; `npm run test:full` includes them. See checks/README.md. */
const isFull = process.env["FULL_RUN"] !== undefined;

/** Firefox and WebKit are Playwright's own builds, which the GitHub workflow installs. */
const BROWSERS = ["chromium", "firefox", "webkit"] as const;
const browser = BROWSERS.find((name) => name === process.env["BROWSER"]) ?? "chromium";

export default defineConfig({
  testDir: "specs",
  globalSetup: "harness/global-setup.ts",
  outputDir: "../test-results/browser",
  // Each worker has its own server. Three workers fit on two processors, because pages often wait. The full run
  // uses two workers: it takes longer, but leaves a processor to each page.
  workers: isFull ? 2 : 3,
  ...(!isFull && { grepInvert: /@full/, testIgnore: "full/**" }),
  fullyParallel: true,
  // `npm test` runs failed tests once more after all stages; see checks/README.md.
  retries: 0,
  forbidOnly: Boolean(process.env["CI"]),
  // All timeouts only end what hangs: the longest test takes 20 s on an idle machine, and three times that on a busy one.
  timeout: 120_000,
  // Polls `toPass` at these intervals in milliseconds; Playwright's defaults grow to a second.
  expect: { timeout: 20_000, toPass: { intervals: [20, 50, 100] } },
  reporter: [
    ["list"],
    ...(process.env["PLAYWRIGHT_JSON_OUTPUT_FILE"] === undefined ? [] : ([["json"]] as const)),
  ],
  use: {
    browserName: browser,
    locale: "en-GB",
    timezoneId: "UTC",
    viewport: { width: 1280, height: 800 },
    // Asks the product for reduced motion, which it respects, because animations only delay tests.
    contextOptions: { reducedMotion: "reduce" },
    actionTimeout: 20_000,
    // Records no traces, which would cost a quarter of the test time. `--trace retain-on-failure` enables them.
    screenshot: "only-on-failure",
    ...(browser === "chromium" && {
      launchOptions: { executablePath: findExecutablePathOfTestBrowser(), args: CHROMIUM_FLAGS },
    }),
  },
});
