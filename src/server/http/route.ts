import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { EndpointName } from "#contract/endpoints.ts";
import type { JsonObject } from "#core/json.ts";
import type { Answer } from "#server/answer.ts";
import type { Caller } from "#server/caller.ts";
import type { Identity } from "./authenticate.ts";

export interface RequestHeaders {
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly lastEventId: string | undefined;
  /** What the tab that sends the request calls itself; unchecked. */
  readonly tab: string | undefined;
  /** What a save calls itself; unchecked. */
  readonly saveKey: string | undefined;
}

/** A request whose caller, query and body were checked against the endpoint table. */
export interface ApiRequest {
  readonly caller: Caller;
  /** Undefined for a stranger, who reaches only endpoints without a scope. */
  readonly identity: Identity | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: JsonObject;
  readonly bodyText: string;
  readonly headers: RequestHeaders;
  readonly request: Context<{ Bindings: Partial<HttpBindings> }>;
}

export interface Route {
  readonly endpoint: EndpointName;
  readonly answer: (request: ApiRequest) => Promise<Answer>;
}
