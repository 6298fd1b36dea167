import type { $ZodType } from "zod/v4/core";

export type Scope =
  | "FLOWS:READ"
  | "FLOWS:WRITE"
  | "FLOWS:EXECUTE"
  | "RECORDS:READ"
  | "RECORDS:WRITE"
  | "DISPATCH:EXECUTE";

/** `answers` holds the schema of each success by status; null is an empty body. Errors are `errorBody` everywhere. */
export interface Endpoint {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Hono's and OpenAPI's parameters are both read from `:name`. */
  readonly path: string;
  readonly summary: string;
  /** Undefined: no key is demanded. */
  readonly scope?: Scope;
  readonly query?: $ZodType;
  readonly body?: $ZodType;
  /** The body may be left out altogether. */
  readonly isBodyOptional?: boolean;
  /** What is wrong with the body is the answer: only what is no JSON object is refused. */
  readonly isBodyJudged?: boolean;
  readonly answers: Readonly<Record<number, $ZodType | null>>;
  /** The body is a form with a file (multipart/form-data), which the handler reads itself. */
  readonly isForm?: boolean;
  /** The success is a file of this type. */
  readonly file?: string;
  /** The success is, or may be, a stream of server-sent events instead, whose data are JSON: their schemas by name. */
  readonly events?: Readonly<Record<string, $ZodType>>;
  /** Error statuses beside 400, 401, 403 and 500, which any endpoint may answer. */
  readonly errors?: Readonly<Record<number, $ZodType>>;
}
