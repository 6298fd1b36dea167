import type { Page } from "@playwright/test";

/** Everything that should not have happened on a page, but for what the test said it expects. */
export interface PageProblems {
  /** What matches does not fail the test, before or after this call. */
  readonly allow: (pattern: RegExp) => void;
  readonly unexpected: () => readonly string[];
}

/** Watches a page for console errors and warnings, errors nobody caught, failed requests and CSP violations. */
export async function watchPage(page: Page): Promise<PageProblems> {
  const seen: string[] = [];
  const allowed: RegExp[] = [];
  page.on("console", (message) => {
    if (message.type() !== "error" && message.type() !== "warning") return;
    seen.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => seen.push(`page error: ${error.stack ?? error.message}`));
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText ?? "";
    // What the page itself gives up, by going elsewhere or by asking something newer, is no failure.
    if (reason === "net::ERR_ABORTED") return;
    seen.push(`request failed: ${request.method()} ${request.url()} ${reason}`);
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      // The page's own console is what is watched.
      // oxlint-disable-next-line no-console
      console.error(`CSP violation: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  return {
    allow: (pattern) => void allowed.push(pattern),
    unexpected: () => seen.filter((text) => !allowed.some((pattern) => pattern.test(text))),
  };
}
