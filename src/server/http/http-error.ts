import type { ErrorCode } from "#contract/error-codes.ts";
import type { CodedErrorDetail } from "#server/domain/domain-error.ts";

/** Codes of errors that are thrown without details. */
const CODES: Readonly<Record<number, ErrorCode>> = {
  404: "NOT_FOUND",
  405: "METHOD_NOT_ALLOWED",
  429: "TOO_MANY_REQUESTS",
  500: "SERVER_ERROR",
  503: "UNAVAILABLE",
};

/** An error response with a status from 400 up. Domain rules throw `DomainError` instead, which has no status. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status: number;
  /** Never empty: every error has a code. */
  readonly details: readonly CodedErrorDetail[];
  /** JSON text of additional properties of the response body, such as `"current":{…}`. */
  readonly extra: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    details: readonly CodedErrorDetail[] = [],
    rest: { readonly extra?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    const code = CODES[status] ?? (status < 500 ? "INVALID_REQUEST" : "SERVER_ERROR");
    this.details = details.length > 0 ? details : [{ message, code }];
    this.extra = rest.extra;
    this.headers = rest.headers ?? {};
  }

  get body(): string {
    const head = JSON.stringify({ error: this.message, details: this.details });
    return this.extra === undefined ? head : `${head.slice(0, -1)},${this.extra}}`;
  }
}

export function createBadRequestError(message: string, detail: CodedErrorDetail): HttpError {
  return new HttpError(400, message, [detail]);
}
