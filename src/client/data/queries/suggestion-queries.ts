import { queryOptions } from "@tanstack/react-query";
import type { ServerCapabilities } from "#contract/local.ts";
import { ApiError, createUnknownFormatError } from "#client/data/api/api-error.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { callApiFeature } from "./api-features.ts";
import {
  type ListedTool,
  type ModelNames,
  readEnabledModels,
  readGroupedModels,
  readResourceTools,
  readTools,
} from "./read-cloud-lists.ts";

export interface ModelSuggestionList extends ModelNames {
  /** Whether a model that is not in the list is unknown to the server. */
  readonly isComplete: boolean;
}

export interface ToolSuggestionList {
  readonly tools: readonly ListedTool[];
  readonly isComplete: boolean;
}

/**
 * Returns the names by which a step may refer to a model; undefined if the list may lack some. A model server such as
 * Ollama lists “llama3:latest” and also accepts “llama3”.
 */
export function listKnownModels(list: ModelSuggestionList | undefined): ReadonlySet<string> | undefined {
  if (!list?.isComplete || list.models.length === 0) return undefined;
  const ids = list.models.map(({ id }) => id);
  return new Set([...list.aliases, ...ids, ...ids.map((id) => id.replace(/:latest$/, ""))]);
}

export function listKnownTools(list: ToolSuggestionList | undefined): ReadonlySet<string> | undefined {
  if (!list?.isComplete || list.tools.length === 0) return undefined;
  return new Set(list.tools.map(({ id }) => id));
}

const FRESH_MS = 300_000;
/** Milliseconds until a request for suggestions is given up. A request takes about 10 s in the API's slow mode. */
const TIME_LIMIT_MS = 20_000;
const MAX_TOOL_PAGES = 10;

/** Suggestions for fields. Failures are not retried: the fields accept any text, and say that the list is missing. */
export const suggestionQueries = {
  models: (mode: ServerCapabilities["mode"]) =>
    queryOptions({
      queryKey: ["suggestions", "models", mode] as const,
      queryFn: ({ client, signal }) =>
        mode === "cloud"
          ? callApiFeature(client, "models", () => readCloudModels(signal))
          : readLocalModels(signal),
      staleTime: FRESH_MS,
      retry: false,
      refetchOnWindowFocus: false,
    }),

  /** Only for servers in cloud mode: this server runs no tools. */
  tools: () =>
    queryOptions({
      queryKey: ["suggestions", "tools"] as const,
      queryFn: ({ client, signal }) => callApiFeature(client, "tools", () => readCloudTools(signal)),
      staleTime: FRESH_MS,
      retry: false,
      refetchOnWindowFocus: false,
    }),
};

async function readLocalModels(signal: AbortSignal): Promise<ModelSuggestionList> {
  const list = await callEndpoint("listModels", { signal, timeLimitMs: TIME_LIMIT_MS });
  if (list.failure !== undefined) throw new ApiError(200, list.failure);
  return { ...list, aliases: new Set() };
}

async function readCloudModels(signal: AbortSignal): Promise<ModelSuggestionList> {
  const options = { signal, timeLimitMs: TIME_LIMIT_MS };
  const grouped = await callEndpoint("listGroupedModels", options).then(
    readGroupedModels,
    (error: unknown) => {
      if (!isUnavailable(error)) throw error;
      return undefined;
    },
  );
  if (grouped && grouped.models.length > 0) return { ...grouped, isComplete: true };
  const json = await callEndpoint("listResources", options);
  const enabled = readEnabledModels(json);
  if (!enabled) throw createUnknownFormatError(json);
  // The list has only the models that the account has enabled.
  return { ...enabled, isComplete: false };
}

async function readCloudTools(signal: AbortSignal): Promise<ToolSuggestionList> {
  const options = { signal, timeLimitMs: TIME_LIMIT_MS };
  const resources = await callEndpoint("listResources", options).then(readResourceTools, (error: unknown) => {
    if (!isUnavailable(error)) throw error;
    return undefined;
  });
  if (resources) return resources;
  const [own, builtIn] = await Promise.all([
    readOwnTools(signal),
    callEndpoint("listBuiltInTools", options).then((json) => readTools(json, "built-in")),
  ]);
  if (!own && !builtIn) throw createUnknownFormatError({});
  return { tools: [...(own ?? []), ...(builtIn ?? [])], isComplete: false };
}

async function readOwnTools(signal: AbortSignal): Promise<readonly ListedTool[] | undefined> {
  const tools = new Map<string, ListedTool>();
  let cursor: string | undefined;
  for (let page = 0; page < MAX_TOOL_PAGES; page += 1) {
    const query = { limit: "100", ...(cursor !== undefined && { cursor }) };
    const json: unknown = await callEndpoint("listTools", { query, signal, timeLimitMs: TIME_LIMIT_MS });
    const found = readTools(json, "custom");
    if (!found) return page === 0 ? undefined : [...tools.values()];
    const before = tools.size;
    for (const tool of found) tools.set(tool.id, tool);
    const next = (json as { readonly pagination?: { readonly nextCursor?: unknown } }).pagination?.nextCursor;
    // A page without a new tool, or the same cursor, would be requested without end.
    if (typeof next !== "string" || next === cursor || tools.size === before) break;
    cursor = next;
  }
  return [...tools.values()];
}

/** Whether the API lacks the endpoint, refuses it to this key, or answers in another format. */
function isUnavailable(error: unknown): boolean {
  return error instanceof ApiError && [200, 403, 404, 405, 501].includes(error.status);
}
