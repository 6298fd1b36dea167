import type { EndpointDefinition } from "./endpoint.ts";
import { errorBodySchema } from "./error-body.ts";
import { listStepUsesQuerySchema, searchStepsQuerySchema, stepSearchPageSchema } from "./step-search.ts";

/** Endpoints of the index of steps. Separate from `localEndpoints`, which every page loads at start. */
export const stepSearchEndpoints = {
  searchSteps: {
    method: "GET",
    path: "/local/steps",
    summary: "Search the steps of all flows",
    scope: "FLOWS:READ",
    query: searchStepsQuerySchema,
    answers: { 200: stepSearchPageSchema },
    errors: { 404: errorBodySchema },
  },
  listStepUses: {
    method: "GET",
    path: "/local/step-uses",
    summary: "List the flows and steps that use a variable, model, secret, record type or step type",
    scope: "FLOWS:READ",
    query: listStepUsesQuerySchema,
    answers: { 200: stepSearchPageSchema },
    errors: { 404: errorBodySchema },
  },
} as const satisfies Record<string, EndpointDefinition>;
