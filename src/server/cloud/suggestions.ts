import type { ListedTool, ToolList } from "#contract/environment.ts";
import { HttpError } from "#server/http/http-error.ts";
import type { EndpointHandlers, EndpointRequest } from "#server/http/route.ts";
import {
  type ModelNames,
  readEnabledModels,
  readGroupedModels,
  readResourceTools,
  readTools,
} from "./read-resource-lists.ts";
import { UpstreamAnswerError, readUpstreamJson } from "./upstream-answer.ts";
import { createReadCall } from "./upstream-call.ts";
import type { UpstreamClient } from "./upstream.ts";

const MAX_TOOL_PAGES = 10;

/** Handles the page's requests for suggestions with the lists that the connected API has, which vary by account. */
export function createCloudSuggestionRoutes(
  upstream: UpstreamClient,
): EndpointHandlers<"listModels" | "listAvailableTools"> {
  const read = async (request: EndpointRequest, target: string) =>
    readUpstreamJson(await upstream.send({ ...createReadCall(request), method: "GET", target }));

  const readOwnTools = async (request: EndpointRequest): Promise<readonly ListedTool[] | undefined> => {
    const tools = new Map<string, ListedTool>();
    let cursor: string | undefined;
    for (let page = 0; page < MAX_TOOL_PAGES; page += 1) {
      const query = new URLSearchParams({ limit: "100", ...(cursor !== undefined && { cursor }) });
      const json = await read(request, `/v1/tools?${query.toString()}`);
      const found = readTools(json, "custom");
      if (!found) return page === 0 ? undefined : [...tools.values()];
      const before = tools.size;
      for (const tool of found) tools.set(tool.id, tool);
      const next = (json as { readonly pagination?: { readonly nextCursor?: unknown } }).pagination
        ?.nextCursor;
      // A page without a new tool, or the same cursor, would be requested without end.
      if (typeof next !== "string" || next === cursor || tools.size === before) break;
      cursor = next;
    }
    return [...tools.values()];
  };

  return {
    listModels: async (request) => {
      const grouped = await read(request, "/v1/model-configs/grouped").then(readGroupedModels, ignoreMissing);
      if (grouped && grouped.models.length > 0)
        return { status: 200, value: { ...toModelList(grouped), isComplete: true } };
      const enabled = readEnabledModels(await read(request, "/v1/resources"));
      if (!enabled) throw createUnknownFormatError();
      // The list has only the models that the account has enabled.
      return { status: 200, value: { ...toModelList(enabled), isComplete: false } };
    },

    listAvailableTools: async (request) => {
      const resources = await read(request, "/v1/resources").then(readResourceTools, ignoreMissing);
      if (resources) return { status: 200, value: toToolList(resources) };
      const [own, builtIn] = await Promise.all([
        readOwnTools(request),
        read(request, "/v1/tools/builtin").then((json) => readTools(json, "built-in")),
      ]);
      if (!own && !builtIn) throw createUnknownFormatError();
      return { status: 200, value: { tools: [...(own ?? []), ...(builtIn ?? [])], isComplete: false } };
    },
  };
}

/** Resolves to undefined if the API lacks the endpoint, refuses it to this key, or answers in another format. */
function ignoreMissing(error: unknown): undefined {
  const status = error instanceof UpstreamAnswerError ? error.response.status : undefined;
  if (status === undefined || ![200, 403, 404, 405, 501].includes(status)) throw error;
}

function toModelList({ models, aliases }: ModelNames) {
  return { models: [...models], aliases: [...aliases] };
}

function toToolList({
  tools,
  isComplete,
}: {
  readonly tools: readonly ListedTool[];
  isComplete: boolean;
}): ToolList {
  return { tools: [...tools], isComplete };
}

function createUnknownFormatError(): HttpError {
  const message = "The API sent data in an unknown format.";
  return new HttpError(502, message, [{ message, code: "UPSTREAM_UNREACHABLE" }]);
}
