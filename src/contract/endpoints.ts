import type { Endpoint } from "./endpoint.ts";
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
import { recordEndpoints } from "./record-endpoints.ts";
import { runEndpoints } from "./run-endpoints.ts";

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
  ...recordEndpoints,
  ...runEndpoints,
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
