import type { EndpointDefinition } from "./endpoint.ts";
import { errorBodySchema } from "./error-body.ts";
import { publishFlowBodySchema, publishFlowResponseSchema, staleFlowErrorSchema } from "./flow.ts";
import { errorBodyWithCodeSchema, flowValidationSchema, validateFlowBodySchema } from "./flow-validation.ts";
import {
  flowStepListResponseSchema,
  flowVersionSchema,
  listVersionsQuerySchema,
  publishVersionBodySchema,
  publishedVersionSchema,
  runtimeFlowExportSchema,
  versionListSchema,
} from "./flow-version.ts";

const publishErrors = {
  404: errorBodySchema,
  409: errorBodySchema,
  412: staleFlowErrorSchema,
  413: errorBodySchema,
  422: errorBodySchema,
};

/** Publishing and versions, and the endpoints of flows that no page needs at its start. */
export const flowVersionEndpoints = {
  publishFlow: {
    method: "POST",
    path: "/v1/flows/:id/publish",
    summary: "Make the draft the published version",
    scope: "FLOWS:WRITE",
    body: publishFlowBodySchema,
    isBodyOptional: true,
    answers: { 200: publishFlowResponseSchema },
    errors: publishErrors,
  },
  exportRuntime: {
    method: "GET",
    path: "/v1/flows/:id/export-runtime",
    summary: "Export the saved definition for a runtime without this server",
    scope: "FLOWS:READ",
    answers: { 200: runtimeFlowExportSchema },
    errors: { 404: errorBodySchema },
  },
  listVersions: {
    method: "GET",
    path: "/v1/flow-versions/:flowId",
    summary: "List a flow's versions, newest first",
    scope: "FLOWS:READ",
    query: listVersionsQuerySchema,
    answers: { 200: versionListSchema },
    errors: { 404: errorBodySchema },
  },
  getPublishedVersion: {
    method: "GET",
    path: "/v1/flow-versions/:flowId/published",
    summary: "Read the published version",
    scope: "FLOWS:READ",
    answers: { 200: flowVersionSchema },
    errors: { 404: errorBodySchema },
  },
  getVersion: {
    method: "GET",
    path: "/v1/flow-versions/:flowId/:versionId",
    summary: "Read one version",
    scope: "FLOWS:READ",
    answers: { 200: flowVersionSchema },
    errors: { 404: errorBodySchema },
  },
  publishVersion: {
    method: "POST",
    path: "/v1/flow-versions/:flowId/publish",
    summary: "Publish an existing version; the draft is unchanged",
    scope: "FLOWS:WRITE",
    body: publishVersionBodySchema,
    answers: { 200: publishedVersionSchema },
    errors: publishErrors,
  },
  listFlowSteps: {
    method: "GET",
    path: "/v1/flow-steps/flow/:flowId",
    summary: "List a flow's steps",
    scope: "FLOWS:READ",
    answers: { 200: flowStepListResponseSchema },
    errors: { 404: errorBodySchema },
  },
  validateFlow: {
    method: "POST",
    path: "/v1/public/flows/validate",
    summary: "Validate a flow without saving it",
    body: validateFlowBodySchema,
    validatesBodyItself: true,
    answers: { 200: flowValidationSchema },
    errors: { 400: errorBodyWithCodeSchema, 413: errorBodySchema },
  },
} as const satisfies Record<string, EndpointDefinition>;
