import { type CDPSession, type Page, test } from "@playwright/test";

/**
 * Opens a session of Chromium's own protocol, for input that Playwright does not offer. In any other browser,
 * such as with `BROWSER=firefox npm run test:browser`, skips the running test.
 */
export async function openChromiumSession(page: Page): Promise<CDPSession> {
  const name = page.context().browser()?.browserType().name();
  // Benchmarks run outside a test, where `skip` would fail.
  if (name !== "chromium") test.skip(true, "This test uses Chromium's own protocol.");
  return page.context().newCDPSession(page);
}
