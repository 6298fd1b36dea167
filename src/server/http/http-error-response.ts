import type { ErrorCode } from "#contract/error-codes.ts";
import { HTTPException } from "hono/http-exception";
import { UpstreamAnswerError } from "./upstream-answer-error.ts";
import { DomainError, type DomainErrorKind, createInvalidRequestError } from "#server/domain/domain-error.ts";
import { StaleFlowError } from "#server/flows/flow-access.ts";
import { describeErrorForLog } from "#server/domain/describe-error.ts";
import { InterruptedRunError } from "#server/runs/dispatch.ts";
import { FilterTooCostlyError } from "#server/store/record-scan.ts";
import { type StoreFailureKind, getStoreFailureKind } from "#server/store/store-failure.ts";
import { convertToFetchResponse } from "./answer.ts";
import type { ServerLogger } from "#server/telemetry/create-logger.ts";
import { HttpError } from "./http-error.ts";

const STATUSES: Readonly<Record<DomainErrorKind, number>> = {
  invalid: 400,
  forbidden: 403,
  notFound: 404,
  conflict: 409,
  stale: 412,
  tooLarge: 413,
  incomplete: 422,
  tooMany: 429,
  unavailable: 503,
};

/** Status in the log for a request whose client disconnected before the response. */
const CLIENT_GONE = 499;

const STORE_ERRORS: Readonly<
  Record<StoreFailureKind, { status: number; message: string; code: ErrorCode; seconds?: number }>
> = {
  away: {
    status: 503,
    message: "Can’t reach the database. Retry in a moment.",
    code: "STORE_UNAVAILABLE",
    seconds: 2,
  },
  busy: {
    status: 503,
    message: "The database is busy. Nothing was changed; retry in a moment.",
    code: "STORE_BUSY",
    seconds: 1,
  },
  full: {
    status: 507,
    message: "The server’s disk is full. Nothing was changed; free some space, then retry.",
    code: "DISK_FULL",
  },
};

/** Logs an unexpected error, and includes no details of it in the response. */
export function createHttpErrorResponse(error: Error, logger: ServerLogger, requestId?: string): Response {
  if (error instanceof HttpError) return answerHttpError(error);
  // A copy, because requests with the same Idempotency-Key may fail with the same error.
  if (error instanceof UpstreamAnswerError) return error.response.clone();
  if (error instanceof DomainError) return answerHttpError(convertToHttpError(error));
  if (error instanceof HTTPException) return answerHttpError(new HttpError(error.status, error.message));
  if (error instanceof FilterTooCostlyError) {
    const { message } = error;
    const refusal = createInvalidRequestError("The filter is too expensive.", {
      message,
      code: "FILTER_TOO_COSTLY",
    });
    return answerHttpError(convertToHttpError(refusal));
  }
  if (error instanceof InterruptedRunError) {
    const { message, storeFailure } = error;
    return answerHttpError(
      storeFailure ? createHttpErrorForStoreFailure(storeFailure, message) : new HttpError(500, message),
    );
  }
  if (isAbortError(error) || isAbortError(error.cause)) return new Response(null, { status: CLIENT_GONE });
  const err = describeErrorForLog(error);
  const kind = getStoreFailureKind(error);
  if (kind) {
    logger.warn({ requestId, err }, "the store failed");
    return answerHttpError(createHttpErrorForStoreFailure(kind));
  }
  logger.error({ requestId, err }, "a request failed");
  const extra = requestId === undefined ? {} : { extra: `"requestId":${JSON.stringify(requestId)}` };
  return answerHttpError(new HttpError(500, "Server error. Nothing was changed.", [], extra));
}

function isAbortError(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

function convertToHttpError(error: DomainError): HttpError {
  const { kind, message, details, retryAfter } = error;
  return new HttpError(STATUSES[kind], message, details, {
    ...(error instanceof StaleFlowError && { extra: `"current":${error.current}` }),
    ...(retryAfter !== undefined && { headers: { "retry-after": String(retryAfter) } }),
  });
}

export function createHttpErrorForStoreFailure(
  kind: StoreFailureKind,
  message = STORE_ERRORS[kind].message,
): HttpError {
  const { status, code, seconds } = STORE_ERRORS[kind];
  const rest = seconds === undefined ? {} : { headers: { "retry-after": String(seconds) } };
  return new HttpError(status, message, [{ message, code }], rest);
}

function answerHttpError({ status, body, headers }: HttpError): Response {
  return convertToFetchResponse({ status, body, headers });
}
