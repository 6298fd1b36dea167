import type { $ZodType } from "zod/v4/core";
import { errorBody } from "./error-body.ts";
import { serverEvents, streamEventsQuery } from "./events.ts";
import {
  createFlowBody,
  flow,
  flowPage,
  listFlowsQuery,
  publishFlowBody,
  publishedFlow,
  staleFlow,
  updateFlowBody,
} from "./flow.ts";
import {
  flowStepList,
  flowVersion,
  listVersionsQuery,
  publishVersionBody,
  publishedVersion,
  runtimeFlow,
  versionList,
} from "./flow-version.ts";
import { codedErrorBody, flowValidation, validateFlowBody } from "./flow-validation.ts";
import { capabilities, sessionBody } from "./local.ts";

export type Scope = "FLOWS:READ" | "FLOWS:WRITE" | "FLOWS:EXECUTE";

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
  /** The success is a stream of server-sent events instead, whose data are JSON: their schemas by name. */
  readonly events?: Readonly<Record<string, $ZodType>>;
  /** Error statuses beside 400, 401, 403 and 500, which any endpoint may answer. */
  readonly errors?: Readonly<Record<number, $ZodType>>;
}

/** Every endpoint there is: the server mounts them from here, and the client calls them by name. */
export const endpoints = {
  listFlows: {
    method: "GET",
    path: "/v1/flows",
    summary: "List flows",
    scope: "FLOWS:READ",
    query: listFlowsQuery,
    answers: { 200: flowPage },
  },
  createFlow: {
    method: "POST",
    path: "/v1/flows",
    summary: "Create a flow",
    scope: "FLOWS:WRITE",
    body: createFlowBody,
    answers: { 201: flow },
    errors: { 409: errorBody, 413: errorBody, 422: errorBody },
  },
  getFlow: {
    method: "GET",
    path: "/v1/flows/:id",
    summary: "Read a flow",
    scope: "FLOWS:READ",
    answers: { 200: flow },
    errors: { 404: errorBody },
  },
  updateFlow: {
    method: "PUT",
    path: "/v1/flows/:id",
    summary: "Change a flow; `flowSteps` replaces the whole list",
    scope: "FLOWS:WRITE",
    body: updateFlowBody,
    answers: { 200: flow },
    errors: { 404: errorBody, 412: staleFlow, 413: errorBody },
  },
  deleteFlow: {
    method: "DELETE",
    path: "/v1/flows/:id",
    summary: "Delete a flow with its versions",
    scope: "FLOWS:WRITE",
    answers: { 204: null },
    errors: { 404: errorBody, 412: staleFlow },
  },
  publishFlow: {
    method: "POST",
    path: "/v1/flows/:id/publish",
    summary: "Make the draft the published version",
    scope: "FLOWS:WRITE",
    body: publishFlowBody,
    isBodyOptional: true,
    answers: { 200: publishedFlow },
    errors: { 404: errorBody, 409: errorBody, 412: staleFlow, 413: errorBody, 422: errorBody },
  },
  exportRuntime: {
    method: "GET",
    path: "/v1/flows/:id/export-runtime",
    summary: "Export the saved definition for a runtime without this server",
    scope: "FLOWS:READ",
    answers: { 200: runtimeFlow },
    errors: { 404: errorBody },
  },
  listVersions: {
    method: "GET",
    path: "/v1/flow-versions/:flowId",
    summary: "List a flow's versions, newest first",
    scope: "FLOWS:READ",
    query: listVersionsQuery,
    answers: { 200: versionList },
    errors: { 404: errorBody },
  },
  getPublishedVersion: {
    method: "GET",
    path: "/v1/flow-versions/:flowId/published",
    summary: "Read the published version",
    scope: "FLOWS:READ",
    answers: { 200: flowVersion },
    errors: { 404: errorBody },
  },
  getVersion: {
    method: "GET",
    path: "/v1/flow-versions/:flowId/:versionId",
    summary: "Read one version",
    scope: "FLOWS:READ",
    answers: { 200: flowVersion },
    errors: { 404: errorBody },
  },
  publishVersion: {
    method: "POST",
    path: "/v1/flow-versions/:flowId/publish",
    summary: "Publish a version that exists; the draft stays",
    scope: "FLOWS:WRITE",
    body: publishVersionBody,
    answers: { 200: publishedVersion },
    errors: { 404: errorBody, 409: errorBody, 412: staleFlow, 413: errorBody, 422: errorBody },
  },
  listFlowSteps: {
    method: "GET",
    path: "/v1/flow-steps/flow/:flowId",
    summary: "List a flow's steps",
    scope: "FLOWS:READ",
    answers: { 200: flowStepList },
    errors: { 404: errorBody },
  },
  validateFlow: {
    method: "POST",
    path: "/v1/public/flows/validate",
    summary: "Say what is wrong with a flow, without keeping it",
    body: validateFlowBody,
    isBodyJudged: true,
    answers: { 200: flowValidation },
    errors: { 400: codedErrorBody, 413: errorBody },
  },
  getCapabilities: {
    method: "GET",
    path: "/local/capabilities",
    summary: "What this server offers",
    answers: { 200: capabilities },
  },
  streamEvents: {
    method: "GET",
    path: "/local/events",
    summary: "Hear of changes as they happen",
    scope: "FLOWS:READ",
    query: streamEventsQuery,
    answers: {},
    events: serverEvents,
    errors: { 404: errorBody, 503: errorBody },
  },
  createSession: {
    method: "POST",
    path: "/local/session",
    summary: "Sign a browser in with an API key",
    body: sessionBody,
    answers: { 204: null },
  },
  deleteSession: {
    method: "DELETE",
    path: "/local/session",
    summary: "Sign the browser out",
    answers: { 204: null },
  },
} as const satisfies Record<string, Endpoint>;

export type EndpointName = keyof typeof endpoints;
