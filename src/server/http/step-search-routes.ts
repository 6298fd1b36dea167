import type { stepSearchEndpoints } from "#contract/step-search-endpoints.ts";
import { listStepUses, searchSteps } from "#server/flows/step-index/search-steps.ts";
import type { HttpAppDependencies } from "./http-app-dependencies.ts";
import { HttpError } from "./http-error.ts";
import type { EndpointHandlers } from "./endpoint-handlers.ts";

export function createStepSearchRoutes({
  config,
  store,
}: Pick<HttpAppDependencies, "config" | "store">): EndpointHandlers<keyof typeof stepSearchEndpoints> {
  // In cloud mode the store holds sessions only: the flows are on the platform.
  const requireIndex = () => {
    if (!store || config.upstream) throw new HttpError(404, "This server can’t search in steps.");
    return store;
  };
  return {
    searchSteps: async ({ caller, query }) => ({
      status: 200,
      value: await searchSteps(requireIndex(), caller, query),
    }),
    listStepUses: async ({ caller, query }) => ({
      status: 200,
      value: await listStepUses(requireIndex(), caller, query),
    }),
  };
}
