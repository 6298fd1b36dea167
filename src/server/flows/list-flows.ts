import type { FlowSort, ListFlowsQuery } from "#contract/flow.ts";
import { DEFAULT_LIMIT, MAX_LIMIT } from "#contract/pagination.ts";
import type { Answer } from "#server/answer.ts";
import type { Caller } from "#server/caller.ts";
import { countFlows, positionOf, readFlowPage } from "#server/store/flow-page.ts";
import { flowListItemText } from "./flow-answer.ts";
import type { FlowContext } from "./flow-context.ts";
import { type FlowCursor, readFlowCursor, writeFlowCursor } from "./flow-cursor.ts";

const DEFAULT_ORDER: Readonly<Record<FlowSort, "asc" | "desc">> = {
  updatedAt: "desc",
  createdAt: "desc",
  name: "asc",
  lastRunAt: "desc",
};

/** One page of flows. Cursors hold a place, not a row number, so that rows written meanwhile shift nothing. */
export async function listFlows(
  context: FlowContext,
  caller: Caller,
  query: ListFlowsQuery,
): Promise<Answer> {
  const asked = context.extras ? query : { ...query, sort: undefined, order: undefined, status: undefined };
  const sort = asked.sort ?? "updatedAt";
  const order = asked.order ?? DEFAULT_ORDER[sort];
  const direction = asked.direction ?? "next";
  const limit = clampLimit(asked.limit);
  const filter = { search: asked.search, status: asked.status };
  const from = asked.cursor ? readFlowCursor(asked.cursor, sort, order) : undefined;
  const { database } = context.store;
  const page = { ...filter, sort, order, direction, from, limit };
  const { rows, isMore } = await readFlowPage(database, caller.organizationId, page);

  const isForward = direction === "next";
  const hasMore = isForward ? isMore : from !== undefined && rows.length > 0;
  const hasPrev = isForward ? from !== undefined && rows.length > 0 : isMore;
  const start = Math.max(0, (from?.offset ?? 0) - (isForward || !from ? 0 : rows.length));
  const currentOffset = hasPrev ? start : 0;
  const cursorAt = (row: (typeof rows)[number] | undefined, offset: number) =>
    row ? writeFlowCursor({ ...positionOf(row, sort), sort, order, offset } satisfies FlowCursor) : null;
  const pagination = {
    limit,
    currentOffset,
    hasMore,
    hasPrev,
    nextCursor: hasMore ? cursorAt(rows.at(-1), currentOffset + rows.length) : null,
    prevCursor: hasPrev ? cursorAt(rows[0], currentOffset) : null,
    ...(asked.includeCount === "true" && (await countPages(context, caller, filter, limit, currentOffset))),
  };
  const items = rows.map((row) => flowListItemText(row, context)).join(",");
  return { status: 200, body: `{"data":[${items}],"pagination":${JSON.stringify(pagination)}}` };
}

async function countPages(
  context: FlowContext,
  caller: Caller,
  filter: Parameters<typeof countFlows>[2],
  limit: number,
  offset: number,
) {
  const totalCount = await countFlows(context.store.database, caller.organizationId, filter);
  if (totalCount === undefined) return {};
  return {
    totalCount,
    totalPages: Math.ceil(totalCount / limit),
    currentPage: Math.floor(offset / limit) + 1,
  };
}

export function clampLimit(limit: string | undefined): number {
  return limit === undefined ? DEFAULT_LIMIT : Math.min(MAX_LIMIT, Math.max(1, Number(limit)));
}
