import type { $ZodType } from "zod/v4/core";

export const API_SCOPES = [
  "FLOWS:READ",
  "FLOWS:WRITE",
  "FLOWS:EXECUTE",
  "RECORDS:READ",
  "RECORDS:WRITE",
  "DISPATCH:EXECUTE",
  "METRICS:READ",
] as const;

export type ParamName<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamName<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

export type ApiScope = (typeof API_SCOPES)[number];

export function listRequiredScopes({
  scope,
  alsoNeeds = [],
}: Pick<EndpointDefinition, "scope" | "alsoNeeds">): readonly ApiScope[] {
  return scope === undefined ? [] : [scope, ...alsoNeeds];
}

/** `answers` maps success statuses to body schemas (null for an empty body). */
export interface EndpointDefinition {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Path with parameters as `:name`, from which the Hono routes and the OpenAPI document are generated. */
  readonly path: string;
  readonly summary: string;
  readonly scope?: ApiScope;
  /** Scopes that are required in addition to `scope`, because the endpoint also reads records. */
  readonly alsoNeeds?: readonly ApiScope[];
  /**
   * True for endpoints that report or change the signed-in user: the client omits the identity header, because the
   * server would reject a request whose identity differs from the session.
   */
  readonly isForAnyIdentity?: boolean;
  readonly query?: $ZodType;
  readonly body?: $ZodType;
  readonly isBodyOptional?: boolean;
  /** The router then rejects only a body that is not a JSON object. */
  readonly validatesBodyItself?: boolean;
  readonly answers: Readonly<Record<number, $ZodType | null>>;
  readonly isForm?: boolean;
  /** Content type of the response, if the response is a file. */
  readonly file?: string;
  /** Schemas of the JSON data of server-sent events by event name; set if the endpoint can stream its response. */
  readonly events?: Readonly<Record<string, $ZodType>>;
  /** In addition to 400, 401, 403, 429, 500, 503 and 507, which every endpoint can return. */
  readonly errors?: Readonly<Record<number, $ZodType>>;
}
