import type { Page } from "@playwright/test";

export interface PageErrorAndWarningRecorder {
  /**
   * Ignores all problems of the page that match the pattern, whether they occurred before or occur after this call.
   */
  readonly allow: (pattern: RegExp) => void;
  readonly unexpected: () => readonly string[];
}

/** Errors that a browser reports if a server stops or cuts a connection; which one depends on the moment. */
export const LOST_CONNECTION =
  /ERR_(?:CONNECTION|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING|INVALID_HTTP_RESPONSE|SOCKET_NOT_CONNECTED)/;

/**
 * Cloud-mode requests to endpoints that an API may lack, as Flowline's own server does when a test connects
 * to it.
 */
const MISSING_IN_API = /status of 404 .*\/local\/(?:usage|models|tools|secrets)\b/;

export async function recordPageErrorsAndWarnings(page: Page): Promise<PageErrorAndWarningRecorder> {
  const seen: string[] = [];
  const allowed: RegExp[] = [MISSING_IN_API];
  page.on("console", (message) => {
    if (message.type() !== "error" && message.type() !== "warning") return;
    seen.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => seen.push(`page error: ${error.stack ?? error.message}`));
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText ?? "";
    // Ignores requests that the page aborts itself, by navigation or for a newer request.
    if (reason === "net::ERR_ABORTED") return;
    seen.push(`request failed: ${request.method()} ${request.url()} ${reason}`);
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      // Reports through the console, which is observed above.
      // oxlint-disable-next-line no-console
      console.error(`CSP violation: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  return {
    allow: (pattern) => void allowed.push(pattern),
    unexpected: () => seen.filter((text) => !allowed.some((pattern) => pattern.test(text))),
  };
}
