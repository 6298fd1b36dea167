import type { ListedTool } from "#contract/server-status.ts";
import { type JsonValue, isJsonObject } from "#core/json/json.ts";
import { type CursorPage, readAllPages } from "#core/read-all-pages.ts";
import type { EndpointHandlers, EndpointRequest } from "#server/http/endpoint-handlers.ts";
import { readEnabledModels, readGroupedModels, readResourceTools, readTools } from "./read-resource-lists.ts";
import { readPagination, readUpstreamValue } from "./upstream-answer.ts";
import { UpstreamAnswerError } from "#server/http/upstream-answer-error.ts";
import { createReadCall } from "./upstream-call.ts";
import type { UpstreamClient } from "./upstream.ts";

const MAX_TOOL_PAGES = 10;

/** Lists vary by account. An answer that is no such list is passed on, and the page reports it. */
export function createCloudSuggestionRoutes(
  upstream: UpstreamClient,
): EndpointHandlers<"listModels" | "listAvailableTools"> {
  const read = async <T>(
    request: EndpointRequest,
    target: string,
    readList: (json: JsonValue) => T | undefined,
  ) =>
    readUpstreamValue(await upstream.send({ ...createReadCall(request), method: "GET", target }), readList);

  const readOwnTools = async (request: EndpointRequest) => {
    let headers = {};
    const readPage = async (cursor: string) => {
      const query = new URLSearchParams({ limit: "100", ...(cursor !== "" && { cursor }) });
      const page = await read(request, `/v1/tools?${query.toString()}`, readToolPage).catch(
        (error: unknown) => {
          if (cursor === "") throw error;
          return ignoreMissing(error);
        },
      );
      headers = page?.headers ?? headers;
      return page?.value ?? { data: [] };
    };
    const tools: ListedTool[] = [];
    let pagesLeft = MAX_TOOL_PAGES;
    for await (const { rows } of readAllPages(readPage, ({ id }) => id)) {
      tools.push(...rows);
      pagesLeft -= 1;
      if (pagesLeft === 0) break;
    }
    return { value: tools, headers };
  };

  return {
    listModels: async (request) => {
      const target = "/v1/model-configs/grouped";
      const grouped = await read(request, target, readGroupedModels).catch(ignoreMissing);
      // Otherwise the list has only the models that the account has enabled.
      const isComplete = grouped !== undefined && grouped.value.models.length > 0;
      const found = isComplete ? grouped : await read(request, "/v1/resources", readEnabledModels);
      const { models, aliases } = found.value;
      const value = { models: [...models], aliases: [...aliases], isComplete };
      return { status: 200, value, headers: found.headers };
    },

    listAvailableTools: async (request) => {
      const resources = await read(request, "/v1/resources", readResourceTools).catch(ignoreMissing);
      if (resources) {
        const { tools, isComplete } = resources.value;
        return { status: 200, value: { tools: [...tools], isComplete }, headers: resources.headers };
      }
      const ownTools = readOwnTools(request);
      const [own, builtIn] = await Promise.all([
        ownTools.catch(ignoreMissing),
        read(request, "/v1/tools/builtin", (json) => readTools(json, "built-in")).catch(ignoreMissing),
      ]);
      // Answers with the error of the own tools if the API has neither list.
      const { headers } = builtIn ?? (await ownTools);
      const tools = [...(own?.value ?? []), ...(builtIn?.value ?? [])];
      return { status: 200, value: { tools, isComplete: false }, headers };
    },
  };
}

/** Resolves to undefined if the API lacks the endpoint, refuses it to this key, or answers in another format. */
function ignoreMissing(error: unknown): undefined {
  const status = error instanceof UpstreamAnswerError ? error.response.status : undefined;
  if (status === undefined || ![200, 403, 404, 405, 501].includes(status)) throw error;
}

function readToolPage(json: JsonValue): CursorPage<ListedTool> | undefined {
  const data = readTools(json, "custom");
  return data && { data, pagination: isJsonObject(json) ? readPagination(json) : undefined };
}
