import type { CodedErrorDetail } from "#server/domain/domain-error.ts";

/** An error response with a status from 400 up. Domain rules throw `DomainError` instead, which has no status. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status: number;
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
    this.details = details;
    this.extra = rest.extra;
    this.headers = rest.headers ?? {};
  }

  get body(): string {
    const details = this.details.length > 0 ? { details: this.details } : {};
    const head = JSON.stringify({ error: this.message, ...details });
    return this.extra === undefined ? head : `${head.slice(0, -1)},${this.extra}}`;
  }
}

export function createBadRequestError(message: string, detail: CodedErrorDetail): HttpError {
  return new HttpError(400, message, [detail]);
}
