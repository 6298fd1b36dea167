import { MAX_LISTED_IDS, type FlowSortField, type ListFlowsQuery } from "#contract/flow.ts";
import { MAX_COUNTED_MATCHES } from "#contract/pagination.ts";
import type { Caller } from "#server/domain/caller.ts";
import { createInvalidRequestError } from "#server/domain/domain-error.ts";
import { serializePageResponse, parseAndClampPageLimit } from "#server/domain/page-response.ts";
import { countFlows, getFlowListPosition, readFlowPage } from "#server/store/flow-page.ts";
import { serializeFlowListItem } from "./serialize-flow.ts";
import type { FlowServiceDependencies } from "./flow-context.ts";
import { isWellFormedId } from "./flow-access.ts";
import { type FlowCursor, decodeFlowCursor } from "./flow-cursor.ts";
import { parseTagFilter } from "./flow-tags.ts";

const DEFAULT_ORDER: Readonly<Record<FlowSortField, "asc" | "desc">> = {
  updatedAt: "desc",
  createdAt: "desc",
  name: "asc",
  lastRunAt: "desc",
};

/** Pages by keyset, so that concurrent writes do not shift pages. */
export async function listFlows(
  context: FlowServiceDependencies,
  caller: Caller,
  query: ListFlowsQuery,
): Promise<string> {
  const asked: ListFlowsQuery = context.extras
    ? query
    : { ...query, sort: undefined, order: undefined, status: undefined, tag: undefined, ids: undefined };
  const sort = asked.sort ?? "updatedAt";
  const order = asked.order ?? DEFAULT_ORDER[sort];
  const direction = asked.direction ?? "next";
  const limit = parseAndClampPageLimit(asked.limit);
  const filter = {
    search: asked.search,
    status: asked.status,
    tags: parseTagFilter(asked.tag),
    ids: asked.ids === undefined ? undefined : parseIdFilter(asked.ids),
  };
  const from = asked.cursor ? decodeFlowCursor(asked.cursor, sort, order) : undefined;
  const { database } = context.store;
  const page = { ...filter, sort, order, direction, from, limit };
  const found = await readFlowPage(database, caller.organizationId, page);

  return serializePageResponse(
    { limit, direction, from, ...found },
    {
      textOf: (row) => serializeFlowListItem(row, context),
      placeAt: (row, offset): FlowCursor => ({ ...getFlowListPosition(row, sort), sort, order, offset }),
      count:
        asked.includeCount === "true" ? () => countFlows(database, caller.organizationId, filter) : undefined,
      countedTo: context.extras ? MAX_COUNTED_MATCHES : undefined,
    },
  );
}

export function parseIdFilter(text: string): readonly string[] {
  const ids = text === "" ? [] : text.split(",");
  if (ids.length <= MAX_LISTED_IDS && ids.every(isWellFormedId)) return ids;
  const message = `Expected at most ${MAX_LISTED_IDS} ids, separated by commas.`;
  throw createInvalidRequestError("The query is not valid.", {
    message,
    path: "ids",
    code: "INVALID_FORMAT",
  });
}
