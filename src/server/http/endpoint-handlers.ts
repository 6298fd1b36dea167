import type { HonoEnvironment } from "./http-app-dependencies.ts";
import type { Context } from "hono";
import type { $ZodType, output } from "zod/v4/core";
import type { EndpointDefinition, ParamName } from "#contract/endpoint.ts";
import type { EndpointName, endpoints } from "#contract/endpoints.ts";
import type { JsonObject } from "#core/json/json.ts";
import type { Caller } from "#server/domain/caller.ts";
import type { JsonTypeOf } from "#server/domain/assert-matches-schema.ts";
import type { EndpointHandlerResponse } from "./answer.ts";
import type { CallerIdentity } from "./identify-caller.ts";
import type { BodyMemoryReservation } from "./body-budget.ts";

type Endpoints = typeof endpoints;

export type EndpointPathParams<Name extends EndpointName> = {
  readonly [param in ParamName<Endpoints[Name]["path"]>]: string;
};

export type EndpointQuery<Name extends EndpointName> = Endpoints[Name] extends {
  readonly query: infer Schema extends $ZodType;
}
  ? output<Schema>
  : object;

export type EndpointBody<Name extends EndpointName> = Endpoints[Name] extends {
  readonly validatesBodyItself: true;
}
  ? JsonObject
  : Endpoints[Name] extends { readonly body: infer Schema extends $ZodType }
    ? BodyOrNone<Endpoints[Name], JsonTypeOf<output<Schema>>>
    : object;

type BodyOrNone<E, Body> = E extends { readonly isBodyOptional: true } ? Partial<Body> : Body;

type AnswerOf<Name extends EndpointName> = AnswerTo<Endpoints[Name]>;

type AnswerTo<E extends EndpointDefinition> = { readonly headers?: Readonly<Record<string, string>> } & (
  | { [status in keyof E["answers"]]: Success<status & number, E["answers"][status]> }[keyof E["answers"]]
  | StreamTo<E>
);

/** A response with either `body`, JSON text that is sent as it is stored, or `value`, which is serialized. */
type Success<Status, Schema> = Schema extends $ZodType
  ? | { readonly status: Status; readonly body: string; readonly value?: undefined }
    | { readonly status: Status; readonly value: Serializable<output<Schema>>; readonly body?: undefined }
  : { readonly status: Status; readonly body?: undefined; readonly value?: undefined };

type Serializable<T> = unknown extends T
  ? unknown
  : string extends T
    ? T | Date
    : T extends readonly (infer Item)[]
      ? readonly Serializable<Item>[]
      : T extends object
        ? { readonly [key in keyof T]: Serializable<T[key]> }
        : T;

/** A streamed response; `stream` is undefined only for HEAD requests. */
type StreamTo<E> = E extends { readonly file: string } | { readonly events: object }
  ? { readonly status: 200; readonly stream?: ReadableStream<Uint8Array>; readonly body?: undefined }
  : never;

/** The request headers that handlers read; none of them is validated. */
export interface RequestHeaders {
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly lastEventId: string | undefined;
  readonly tab: string | undefined;
  readonly saveKey: string | undefined;
}

export interface EndpointRequest {
  readonly caller: Caller;
  /** Undefined for a caller without a key, who can only reach endpoints that require no scope. */
  readonly identity: CallerIdentity | undefined;
  readonly bodyText: string;
  readonly headers: RequestHeaders;
  readonly signal: AbortSignal;
  readonly lease: BodyMemoryReservation;
  readonly request: Context<HonoEnvironment>;
}

interface ApiRequest<Name extends EndpointName> extends EndpointRequest {
  readonly params: EndpointPathParams<Name>;
  readonly query: EndpointQuery<Name>;
  readonly body: EndpointBody<Name>;
}

export interface ReplayedIdempotentResponse extends EndpointHandlerResponse {
  readonly isReplay: true;
}

type Handler<Name extends EndpointName> = (
  request: ApiRequest<Name>,
) => Promise<AnswerOf<Name> | ReplayedIdempotentResponse>;

export type EndpointHandlers<Name extends EndpointName> = { readonly [name in Name]: Handler<name> };
