import type { EndpointDefinition } from "./endpoint.ts";
import { errorBodySchema } from "./error-body.ts";
import {
  changeFlowTagsBodySchema,
  changedFlowTagsSchema,
  flowTagListSchema,
  listFlowTagsQuerySchema,
} from "./flow-tags.ts";

export const flowTagEndpoints = {
  listFlowTags: {
    method: "GET",
    path: "/local/flow-tags",
    summary: "List the tags of flows with the number of their flows",
    scope: "FLOWS:READ",
    query: listFlowTagsQuerySchema,
    answers: { 200: flowTagListSchema },
  },
  changeFlowTags: {
    method: "PUT",
    path: "/local/flows/:id/tags",
    summary: "Add and remove tags of a flow; its definition and revision do not change",
    scope: "FLOWS:WRITE",
    body: changeFlowTagsBodySchema,
    answers: { 200: changedFlowTagsSchema },
    errors: { 404: errorBodySchema, 413: errorBodySchema },
  },
} as const satisfies Record<string, EndpointDefinition>;
