import type { FlowSort, ListFlowsQuery } from "#contract/flow.ts";
import type { Answer } from "#server/answer.ts";
import type { Caller } from "#server/caller.ts";
import { answerPage, clampLimit } from "#server/paging.ts";
import { countFlows, positionOf, readFlowPage } from "#server/store/flow-page.ts";
import { flowListItemText } from "./flow-answer.ts";
import type { FlowContext } from "./flow-context.ts";
import { type FlowCursor, readFlowCursor } from "./flow-cursor.ts";

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
  const found = await readFlowPage(database, caller.organizationId, page);

  return answerPage(
    { limit, direction, from, ...found },
    {
      textOf: (row) => flowListItemText(row, context),
      placeAt: (row, offset): FlowCursor => ({ ...positionOf(row, sort), sort, order, offset }),
      count:
        asked.includeCount === "true" ? () => countFlows(database, caller.organizationId, filter) : undefined,
    },
  );
}
