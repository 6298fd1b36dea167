import type { ErrorDetail } from "#contract/error-body.ts";

/** The server answered, but not with a success. `body` is the parsed answer, whatever it was. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly details: readonly ErrorDetail[];
  readonly body: unknown;
  /** Seconds, from `Retry-After`. */
  readonly retryAfter: number | undefined;
  /** In cloud mode: the API refused the key of the server itself, so that no sign-in here would help. */
  readonly isServerKeyRefused: boolean;

  constructor(
    status: number,
    message: string,
    extra: {
      details?: readonly ErrorDetail[];
      body?: unknown;
      retryAfter?: number | undefined;
      isServerKeyRefused?: boolean;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.details = extra.details ?? [];
    this.body = extra.body;
    this.retryAfter = extra.retryAfter;
    this.isServerKeyRefused = extra.isServerKeyRefused ?? false;
  }
}

/** The server holds another version than the one that was named. */
export const isStale = (error: unknown): boolean => error instanceof ApiError && error.status === 412;

/** No whole answer came: the server could not be reached, or the answer was cut. The request may have taken effect. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
}

/** Signing in would help: nobody is, or the session has ended. */
export function needsSignIn(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401 && !error.isServerKeyRefused;
}

/** `JSON.parse` would change a number of what is to be copied. This project's own server holds no such number. */
export class InexactError extends Error {
  override readonly name = "InexactError";

  constructor() {
    super("It holds a number that this page cannot keep exactly, so a copy would not be the same.");
  }
}

/** What happened and what to do, in one or two sentences. */
export function describeError(error: unknown): string {
  if (error instanceof InexactError) return error.message;
  if (error instanceof NetworkError)
    return "The server cannot be reached. Check that it is running, then try again.";
  if (!(error instanceof ApiError)) return "Something in this page failed. Reload it and try again.";
  const reason = error.details[0]?.message;
  switch (error.status) {
    case 400:
    case 422:
      return `The server refused this: ${reason ?? error.message}`;
    case 401:
      if (error.isServerKeyRefused)
        return "The API refused this server’s key. Whoever runs the server has to check RUNTYPE_API_KEY.";
      return "The key was not accepted, or the session ended. Sign in, then try again.";
    case 403:
      return "This key is not allowed to do that. Sign in with one that is.";
    case 404:
      return `${error.message} It may have been deleted.`;
    case 412:
      return "It was changed elsewhere in the meantime. Look at the new version, then try again.";
    case 413:
      return "This is larger than the server takes (2 MiB). Make it smaller, then try again.";
    case 429:
      return `The server asks to slow down. Try again in ${error.retryAfter ?? 60} s.`;
    default:
      if (error.status < 300)
        return `${error.message} Reload the page; if that does not help, it may be too old for the server.`;
      return `The server failed (${error.status}). Nothing was lost; try again in a moment.`;
  }
}

/** What became of a name that was to be changed. Without an answer nobody knows; a list says so when it is read again. */
export function nameOutcome(error: unknown): string {
  return error instanceof NetworkError ? "may still have its name" : "keeps its name";
}
