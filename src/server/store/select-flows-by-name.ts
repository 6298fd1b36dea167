import { type SQL, and, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { buildNameContainsCondition, listNameNgrams } from "./search.ts";
import { flowsTable } from "./tables.ts";

/** Number of the newest flows in which the parts of a search are counted. */
const SAMPLE = 100;
/** The index finds parts that this many flows of the sample contain, or fewer. */
const MAX_RARE = 5;
/** Above this number of flows with rare parts, reading all of them takes longer than reading the list in its order. */
const MAX_FOUND = 5000;

export interface FlowNameSearch {
  readonly organizationId: string;
  readonly search: string | undefined;
  /** Conditions of the index in whose order flows are listed. */
  readonly range: SQL | undefined;
  /** Conditions that are tested flow by flow. */
  readonly others: SQL | undefined;
  readonly sort: PgColumn;
  readonly order: SQL;
}

/**
 * Selects the ids of the first flows. The index finds rare parts of a search; if all are frequent, the flows are read in the
 * order of the list. A sample decides, so that the plan depends neither on the number of flows nor on statistics.
 */
export function selectFlowsByName(search: FlowNameSearch, limit: number): SQL {
  const { range, others, order } = search;
  const isPart = sql`(SELECT count(*) FROM found) = ${MAX_FOUND}`;
  return sql`
    WITH ${buildFoundFlows(search)}
    (SELECT id FROM found AS flows WHERE ${and(range, others)} ORDER BY ${order} LIMIT ${limit})
    UNION ALL ${selectInOrder(search, sql`(SELECT parts FROM rare) IS NULL OR ${isPart}`, limit)}`;
}

/** Counts the flows up to `limit`. Begins with `SELECT`: the embedded store takes other statements for changes. */
export function countFlowsByName(search: FlowNameSearch, limit: number): SQL {
  const { range, others } = search;
  const isPart = sql`(SELECT count(*) FROM found) = ${MAX_FOUND} AND (SELECT count(*) FROM own) < ${limit}`;
  return sql`
    SELECT (
      WITH ${buildFoundFlows(search)},
      own AS MATERIALIZED (SELECT id FROM found AS flows WHERE ${and(range, others)} LIMIT ${limit}),
      rest AS MATERIALIZED ${selectInOrder(search, sql`(SELECT parts FROM rare) IS NULL OR ${isPart}`, limit)}
      SELECT greatest((SELECT count(*) FROM own), (SELECT count(*) FROM rest))
    ) AS total`;
}

function selectInOrder({ search, range, others, order }: FlowNameSearch, when: SQL, limit: number): SQL {
  const isMatch = and(range, buildNameContainsCondition(flowsTable, search), others);
  return sql`(SELECT id FROM flows WHERE (${when}) AND ${isMatch} ORDER BY ${order} LIMIT ${limit})`;
}

/**
 * The flows of all organizations with the rare parts, up to `MAX_FOUND`, none if no part is rare. With a condition for the
 * organization, but without statistics, PostgreSQL would read all of its flows.
 */
function buildFoundFlows({ organizationId: ownId, search, sort }: FlowNameSearch): SQL {
  const { organizationId, id, publishState } = flowsTable;
  const columns = sql.join([...new Set([organizationId, id, publishState, sort])], sql`, `);
  return sql`
    sample AS MATERIALIZED (
      SELECT name_key FROM flows WHERE organization_id = ${ownId}
      ORDER BY updated_at DESC, id DESC LIMIT ${SAMPLE}
    ), rare AS MATERIALIZED (
      SELECT array_agg(part) AS parts
      FROM json_array_elements_text(${JSON.stringify(listNameNgrams(search))}::json) AS parts (part)
      WHERE (SELECT count(*) FROM sample WHERE strpos(name_key, part) > 0) <= ${MAX_RARE}
    ), found AS MATERIALIZED (
      SELECT ${columns} FROM flows
      WHERE name_ngrams(name_key) @> (SELECT parts FROM rare)
        AND ${buildNameContainsCondition(flowsTable, search)}
      LIMIT ${MAX_FOUND}
    )`;
}
