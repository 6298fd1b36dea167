import type { ErrorDetail } from "#contract/error-body.ts";
import type { ApiScope } from "#contract/endpoint.ts";
import { getHttpsUrlIfValid } from "#core/https-url.ts";
import { describeWait } from "./describe-wait.ts";
import { describeMissingScope } from "./missing-scope.ts";

/** Also for a body that does not match its schema. `body` is the parsed JSON, of any shape. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly details: readonly ErrorDetail[];
  readonly body: unknown;
  /** Seconds to wait before a retry, from the `Retry-After` header. */
  readonly retryAfter: number | undefined;
  /** Time from which the server accepts a retry, in milliseconds; undefined if it requires no wait. */
  readonly retryAt: number | undefined;
  /** Whether the page repeats the failed read by itself, at `retryAt` or later. */
  isRepeatedByPage = false;
  /** Whether the request could change nothing on the server, whatever became of it. */
  readonly isRead: boolean;
  /** Whether, in cloud mode, the API rejected this server's own API key: a new sign-in of the user would not help. */
  readonly isServerKeyRefused: boolean;
  readonly requestId: string | undefined;

  constructor(
    status: number,
    message: string,
    extra: {
      details?: readonly ErrorDetail[];
      body?: unknown;
      retryAfter?: number | undefined;
      isRead?: boolean;
      isServerKeyRefused?: boolean;
      requestId?: string | undefined;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.details = extra.details ?? [];
    this.body = extra.body;
    this.retryAfter = extra.retryAfter;
    const seconds = extra.retryAfter ?? (status === 429 ? 60 : undefined);
    this.retryAt = seconds === undefined ? undefined : Date.now() + seconds * 1000;
    this.isRead = extra.isRead ?? false;
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

/** Returns the scope that the user's key lacks, if the server refused a request for that reason. */
export function findMissingScope(error: unknown): ApiScope | undefined {
  const [detail] = error instanceof ApiError ? error.details : [];
  if (detail?.code !== "MISSING_SCOPE") return undefined;
  return /\b[A-Z]+:[A-Z]+/.exec(detail.message)?.[0] as ApiScope | undefined;
}

/** Thrown if JavaScript would round a number of the flow, so that a copy would contain another value. */
export class InexactNumberError extends Error {
  override readonly name = "InexactNumberError";

  constructor() {
    super("A number in this flow is too precise to copy here.");
  }
}

const FINAL_STATUSES = [400, 402, 403, 404, 409, 412, 413, 422];
/** A read may succeed after a lock has ended, or a plan or the scopes of a key have changed. */
const FINAL_STATUSES_OF_READS = [400, 404, 413, 422];

export function isRetryableError(error: unknown): boolean {
  if (error instanceof InexactNumberError) return false;
  if (!(error instanceof ApiError)) return true;
  return !(error.isRead ? FINAL_STATUSES_OF_READS : FINAL_STATUSES).includes(error.status);
}

export function getUpgradeUrlFromApiError(error: unknown): string | undefined {
  if (!(error instanceof ApiError) || typeof error.body !== "object" || error.body === null) return undefined;
  return getHttpsUrlIfValid((error.body as { readonly upgradeUrl?: unknown }).upgradeUrl);
}

export function describeReadError(error: Error): string {
  if (error instanceof NetworkError) return "Check that the server is running, then retry.";
  return describeRequestErrorForUser(error);
}

export function describeRequestErrorForUser(error: unknown): string {
  if (error instanceof InexactNumberError) return error.message;
  if (error instanceof NetworkError) return "Can’t reach the server. Check that it is running, then retry.";
  if (!(error instanceof ApiError)) return "Something went wrong. Reload the page and retry.";
  const message = toSentence(error.message);
  switch (error.status) {
    case 400:
    case 422:
      return `The server rejected this value: ${toSentence(error.details[0]?.message ?? message)}`;
    case 401:
      if (error.isServerKeyRefused)
        return "The API rejected this server’s key. The server’s operator must check FLOWLINE_RUNTYPE_API_KEY.";
      return "API key rejected or session expired. Sign in, then retry.";
    case 402:
    case 409:
      return message;
    case 403: {
      const missing = findMissingScope(error);
      if (missing) return describeMissingScope(missing);
      return error.isServerKeyRefused
        ? `${message} Check the scopes of this server’s API key.`
        : `${message} Sign in with a key that has the required scope.`;
    }
    case 404:
      return `${message} It may have been deleted.`;
    case 412:
      return "Changed elsewhere in the meantime. Review the new version, then retry.";
    case 413:
      return "Too large for the server (max. 2 MiB). Reduce the size, then retry.";
    case 429:
      return `${message} ${describeRetry(error)}`;
    default:
      return `${describeServerFailure(error)}${describeNextStep(error)}`;
  }
}

/** Describes an error of the server or an answer that could not be read, without advice. */
export function describeServerFailure({ status, message, details }: ApiError): string {
  if (isUpstreamError(details) || isUnprocessed(details)) return toSentence(details[0]?.message ?? message);
  return status >= 500 ? `Server error (${status}).` : toSentence(message);
}

/** Whether the server may have processed a request that failed with this error. */
export function isUnconfirmedWrite(error: unknown): boolean {
  if (!(error instanceof ApiError)) return error instanceof NetworkError;
  if (error.isRead || isUnprocessed(error.details)) return false;
  return error.status < 300 || error.status === 408 || error.status >= 500;
}

function describeNextStep(error: ApiError): string {
  const { status, body, details, requestId } = error;
  const id = status < 500 || requestId === undefined ? "" : ` Request ID: ${requestId}.`;
  if (isUnconfirmedWrite(error)) return ` The request may have been processed. Check before you retry.${id}`;
  // This server has already repeated what it could, or says itself when to retry.
  if (isUpstreamError(details) || isUnprocessed(details)) return "";
  if (status < 300)
    return body === undefined
      ? " Retry, or check the proxy in between."
      : " Reload the page, or update Flowline.";
  return status < 500 ? "" : ` ${describeRetry(error)}${id}`;
}

function describeRetry({ retryAt, isRepeatedByPage }: ApiError): string {
  if (retryAt === undefined) return "Retry in a moment.";
  return `${isRepeatedByPage ? "Next try" : "Retry"} ${describeWait(retryAt)}.`;
}

/** Codes with which a server refuses a request before it does anything. */
const UNPROCESSED_CODES = ["BUSY", "DISK_FULL", "SERVER_BUSY", "STARTING", "STOPPING", "STORE_BUSY"];

const isUnprocessed = ([first]: readonly ErrorDetail[]) => UNPROCESSED_CODES.includes(first?.code ?? "");

export const isUpstreamError = ([first]: readonly ErrorDetail[]) =>
  first?.code?.startsWith("UPSTREAM_") === true;

/** Ends a message of a server as a sentence, since another one may follow. */
export function toSentence(message: string): string {
  const text = message.trim();
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** Describes the outcome of a failed rename. Without a response, the rename may have taken effect. */
export function describeRenameFailure(error: unknown): string {
  return error instanceof NetworkError ? "may not have been renamed" : "was not renamed";
}
