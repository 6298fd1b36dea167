import type { $ZodType } from "zod/v4/core";
import type { RealApiState } from "./state.ts";

export interface StandInRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Parsed JSON. Undefined without a body, and for forms. */
  readonly body: unknown;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Aborted when the client disconnects. */
  readonly signal: AbortSignal;
}

export interface StandInAnswer {
  readonly status: number;
  /** The answer as JSON. */
  readonly body?: unknown;
  readonly csv?: string;
  /** The answer as server-sent events. */
  readonly events?: AsyncIterable<StreamedEvent>;
}

/** An answer other than a body with the first documented status of its endpoint. */
export class SpecialAnswer {
  readonly answer: StandInAnswer;

  constructor(answer: StandInAnswer) {
    this.answer = answer;
  }
}

export interface StreamedEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

export type QueryRule = readonly string[] | "any" | "required";

/** Documents query parameters that may have any value; `names` are separated by spaces. */
export function anyValue(names: string): Readonly<Record<string, QueryRule>> {
  return Object.fromEntries(names.split(" ").map((name) => [name, "any"]));
}

/** A documented endpoint of the real API. */
export interface RealApiEndpoint {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Path with parameters such as `:id`. */
  readonly path: string;
  /** Documented query parameters, each with its documented values if there are any. */
  readonly query?: Readonly<Record<string, QueryRule>>;
  /** `form` is `multipart/form-data`. */
  readonly body?: $ZodType | "form";
  /** Documented statuses and bodies of successes. Errors have the same body everywhere. */
  readonly answers: Readonly<Record<number, $ZodType | "csv" | "empty" | "events">>;
  readonly scope?: string;
  /** Whether requests count as runs, which the plan limits. */
  readonly isRun?: boolean;
  /** Whether a `POST` changes nothing. */
  readonly isRead?: boolean;
  /**
   * Returns the body of the first of `answers`, or a `SpecialAnswer`. Absent from endpoints that are not simulated: their
   * schemas check the answers of our own server.
   */
  readonly handle?: (state: RealApiState, request: StandInRequest) => unknown;
}

/** An error answer in the documented form. */
export class RealApiError extends Error {
  readonly status: number;
  readonly details: readonly ErrorDetail[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Further fields of the error body. */
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    message: string,
    more: {
      readonly details?: readonly ErrorDetail[];
      readonly headers?: Readonly<Record<string, string>>;
      readonly fields?: Readonly<Record<string, unknown>>;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.details = more.details;
    this.headers = more.headers ?? {};
    this.fields = more.fields ?? {};
  }
}

/** An answer to a request that no test of the product needs. It counts as a violation. */
export class NotSimulatedError extends RealApiError {
  constructor(message = "not simulated") {
    super(501, message);
  }
}

interface ErrorDetail {
  readonly message: string;
  readonly path?: string;
  readonly code?: string;
  readonly suggestion?: string;
}
