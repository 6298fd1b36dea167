import { queryOptions } from "@tanstack/react-query";
import type { ModelList } from "#contract/early-endpoints.ts";
import type { ToolList } from "#contract/server-status.ts";
import { ApiError } from "#client/data/api/api-error.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { callApiFeature } from "./api-features.ts";

/** Undefined if the list may lack some. A server such as Ollama accepts “llama3” for “llama3:latest”. */
export function listKnownModels(list: ModelList | undefined): ReadonlySet<string> | undefined {
  if (!list?.isComplete || list.models.length === 0) return undefined;
  const ids = list.models.map(({ id }) => id);
  return new Set([...(list.aliases ?? []), ...ids, ...ids.map((id) => id.replace(/:latest$/, ""))]);
}

export function listKnownTools(list: ToolList | undefined): ReadonlySet<string> | undefined {
  if (!list?.isComplete || list.tools.length === 0) return undefined;
  return new Set(list.tools.map(({ id }) => id));
}

const FRESH_MS = 300_000;
/** Milliseconds until a request is given up. A server sends several to an API, whose slow mode delays each by about 10 s. */
const TIME_LIMIT_MS = 60_000;

/** Suggestions for fields. Failures are not retried: the fields accept any text, and say that the list is missing. */
export const suggestionQueries = {
  models: () =>
    queryOptions({
      queryKey: ["suggestions", "models"] as const,
      queryFn: ({ client, signal }) =>
        callApiFeature(client, "models", async () => {
          const list = await callEndpoint("listModels", { signal, timeLimitMs: TIME_LIMIT_MS });
          if (list.failure !== undefined) throw new ApiError(200, list.failure);
          return list;
        }),
      staleTime: FRESH_MS,
      retry: false,
      refetchOnWindowFocus: false,
    }),

  tools: () =>
    queryOptions({
      queryKey: ["suggestions", "tools"] as const,
      queryFn: ({ client, signal }) =>
        callApiFeature(client, "tools", () =>
          callEndpoint("listAvailableTools", { signal, timeLimitMs: TIME_LIMIT_MS }),
        ),
      staleTime: FRESH_MS,
      retry: false,
      refetchOnWindowFocus: false,
    }),
};
