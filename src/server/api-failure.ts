import type { ErrorDetail } from "#contract/error-body.ts";

/** An answer from 400 up, thrown from wherever it is known; the app turns it into the documented error body. */
export class ApiFailure extends Error {
  override readonly name = "ApiFailure";
  readonly status: number;
  readonly details: readonly ErrorDetail[];
  /** The text of further members of the body, e.g. `"current":{…}`. */
  readonly extra: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    details: readonly ErrorDetail[] = [],
    rest: { readonly extra?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.details = details;
    this.extra = rest.extra;
    this.headers = rest.headers ?? {};
  }

  /** The body's JSON text. */
  get body(): string {
    const details = this.details.length > 0 ? { details: this.details } : {};
    const head = JSON.stringify({ error: this.message, ...details });
    return this.extra === undefined ? head : `${head.slice(0, -1)},${this.extra}}`;
  }
}

/** 400 with one reason. */
export function invalid(error: string, detail: ErrorDetail): ApiFailure {
  return new ApiFailure(400, error, [detail]);
}
