import type { FlowSort, ListFlowsQuery } from "#contract/flow.ts";
import { DEFAULT_LIMIT, MAX_LIMIT } from "#contract/pagination.ts";
import type { Answer } from "#server/answer.ts";
import type { Caller } from "#server/caller.ts";
import { describeCount, describePage } from "#server/paging.ts";
import { countFlows, positionOf, readFlowPage } from "#server/store/flow-page.ts";
import { flowListItemText } from "./flow-answer.ts";
import type { FlowContext } from "./flow-context.ts";
import { readFlowCursor, writeFlowCursor } from "./flow-cursor.ts";

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

  const place = describePage({ limit, direction, from, rows, isMore }, (row, offset) =>
    writeFlowCursor({ ...positionOf(row, sort), sort, order, offset }),
  );
  const pagination = {
    ...place,
    ...(asked.includeCount === "true" &&
      describeCount(await countFlows(database, caller.organizationId, filter), limit, place.currentOffset)),
  };
  const items = rows.map((row) => flowListItemText(row, context)).join(",");
  return { status: 200, body: `{"data":[${items}],"pagination":${JSON.stringify(pagination)}}` };
}

export function clampLimit(limit: string | undefined): number {
  return limit === undefined ? DEFAULT_LIMIT : Math.min(MAX_LIMIT, Math.max(1, Number(limit)));
}
