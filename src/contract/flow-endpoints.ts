import type { EndpointDefinition } from "./endpoint.ts";
import { errorBodySchema } from "./error-body.ts";
import {
  createFlowBodySchema,
  flowSchema,
  flowPageSchema,
  listFlowsQuerySchema,
  staleFlowErrorSchema,
  updateFlowBodySchema,
} from "./flow.ts";

export const flowEndpoints = {
  listFlows: {
    method: "GET",
    path: "/v1/flows",
    summary: "List flows",
    scope: "FLOWS:READ",
    query: listFlowsQuerySchema,
    answers: { 200: flowPageSchema },
  },
  createFlow: {
    method: "POST",
    path: "/v1/flows",
    summary: "Create a flow",
    scope: "FLOWS:WRITE",
    body: createFlowBodySchema,
    answers: { 201: flowSchema },
    errors: { 409: errorBodySchema, 413: errorBodySchema, 422: errorBodySchema },
  },
  getFlow: {
    method: "GET",
    path: "/v1/flows/:id",
    summary: "Read a flow",
    scope: "FLOWS:READ",
    answers: { 200: flowSchema },
    errors: { 404: errorBodySchema },
  },
  updateFlow: {
    method: "PUT",
    path: "/v1/flows/:id",
    summary: "Change a flow; `flowSteps` replaces the whole list",
    scope: "FLOWS:WRITE",
    body: updateFlowBodySchema,
    answers: { 200: flowSchema },
    errors: { 404: errorBodySchema, 412: staleFlowErrorSchema, 413: errorBodySchema },
  },
  deleteFlow: {
    method: "DELETE",
    path: "/v1/flows/:id",
    summary: "Delete a flow with its versions",
    scope: "FLOWS:WRITE",
    answers: { 204: null },
    errors: { 404: errorBodySchema, 412: staleFlowErrorSchema },
  },
} as const satisfies Record<string, EndpointDefinition>;
