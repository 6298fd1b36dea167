import { type SQL, and, eq, sql, sum } from "drizzle-orm";
import type { FlowSort, PublishState } from "#contract/flow.ts";
import { cutPage } from "#server/paging.ts";
import type { Reader } from "./database.ts";
import { flowCounts, flows } from "./schema.ts";
import { countUpTo, holdsKey, searchKey } from "./search.ts";

/** A place in a sorted list: the sort value and id of the row that it stands at. */
export interface FlowPosition {
  readonly value: string | null;
  readonly id: string;
}

export interface FlowFilter {
  readonly search?: string | undefined;
  readonly status?: PublishState | undefined;
}

export interface FlowPageQuery extends FlowFilter {
  readonly sort: FlowSort;
  readonly order: "asc" | "desc";
  readonly direction: "next" | "prev";
  readonly from: FlowPosition | undefined;
  readonly limit: number;
}

/** What a list shows of a flow. The text of its steps, which may be megabytes, is never read for it. */
const columns = {
  id: flows.id,
  name: flows.name,
  nameKey: flows.nameKey,
  stepCount: flows.stepCount,
  disabledStepCount: flows.disabledStepCount,
  line: flows.line,
  revision: flows.revision,
  definitionHash: flows.definitionHash,
  publishedVersionId: flows.publishedVersionId,
  publishedVersionNumber: flows.publishedVersionNumber,
  publishedHash: flows.publishedHash,
  lastRunAt: flows.lastRunAt,
  lastRunStatus: flows.lastRunStatus,
  createdAt: flows.createdAt,
  updatedAt: flows.updatedAt,
};

const sortColumns = {
  updatedAt: flows.updatedAt,
  createdAt: flows.createdAt,
  name: flows.nameKey,
  lastRunAt: flows.lastRunAt,
} as const;

export type FlowListRow = Awaited<ReturnType<typeof selectFlows>>[number];

/** Under a search the total is counted only this far. */
const MAX_COUNT = 1000;

/** One keyset page in the order of the list, and whether rows follow it in the direction of travel. */
export async function readFlowPage(
  reader: Reader,
  organizationId: string,
  query: FlowPageQuery,
): Promise<{ readonly rows: readonly FlowListRow[]; readonly isMore: boolean }> {
  return cutPage(await selectFlows(reader, organizationId, query), query.limit, query.direction);
}

export function positionOf(row: FlowListRow, sort: FlowSort): FlowPosition {
  const value = sort === "name" ? row.nameKey : (row[sort]?.toISOString() ?? null);
  return { value, id: row.id };
}

/** The number of flows, or undefined where a search matches more than is worth counting. */
export async function countFlows(
  reader: Reader,
  organizationId: string,
  filter: FlowFilter,
): Promise<number | undefined> {
  if (searchKey(filter.search) === "") {
    const [row] = await reader
      .select({ total: sum(flowCounts.flows).mapWith(Number) })
      .from(flowCounts)
      .where(
        and(
          eq(flowCounts.organizationId, organizationId),
          filter.status && eq(flowCounts.publishState, filter.status),
        ),
      );
    return row?.total ?? 0;
  }
  return countUpTo(reader, flows, matches(organizationId, filter), MAX_COUNT);
}

function selectFlows(reader: Reader, organizationId: string, query: FlowPageQuery) {
  const column = sortColumns[query.sort];
  const isUp = (query.order === "asc") === (query.direction === "next");
  const way = isUp ? sql`ASC` : sql`DESC`;
  const nulls =
    query.sort !== "lastRunAt" ? sql`` : query.direction === "next" ? sql` NULLS LAST` : sql` NULLS FIRST`;
  return reader
    .select(columns)
    .from(flows)
    .where(and(matches(organizationId, query), isPast(query, isUp)))
    .orderBy(sql`${column} ${way}${nulls}`, sql`${flows.id} ${way}`)
    .limit(query.limit + 1);
}

/** Rows past the position in the direction of travel. A missing sort value counts as the last one. */
function isPast({ sort, direction, from }: FlowPageQuery, isUp: boolean): SQL | undefined {
  if (!from) return undefined;
  const column = sortColumns[sort];
  const operator = isUp ? sql`>` : sql`<`;
  if (from.value === null) {
    const isAmongNulls = sql`(${column} IS NULL AND ${flows.id} ${operator} ${from.id})`;
    return direction === "next" ? isAmongNulls : sql`(${column} IS NOT NULL OR ${isAmongNulls})`;
  }
  const value = sort === "name" ? sql`${from.value}` : sql`${from.value}::timestamptz`;
  const isPastValue = sql`(${column}, ${flows.id}) ${operator} (${value}, ${from.id})`;
  return sort === "lastRunAt" && direction === "next"
    ? sql`(${isPastValue} OR ${column} IS NULL)`
    : isPastValue;
}

function matches(organizationId: string, filter: FlowFilter): SQL | undefined {
  return and(
    eq(flows.organizationId, organizationId),
    filter.status && eq(flows.publishState, filter.status),
    matchesSearch(searchKey(filter.search)),
  );
}

/** Three letters and more are any part of the name; one or two begin a word of it, which has an index too. */
function matchesSearch(key: string): SQL | undefined {
  if (key === "") return undefined;
  if (/^[\p{L}\p{N}]{1,2}$/u.test(key)) return sql`${flows.nameStarts} @> ARRAY[${key}]::text[]`;
  return holdsKey(flows.nameKey, key);
}
