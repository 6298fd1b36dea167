import { ApiError, describeRequestErrorForUser, isUnconfirmedWrite, isUpstreamError } from "./api-error.ts";

/** Unlike for other requests, a server error may mean that the run has started. */
export function describeRunRequestError(error: unknown): string {
  const isOwnFailure = error instanceof ApiError && error.status >= 500 && !isUpstreamError(error.details);
  if (isOwnFailure && isUnconfirmedWrite(error))
    return `The server failed (${error.status}), so the run may have started. Check its results before you run it again.`;
  return describeRequestErrorForUser(error);
}
