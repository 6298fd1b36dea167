import { type SQL, and, eq, inArray, sql, sum } from "drizzle-orm";
import { type FlowSortField, type PublishState, MAX_LISTED_DESCRIPTION_LENGTH } from "#contract/flow.ts";
import { MAX_COUNTED_MATCHES } from "#contract/pagination.ts";
import { trimQueryRowsToPage } from "#server/domain/page-response.ts";
import type { DatabaseReader } from "./database.ts";
import { flowCountsTable, flowsTable } from "./tables.ts";
import {
  buildFlowAmongTaggedCondition,
  buildFlowHasTagCondition,
  readFlowTagCountsOf,
} from "./flow-tag-rows.ts";
import { type FlowNameSearch, countFlowsByName, selectFlowsByName } from "./select-flows-by-name.ts";
import { buildNameContainsCondition, countRowsUpTo, isSearchTextEmpty } from "./search.ts";

export interface FlowListPosition {
  readonly value: string | null;
  readonly id: string;
}

export interface FlowFilter {
  readonly search?: string | undefined;
  readonly status?: PublishState | undefined;
  /** Keys of tags; the list contains the flows that have all of them. */
  readonly tags?: readonly string[] | undefined;
  readonly ids?: readonly string[] | undefined;
}

export interface FlowPageQuery extends FlowFilter {
  readonly sort: FlowSortField;
  readonly order: "asc" | "desc";
  readonly direction: "next" | "prev";
  readonly from: FlowListPosition | undefined;
  readonly limit: number;
}

const columns = {
  id: flowsTable.id,
  name: flowsTable.name,
  description: sql<
    string | null
  >`left(${flowsTable.description}, ${sql.raw(String(MAX_LISTED_DESCRIPTION_LENGTH))})`,
  nameKey: flowsTable.nameKey,
  tags: flowsTable.tags,
  stepCount: flowsTable.stepCount,
  totalStepCount: flowsTable.totalStepCount,
  disabledStepCount: flowsTable.disabledStepCount,
  line: flowsTable.line,
  revision: flowsTable.revision,
  definitionHash: flowsTable.definitionHash,
  publishedVersionId: flowsTable.publishedVersionId,
  publishedVersionNumber: flowsTable.publishedVersionNumber,
  publishedHash: flowsTable.publishedHash,
  lastRunAt: flowsTable.lastRunAt,
  lastRunStatus: flowsTable.lastRunStatus,
  lastRunRecords: flowsTable.lastRunRecords,
  lastRunFailedRecords: flowsTable.lastRunFailedRecords,
  recentOutcomes: flowsTable.recentOutcomes,
  /** JSON of the newest batch of the flow that has not ended: its start and its number of records. */
  activeBatch: sql<string | null>`(
    SELECT json_build_object('createdAt', batches.created_at, 'records', batches.total_records)::text FROM batches
    WHERE batches.organization_id = flows.organization_id AND batches.flow_id = flows.id
      AND batches.status IN ('scheduled', 'running') AND NOT batches.is_virtual
    ORDER BY batches.created_at DESC LIMIT 1
  )`,
  createdAt: flowsTable.createdAt,
  updatedAt: flowsTable.updatedAt,
};

const sortColumns = {
  updatedAt: flowsTable.updatedAt,
  createdAt: flowsTable.createdAt,
  name: flowsTable.nameKey,
  lastRunAt: flowsTable.lastRunAt,
} as const;

export type FlowListRow = Awaited<ReturnType<typeof buildFlowPageSelectQuery>>[number];

export async function readFlowPage(
  reader: DatabaseReader,
  organizationId: string,
  query: FlowPageQuery,
): Promise<{ readonly rows: readonly FlowListRow[]; readonly isMore: boolean }> {
  const filtered = { ...query, ...(await planTagFilter(reader, organizationId, query)) };
  return trimQueryRowsToPage(
    await buildFlowPageSelectQuery(reader, organizationId, filtered),
    query.limit,
    query.direction,
  );
}

export function getFlowListPosition(row: FlowListRow, sort: FlowSortField): FlowListPosition {
  const value = sort === "name" ? row.nameKey : (row[sort]?.toISOString() ?? null);
  return { value, id: row.id };
}

export async function countFlows(
  reader: DatabaseReader,
  organizationId: string,
  filter: FlowFilter,
): Promise<number | undefined> {
  const { tags = [], ids } = filter;
  if (isSearchTextEmpty(filter.search) && !ids) {
    if (tags.length === 1 && !filter.status)
      return (await readFlowTagCountsOf(reader, organizationId, tags)).get(tags[0] ?? "") ?? 0;
    if (tags.length === 0) {
      const [row] = await reader
        .select({ total: sum(flowCountsTable.flows).mapWith(Number) })
        .from(flowCountsTable)
        .where(
          and(
            eq(flowCountsTable.organizationId, organizationId),
            filter.status && eq(flowCountsTable.publishState, filter.status),
          ),
        );
      return row?.total ?? 0;
    }
  }
  const resolved = { ...filter, ...(await planTagFilter(reader, organizationId, filter)) };
  if (isFoundByName(resolved)) {
    const search = buildNameSearch(organizationId, { ...resolved, ...ANY_ORDER });
    const { rows } = await reader.execute(countFlowsByName(search, MAX_COUNTED_MATCHES + 1));
    const total = Number(rows[0]?.["total"] ?? 0);
    return total > MAX_COUNTED_MATCHES ? undefined : total;
  }
  return countRowsUpTo(
    reader,
    flowsTable,
    buildFilterCondition(organizationId, resolved),
    MAX_COUNTED_MATCHES,
  );
}

