import type { ErrorDetail } from "#contract/error-body.ts";
import type { ErrorCode } from "#contract/error-codes.ts";

/** A detail of an error response. Its code is one that the API description lists. */
export interface CodedErrorDetail extends Pick<ErrorDetail, "message" | "path" | "suggestion"> {
  readonly code: ErrorCode;
}

/** Reason for refusing a request, independent of the protocol. `http/http-error-response.ts` maps each kind to a status code. */
export type DomainErrorKind =
  | "invalid"
  | "forbidden"
  | "notFound"
  | "conflict"
  | "stale"
  | "tooLarge"
  | "incomplete"
  | "tooMany"
  | "unavailable";

interface DomainErrorOptions {
  readonly details?: readonly CodedErrorDetail[];
  readonly retryAfter?: number;
}

export class DomainError extends Error {
  override readonly name: string = "DomainError";
  readonly kind: DomainErrorKind;
  readonly details: readonly CodedErrorDetail[];
  readonly retryAfter: number | undefined;

  constructor(kind: DomainErrorKind, message: string, { details = [], retryAfter }: DomainErrorOptions = {}) {
    super(message);
    this.kind = kind;
    this.details = details;
    this.retryAfter = retryAfter;
  }
}

export function createInvalidRequestError(
  message: string,
  ...details: readonly CodedErrorDetail[]
): DomainError {
  return new DomainError("invalid", message, { details });
}

export function createNotFoundError(message: string): DomainError {
  return new DomainError("notFound", message);
}
