import { type SQL, and, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import {
  buildNameContainsCondition,
  canUseTrigramIndex,
  listCharacterPairs,
  listIndexedWords,
} from "./search.ts";
import { flowsTable } from "./tables.ts";

/** Number of the newest flows in which the words of a search are counted. */
const SAMPLE = 200;
/** An index finds words that this many flows of the sample contain, or fewer. */
const MAX_RARE = 10;
const MAX_WORDS = 8;
/** Above this number of flows with rare words, reading all of them takes longer than reading the list in its order. */
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
 * Selects the ids of the first flows. An index finds rare words; if all words are frequent, the flows are read in the order
 * of the list. A sample decides, so that the plan depends neither on the number of flows nor on statistics.
 */
export function selectFlowsByName(search: FlowNameSearch, limit: number): SQL {
  const { range, others, order } = search;
  const isWhole = sql`(SELECT count(*) FROM found) < ${MAX_FOUND}`;
  return sql`
    WITH ${buildFoundFlows(search)}
    (SELECT id FROM found AS flows WHERE ${and(isWhole, range, others)} ORDER BY ${order} LIMIT ${limit})
    UNION ALL ${selectInOrder(search, sql`(SELECT words FROM rare) IS NULL OR NOT ${isWhole}`, limit)}`;
}

/** Counts the flows up to `limit`. Begins with `SELECT`: the embedded store takes other statements for changes. */
export function countFlowsByName(search: FlowNameSearch, limit: number): SQL {
  const { range, others } = search;
  const isPart = sql`(SELECT count(*) FROM found) = ${MAX_FOUND} AND (SELECT count(*) FROM own) < ${limit}`;
  return sql`
    SELECT (
      WITH ${buildFoundFlows(search)},
      own AS MATERIALIZED (SELECT id FROM found AS flows WHERE ${and(range, others)} LIMIT ${limit}),
      rest AS MATERIALIZED ${selectInOrder(search, sql`(SELECT words FROM rare) IS NULL OR ${isPart}`, limit)}
      SELECT greatest((SELECT count(*) FROM own), (SELECT count(*) FROM rest))
    ) AS total`;
}

function selectInOrder({ search, range, others, order }: FlowNameSearch, when: SQL, limit: number): SQL {
  const isMatch = and(range, buildNameContainsCondition(flowsTable, search), others);
  return sql`(SELECT id FROM flows WHERE (${when}) AND ${isMatch} ORDER BY ${order} LIMIT ${limit})`;
}

/** As in the index `flows_by_name_characters`. */
const CHARACTER_PAIRS = sql`(
  string_to_array(name_key, NULL)
  || string_to_array(regexp_replace(name_key, '(..)', E'\\\\1\\x1f', 'g'), E'\\x1f')
  || string_to_array(regexp_replace(substr(name_key, 2), '(..)', E'\\\\1\\x1f', 'g'), E'\\x1f')
)`;

/**
 * The flows of all organizations with the rare words, up to `MAX_FOUND`, none if no word is rare. With a condition for the
 * organization, but without statistics, PostgreSQL would read all of its flows.
 */
function buildFoundFlows({ organizationId: ownId, search, sort }: FlowNameSearch): SQL {
  const { organizationId, id, publishState } = flowsTable;
  const columns = sql.join([...new Set([organizationId, id, publishState, sort])], sql`, `);
  const [words, hasWords] = canUseTrigramIndex(search)
    ? [selectPattern(search), sql`name_key LIKE`]
    : [selectCharacterPairs(search), sql`${CHARACTER_PAIRS} @>`];
  return sql`
    sample AS MATERIALIZED (
      SELECT name_key FROM flows WHERE organization_id = ${ownId}
      ORDER BY updated_at DESC, id DESC LIMIT ${SAMPLE}
    ), rare AS MATERIALIZED (${words}), found AS MATERIALIZED (
      SELECT ${columns} FROM flows
      WHERE ${hasWords} (SELECT words FROM rare) AND ${buildNameContainsCondition(flowsTable, search)}
      LIMIT ${MAX_FOUND}
    )`;
}

/** A `LIKE` pattern of the rare words in their order. In the locale “C”, letters beyond ASCII have no trigrams. */
function selectPattern(search: string | undefined): SQL {
  const words = JSON.stringify(listIndexedWords(search).slice(0, MAX_WORDS));
  return sql`
    SELECT '%' || string_agg(word, '%' ORDER BY place) || '%' AS words
    FROM json_array_elements_text(${words}::json) WITH ORDINALITY AS words (word, place)
    WHERE show_trgm(word) <> '{}'
      AND (SELECT count(*) FROM sample WHERE name_key LIKE '%' || word || '%') <= ${MAX_RARE}`;
}

function selectCharacterPairs(search: string | undefined): SQL {
  const pairs = listCharacterPairs(search);
  if (pairs.length === 0) return sql`SELECT NULL::text[] AS words`;
  const uses = and(...pairs.map((pair) => sql`strpos(name_key, ${pair}) > 0`));
  return sql`
    SELECT CASE WHEN (SELECT count(*) FROM sample WHERE ${uses}) <= ${MAX_RARE}
      THEN ARRAY[${sql.join(
        pairs.map((pair) => sql`${pair}`),
        sql`, `,
      )}]::text[] END AS words`;
}
