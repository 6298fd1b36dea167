import { NO_FLOW_IDS } from "#contract/flow.ts";
import { MAX_PAGE_SIZE } from "#contract/pagination.ts";
import { findJsonValueOffsets } from "#core/json/json-places.ts";
import { type JsonObject, isJsonObject } from "#core/json/json.ts";
import { type CursorPage, readAllPages } from "#core/read-all-pages.ts";
import { serializeWithRawJson } from "#server/domain/serialize-with-raw-json.ts";
import { parseTagFilter } from "#server/flows/flow-tags.ts";
import { parseIdFilter } from "#server/flows/list-flows.ts";
import type { EndpointHandlers, EndpointRequest } from "#server/http/endpoint-handlers.ts";
import type { CloudTags } from "./tags.ts";
import { type UpstreamAnswer, readPagination, readUpstreamAnswer } from "./upstream-answer.ts";
import { createReadCall } from "./upstream-call.ts";
import type { UpstreamClient } from "./upstream.ts";

/** Maximum number of pages to read for a list that this server filters, which is 10,000 flows. */
const MAX_PAGES_READ = 100;

/** Maximum number of tagged flows that one request looks up because the list lacks them. */
const MAX_FLOWS_CHECKED = 5;

/** The API may refuse the other parameters, which only this server has. */
const DOCUMENTED_PARAMS = ["limit", "cursor", "direction", "includeCount", "search"] as const;

interface ListedFlow {
  readonly id: string;
  /** The row as the API wrote it: parsing could change numbers. */
  readonly text: string;
  /** Offset of the row's end in the text of its page. */
  readonly end: number;
}

type FlowListQuery = { readonly [name in (typeof DOCUMENTED_PARAMS)[number]]?: string | undefined };

/** Handles the page's lists of flows: adds the tags, and filters by tags and ids, which the connected API cannot. */
export function createCloudFlowListRoutes(
  upstream: UpstreamClient,
  tags: CloudTags,
): EndpointHandlers<"listFlows"> {
  const readPage = async (request: EndpointRequest, query: FlowListQuery) => {
    const params = new URLSearchParams();
    for (const name of DOCUMENTED_PARAMS) if (query[name] !== undefined) params.set(name, query[name]);
    const target = `/v1/flows${params.size > 0 ? `?${params.toString()}` : ""}`;
    const response = await upstream.send({ ...createReadCall(request), method: "GET", target });
    return readUpstreamAnswer(response, isFlowPage);
  };

  /** Reads the API's list until all wanted flows are found. `missing`: the ids that the whole list lacks. */
  const findInList = async (request: EndpointRequest, search: string | undefined, wanted: Set<string>) => {
    const read = async (cursor: string): Promise<CursorPage<ListedFlow>> => {
      const page = await readPage(request, {
        search,
        limit: String(MAX_PAGE_SIZE),
        ...(cursor !== "" && { cursor }),
      });
      return { data: listFlowsOfPage(page), pagination: readPagination(page.value) };
    };
    const found: ListedFlow[] = [];
    let pagesLeft = wanted.size === 0 ? 0 : MAX_PAGES_READ;
    let isWhole = pagesLeft > 0;
    if (pagesLeft > 0)
      for await (const { rows, isCutShort } of readAllPages(read, ({ id }) => id)) {
        for (const row of rows) if (wanted.delete(row.id)) found.push(row);
        pagesLeft -= 1;
        isWhole = !isCutShort && pagesLeft > 0;
        if (pagesLeft === 0 || wanted.size === 0) break;
      }
    return { found, missing: isWhole && !search ? [...wanted] : [] };
  };

  const listFiltered = async (
    request: EndpointRequest,
    search: string | undefined,
    { tagged, listed }: { readonly tagged?: readonly string[]; readonly listed?: readonly string[] },
  ) => {
    const wanted = new Set(
      tagged && listed ? tagged.filter((id) => listed.includes(id)) : (tagged ?? listed),
    );
    wanted.delete(NO_FLOW_IDS);
    const { found, missing } = await findInList(request, search, wanted);
    for (const id of tagged ? missing.slice(0, MAX_FLOWS_CHECKED) : [])
      await tags.checkFlow(createReadCall(request), id).catch(() => undefined);
    const known = await tags.findTags(found.map(({ id }) => id));
    const rows = found.map(({ id, text }) => (known ? addTagsToRow(text, known.get(id)) : text));
    const pagination = {
      limit: Math.max(1, found.length),
      currentOffset: 0,
      hasMore: false,
      hasPrev: false,
      nextCursor: null,
      prevCursor: null,
      totalCount: found.length,
    };
    return serializeWithRawJson({ pagination }, { data: `[${rows.join()}]` });
  };

  return {
    listFlows: async (request) => {
      const { tag, ids, ...query } = request.query;
      const tagKeys = parseTagFilter(tag);
      const filters = {
        ...(tagKeys.length > 0 && { tagged: await tags.findFlows(tagKeys) }),
        ...(ids !== undefined && { listed: parseIdFilter(ids) }),
      };
      if (filters.tagged ?? filters.listed)
        return { status: 200, body: await listFiltered(request, query.search, filters) };
      const page = await readPage(request, query);
      const flows = listFlowsOfPage(page);
      const known = await tags.findTags(flows.map(({ id }) => id));
      return { status: 200, body: known ? addTagsToPage(page, known) : page.text, headers: page.headers };
    },
  };
}

const isFlowPage = ({ data }: JsonObject) => Array.isArray(data);

function listFlowsOfPage({ value, text }: UpstreamAnswer): readonly ListedFlow[] {
  const rows = Array.isArray(value["data"]) ? value["data"] : [];
  const places = findJsonValueOffsets(
    text,
    rows.map((_, index) => ["data", index]),
  );
  return rows.flatMap((row, index) => {
    const place = places[index];
    if (!isJsonObject(row) || typeof row["id"] !== "string" || !place) return [];
    return [{ id: row["id"], text: text.slice(place.from, place.to), end: place.to }];
  });
}

/** Keeps the rest of the text as it is. */
function addTagsToPage(page: UpstreamAnswer, known: ReadonlyMap<string, readonly string[]>): string {
  const parts: string[] = [];
  let at = 0;
  for (const { id, text, end } of listFlowsOfPage(page)) {
    parts.push(page.text.slice(at, end - text.length), addTagsToRow(text, known.get(id)));
    at = end;
  }
  return [...parts, page.text.slice(at)].join("");
}

/** Adds the member at the end: of two members with one name, the last one counts. */
function addTagsToRow(row: string, tags: readonly string[] = []): string {
  return `${row.slice(0, -1)},"tags":${JSON.stringify(tags)}}`;
}
