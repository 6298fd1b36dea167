import { ApiError, describeRequestErrorForUser } from "./api-error.ts";

/**
 * Describes why a request to run a flow failed. Unlike for other requests, a server error may mean that the
 * run has started.
 */
export function describeRunRequestError(error: unknown): string {
  if (!(error instanceof ApiError)) return describeRequestErrorForUser(error);
  const { status, details } = error;
  // Messages of upstream errors already say whether the request may have been processed.
  const saysOutcome = details[0]?.code?.startsWith("UPSTREAM_") === true;
  if (status >= 500 && !saysOutcome)
    return `The server failed (${status}), so the run may have started. Check its results before you run it again.`;
  return describeRequestErrorForUser(error);
}
