import type { ErrorDetail } from "#contract/error-body.ts";

/**
 * An error status, or a response body that does not match its schema. `body` is the parsed JSON, of any
 * shape.
 */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly details: readonly ErrorDetail[];
  readonly body: unknown;
  /** Seconds to wait before a retry, from the `Retry-After` header. */
  readonly retryAfter: number | undefined;
  /** Whether, in cloud mode, the API rejected this server's own API key: a new sign-in of the user would not help. */
  readonly isServerKeyRefused: boolean;
  /** Id of the request in the server's log. */
  readonly requestId: string | undefined;

  constructor(
    status: number,
    message: string,
    extra: {
      details?: readonly ErrorDetail[];
      body?: unknown;
      retryAfter?: number | undefined;
      isServerKeyRefused?: boolean;
      requestId?: string | undefined;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.details = extra.details ?? [];
    this.body = extra.body;
    this.retryAfter = extra.retryAfter;
    this.isServerKeyRefused = extra.isServerKeyRefused ?? false;
    this.requestId = extra.requestId;
  }
}

/** Whether the server rejected a write because the flow no longer has the version that the client saw. */
export const isStaleWriteError = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 412;

/** Thrown if no complete response arrived; the server may still have performed the request. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
}

export function isSignInRequiredError(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401 && !error.isServerKeyRefused;
}

/** Thrown if JavaScript would round a number of the flow, so that a copy would contain another value. */
export class InexactNumberError extends Error {
  override readonly name = "InexactNumberError";

  constructor() {
    super("A number in this flow is too precise to copy here.");
  }
}

const FINAL_STATUSES = [400, 402, 403, 404, 409, 412, 413, 422];

export function isRetryableError(error: unknown): boolean {
  if (error instanceof InexactNumberError) return false;
  return !(error instanceof ApiError && FINAL_STATUSES.includes(error.status));
}

export function getUpgradeUrlFromApiError(error: unknown): string | undefined {
  if (!(error instanceof ApiError) || typeof error.body !== "object" || error.body === null) return undefined;
  return getHttpsUrlIfValid((error.body as { readonly upgradeUrl?: unknown }).upgradeUrl);
}

/** Returns undefined unless the value is an absolute https URL: a `javascript:` link would run script. */
export function getHttpsUrlIfValid(value: unknown): string | undefined {
  const isWebAddress = typeof value === "string" && /^https:\/\/[^/]/i.test(value);
  return isWebAddress && URL.canParse(value) ? value : undefined;
}

export function describeRequestErrorForUser(error: unknown): string {
  if (error instanceof InexactNumberError) return error.message;
  if (error instanceof NetworkError) return "Can’t reach the server. Check that it is running, then retry.";
  if (!(error instanceof ApiError)) return "Something went wrong. Reload the page and retry.";
  const reason = error.details[0]?.message;
  switch (error.status) {
    case 400:
    case 422:
      return `The server rejected this value: ${reason ?? error.message}`;
    case 401:
      if (error.isServerKeyRefused)
        return "The API rejected this server’s key. The server’s operator must check FLOWLINE_RUNTYPE_API_KEY.";
      return "API key rejected or session expired. Sign in, then retry.";
    case 402:
    case 409:
      return toSentence(error.message);
    case 403:
      return error.isServerKeyRefused
        ? `${toSentence(error.message)} Check the scopes of this server’s API key.`
        : `${toSentence(error.message)} Sign in with a key that has the required scope.`;
    case 404:
      return `${error.message} It may have been deleted.`;
    case 412:
      return "Changed elsewhere in the meantime. Review the new version, then retry.";
    case 413:
      return "Too large for the server (max. 2 MiB). Reduce the size, then retry.";
    case 429:
      return `Too many requests. Retry in ${error.retryAfter ?? 60} s.`;
    default:
      if (error.status < 300) return `${error.message} Reload the page to update it.`;
      // Messages of upstream errors already say whether the change may have been made.
      if (error.details[0]?.code?.startsWith("UPSTREAM_")) return error.message;
      return `Server error (${error.status}). Nothing was lost. Retry in a moment.${
        error.requestId === undefined ? "" : ` Request ID: ${error.requestId}.`
      }`;
  }
}

const toSentence = (text: string) => (/[.!?…]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);

/** Describes the outcome of a failed rename. Without a response, the rename may have taken effect. */
export function describeRenameFailure(error: unknown): string {
  return error instanceof NetworkError ? "may not have been renamed" : "was not renamed";
}
