import { ApiError, describeRequestErrorForUser } from "./api-error.ts";

/**
 * Describes why a request to run a flow failed. Unlike for other requests, a server error may mean that the
 * run has started, and the message of a 429 names the limit that was exceeded.
 */
export function describeRunRequestError(error: unknown): string {
  if (!(error instanceof ApiError)) return describeRequestErrorForUser(error);
  const { status, message, retryAfter, details } = error;
  // Messages of upstream errors already say whether the request may have been processed.
  const saysOutcome = details[0]?.code?.startsWith("UPSTREAM_") === true;
  if (status >= 500 && !saysOutcome)
    return `The server failed (${status}), so the run may have started. Check its results before you run it again.`;
  if (status === 429) {
    const reason = /[.!?…]$/.test(message) ? message : `${message}.`;
    return `${reason} Retry in ${retryAfter ?? 60} s.`;
  }
  return describeRequestErrorForUser(error);
}