export function buildFlowPageSelectQuery(
  reader: DatabaseReader,
  organizationId: string,
  query: FlowPageQuery & PlannedFlowFilter,
) {
  const order = buildOrder(query);
  const where = and(buildFilterCondition(organizationId, query), isPast(query));
  const limit = query.limit + 1;
  const isOwn = eq(flowsTable.organizationId, organizationId);
  const select = (condition: SQL | undefined) =>
    reader
      .select(columns)
      .from(flowsTable)
      .where(condition)
      .orderBy(...order)
      .limit(limit);
  if (isFoundByName(query)) {
    const found = selectFlowsByName(buildNameSearch(organizationId, query), limit);
    // PostgreSQL plans an array of unknown length as short, so it never scans all flows.
    return select(and(isOwn, sql`${flowsTable.id} = ANY(ARRAY(${found}))`));
  }
  const hasIdFilter = query.ids !== undefined || query.rareTag !== undefined || (query.tags ?? []).length > 0;
  if (!hasIdFilter) return select(where);
  // An index-only scan: a filter without matches scans all flows, which is slow with whole rows.
  const ids = reader
    .select({ id: flowsTable.id })
    .from(flowsTable)
    .where(where)
    .orderBy(...order)
    .limit(limit);
  return select(and(isOwn, inArray(flowsTable.id, ids)));
}

type FlowOrder = Pick<FlowPageQuery, "sort" | "order" | "direction" | "from">;

const ANY_ORDER: FlowOrder = { sort: "updatedAt", order: "desc", direction: "next", from: undefined };

function isAscending({ order, direction }: FlowOrder): boolean {
  return (order === "asc") === (direction === "next");
}

/** In the direction of paging. Null sort values are last. */
function buildOrder(query: FlowOrder): readonly SQL[] {
  const { sort, direction } = query;
  const sqlOrder = isAscending(query) ? sql`ASC` : sql`DESC`;
  const nulls = sort !== "lastRunAt" ? sql`` : direction === "next" ? sql` NULLS LAST` : sql` NULLS FIRST`;
  return [sql`${sortColumns[sort]} ${sqlOrder}${nulls}`, sql`${flowsTable.id} ${sqlOrder}`];
}

function isPast(query: FlowOrder): SQL | undefined {
  const { sort, direction, from } = query;
  if (!from) return undefined;
  const column = sortColumns[sort];
  const operator = isAscending(query) ? sql`>` : sql`<`;
  if (from.value === null) {
    const isAmongNulls = sql`(${column} IS NULL AND ${flowsTable.id} ${operator} ${from.id})`;
    return direction === "next" ? isAmongNulls : sql`(${column} IS NOT NULL OR ${isAmongNulls})`;
  }
  const value = sort === "name" ? sql`${from.value}` : sql`${from.value}::timestamptz`;
  const isPastValue = sql`(${column}, ${flowsTable.id}) ${operator} (${value}, ${from.id})`;
  return sort === "lastRunAt" && direction === "next"
    ? sql`(${isPastValue} OR ${column} IS NULL)`
    : isPastValue;
}

/** Maximum number of flows with a tag that are looked up one by one. */
const MAX_LOOKED_UP = 5000;

interface PlannedFlowFilter extends FlowFilter {
  /** A tag that few flows have, which are looked up by their ids. `tags` contains only the other tags. */
  readonly rareTag?: string | undefined;
}

/** Few flows of the rarest tag are looked up. Otherwise reads in the list's order until the page is full. */
async function planTagFilter(
  reader: DatabaseReader,
  organizationId: string,
  { tags = [], ids }: FlowFilter,
): Promise<Pick<PlannedFlowFilter, "tags" | "rareTag">> {
  if (tags.length === 0 || ids) return { tags };
  const counts = await readFlowTagCountsOf(reader, organizationId, tags);
  const countOf = (key: string) => counts.get(key) ?? 0;
  const [rarest = "", ...others] = tags.toSorted((a, b) => countOf(a) - countOf(b));
  return countOf(rarest) > MAX_LOOKED_UP ? { tags: [rarest, ...others] } : { rareTag: rarest, tags: others };
}

/** Whether the search finds the flows, and not ids. */
function isFoundByName({ search, ids, rareTag }: PlannedFlowFilter): boolean {
  return !isSearchTextEmpty(search) && ids === undefined && rareTag === undefined;
}

function buildNameSearch(organizationId: string, query: PlannedFlowFilter & FlowOrder): FlowNameSearch {
  const { search, status, tags = [] } = query;
  return {
    organizationId,
    search,
    range: and(buildFilterCondition(organizationId, { status }), isPast(query)),
    others: and(...tags.map(buildFlowHasTagCondition)),
    sort: sortColumns[query.sort],
    order: sql.join([...buildOrder(query)], sql`, `),
  };
}

function buildFilterCondition(organizationId: string, filter: PlannedFlowFilter): SQL | undefined {
  return and(
    eq(flowsTable.organizationId, organizationId),
    filter.status && eq(flowsTable.publishState, filter.status),
    filter.ids && (filter.ids.length === 0 ? sql`false` : inArray(flowsTable.id, [...filter.ids])),
    filter.rareTag === undefined ? undefined : buildFlowAmongTaggedCondition(organizationId, filter.rareTag),
    ...(filter.tags ?? []).map(buildFlowHasTagCondition),
    buildNameContainsCondition(flowsTable, filter.search),
  );
}
