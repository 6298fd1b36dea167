import type { QueryClient } from "@tanstack/react-query";
import type { KnownResources, NeededNames } from "#core/dataflow/find-environment-problems.ts";
import { listKnownModels, listKnownTools, suggestionQueries } from "./suggestion-queries.ts";

export const NO_NEEDED_NAMES: NeededNames = { secrets: [], models: [], tools: [] };

/** Shorter than for suggestions: a problem must go soon after the user has created what was missing. */
const FRESH_MS = 60_000;

/** Leaves out incomplete lists: a reported problem that does not exist is worse than a missed one. */
export async function readKnownResources(
  client: QueryClient,
  { models, tools }: NeededNames,
): Promise<KnownResources> {
  const nothing = () => undefined;
  const [knownModels, knownTools] = await Promise.all([
    models.length > 0
      ? client.query({ ...suggestionQueries.models(), staleTime: FRESH_MS }).then(listKnownModels, nothing)
      : undefined,
    tools.length > 0
      ? client.query({ ...suggestionQueries.tools(), staleTime: FRESH_MS }).then(listKnownTools, nothing)
      : undefined,
  ]);
  return { ...(knownModels && { knownModels }), ...(knownTools && { knownTools }) };
}
