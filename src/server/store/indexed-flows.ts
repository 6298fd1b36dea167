import { type SQL, sql } from "drizzle-orm";
import { type StepUseKind, STEP_INDEX_LIMITS } from "#contract/step-search.ts";
import type { DatabaseReader } from "./database.ts";
import { hasTrigramForSearchIndex } from "./search.ts";

/** Number of flows that a search for several words examines per round. */
const CANDIDATES_PER_ROUND = 100;
/** Then a search for words that rarely occur together returns a short page. */
const MAX_ROUNDS = 4;
const LAST_CHARACTER = "\u{10FFFF}";
const MAX_FLOW_NUMBER = 2_147_483_647;

export interface FoundTerms {
  readonly ids: readonly number[];
  /** Whether more terms contain the word than the search reads. */
  readonly isNarrowed: boolean;
}

/** Prefix matches first, the only ones for words without three consecutive letters or digits. */
export async function findTermsContaining(
  reader: DatabaseReader,
  organizationId: string,
  word: string,
): Promise<FoundTerms> {
  const most = STEP_INDEX_LIMITS.wordsPerQueryWord;
  const select = (condition: SQL) =>
    readIds(
      reader,
      sql`
    SELECT terms.id FROM step_terms AS terms
    -- Terms are never deleted, so some of them are in no flow.
    CROSS JOIN LATERAL (SELECT 1 FROM step_postings WHERE term_id = terms.id LIMIT 1) AS uses
    WHERE terms.organization_id = ${organizationId} AND ${condition} LIMIT ${most + 1}`,
    );
  const begins = await select(sql`terms.key >= ${word} AND terms.key < ${word + LAST_CHARACTER}`);
  if (begins.length > most) return { ids: begins.slice(0, most), isNarrowed: true };
  if (!hasTrigramForSearchIndex(word)) return { ids: begins, isNarrowed: false };
  const pattern = `%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  const contains = await select(sql`terms.key LIKE ${pattern}`);
  const ids = [...new Set([...begins, ...contains])];
  return { ids: ids.slice(0, most), isNarrowed: contains.length > most };
}

export async function findTerm(
  reader: DatabaseReader,
  organizationId: string,
  kind: StepUseKind,
  term: string,
): Promise<readonly number[]> {
  return readIds(
    reader,
    sql`
    SELECT id FROM step_terms
    WHERE organization_id = ${organizationId} AND kind = ${kind} AND term = ${term}`,
  );
}

export interface FlowNumberPage {
  readonly numbers: readonly number[];
  /** The number before which the next page begins; undefined at the end. */
  readonly next: number | undefined;
}

/** Newest first. Takes the same time however many flows match. */
export async function findFlowsWithTerms(
  reader: DatabaseReader,
  lists: readonly (readonly number[])[],
  { before = MAX_FLOW_NUMBER, limit }: { readonly before?: number | undefined; readonly limit: number },
): Promise<FlowNumberPage> {
  const [only] = lists;
  if (only === undefined || lists.some((ids) => ids.length === 0)) return { numbers: [], next: undefined };
  if (lists.length === 1) {
    const found = await readIds(reader, selectNewestFlows(only, before, limit + 1));
    return { numbers: found.slice(0, limit), next: found.length > limit ? found[limit - 1] : undefined };
  }
  const [rarest = only, ...others] = await sortByFrequency(reader, lists);
  const numbers: number[] = [];
  let next: number | undefined = before;
  for (let round = 0; round < MAX_ROUNDS && next !== undefined && numbers.length < limit; round += 1) {
    const candidates: readonly number[] = await readIds(
      reader,
      selectNewestFlows(rarest, next, CANDIDATES_PER_ROUND),
    );
    const fitting = await filterFlowsWithAll(reader, candidates, others);
    next = candidates.length < CANDIDATES_PER_ROUND ? undefined : candidates.at(-1);
    const room = limit - numbers.length;
    if (fitting.length > room || (fitting.length === room && next !== undefined)) next = fitting[room - 1];
    numbers.push(...fitting.slice(0, room));
  }
  return { numbers, next };
}

/** Counts the flows with a term. Undefined if there are more than `most`. */
export async function countFlowsWithTerm(
  reader: DatabaseReader,
  termId: number,
  most: number,
): Promise<number | undefined> {
  const { rows } = await reader.execute(sql`
    SELECT count(*) AS total
    FROM (SELECT 1 FROM step_postings WHERE term_id = ${termId} LIMIT ${most + 1}) AS counted`);
  const total = Number(rows[0]?.["total"] ?? 0);
  return total > most ? undefined : total;
}

export interface IndexedFlowRow {
  readonly id: string;
  readonly name: string;
  readonly revision: number;
  readonly definitionHash: string;
  readonly isPublished: boolean;
  readonly totalStepCount: number;
  readonly disabledStepCount: number;
  /** JSON text of the indexed steps. */
  readonly steps: string;
}

/** Reads the flows of a page in the order of the numbers. A flow that was deleted meanwhile is left out. */
export async function readIndexedFlows(
  reader: DatabaseReader,
  organizationId: string,
  numbers: readonly number[],
): Promise<readonly IndexedFlowRow[]> {
  if (numbers.length === 0) return [];
  const { rows } = await reader.execute(sql`
    SELECT entries.flow_number, entries.steps, flows.id, flows.name, flows.revision, flows.definition_hash,
      flows.published_version_id IS NOT NULL AS is_published, coalesce(flows.total_step_count, flows.step_count) AS total_step_count,
      flows.disabled_step_count
    FROM step_index AS entries
    JOIN flows ON flows.organization_id = entries.organization_id AND flows.id = entries.flow_id
    WHERE entries.organization_id = ${organizationId} AND entries.flow_number = ANY (${arrayOf(numbers)})
    ORDER BY entries.flow_number DESC`);
  return rows.map((row) => ({
    id: String(row["id"]),
    name: String(row["name"]),
    revision: Number(row["revision"]),
    definitionHash: String(row["definition_hash"]),
    isPublished: row["is_published"] === true,
    totalStepCount: Number(row["total_step_count"]),
    disabledStepCount: Number(row["disabled_step_count"]),
    // The drivers differ in whether they parse JSON columns of raw queries.
    steps: typeof row["steps"] === "string" ? row["steps"] : JSON.stringify(row["steps"]),
  }));
}

/** Counts the flows of the organization that are not in the index, or only partly, up to `most` each. */
export async function readStepIndexState(
  reader: DatabaseReader,
  organizationId: string,
  most: number,
): Promise<{ readonly pendingFlows: number; readonly partialFlows: number }> {
  const { rows } = await reader.execute(sql`
    SELECT
      (SELECT count(*) FROM (SELECT 1 FROM flows WHERE organization_id = ${organizationId}
        AND indexed_hash IS DISTINCT FROM definition_hash LIMIT ${most}) AS pending) AS pending,
      (SELECT count(*) FROM (SELECT 1 FROM step_index WHERE organization_id = ${organizationId}
        AND is_partial LIMIT ${most}) AS partial) AS partial`);
  return {
    pendingFlows: Number(rows[0]?.["pending"] ?? 0),
    partialFlows: Number(rows[0]?.["partial"] ?? 0),
  };
}

/** Reads the newest flows of each term by its index, so that the cost does not depend on how many flows have the term. */
function selectNewestFlows(termIds: readonly number[], before: number, limit: number): SQL {
  return sql`
    SELECT DISTINCT uses.flow_number AS id
    FROM json_array_elements_text(${JSON.stringify(termIds)}::json) AS terms (id)
    CROSS JOIN LATERAL (
      SELECT flow_number FROM step_postings
      WHERE term_id = terms.id::integer AND flow_number < ${before}::integer
      ORDER BY flow_number DESC LIMIT ${limit}
    ) AS uses
    ORDER BY 1 DESC LIMIT ${limit}`;
}

async function sortByFrequency(
  reader: DatabaseReader,
  lists: readonly (readonly number[])[],
): Promise<readonly (readonly number[])[]> {
  const counts = lists.map(
    (ids) => sql`
    (SELECT count(*) FROM (
      SELECT 1 FROM step_postings WHERE term_id = ANY (${arrayOf(ids)}) LIMIT ${CANDIDATES_PER_ROUND}) AS counted)`,
  );
  const columns = counts.map((count, index) => sql`${count} AS ${sql.identifier(`c${index}`)}`);
  const { rows } = await reader.execute(sql`SELECT ${sql.join(columns, sql`, `)}`);
  const frequencies = lists.map((_, index) => Number(rows[0]?.[`c${index}`] ?? 0));
  return lists
    .map((ids, index) => ({ ids, frequency: frequencies[index] ?? 0 }))
    .toSorted((a, b) => a.frequency - b.frequency)
    .map(({ ids }) => ids);
}

async function filterFlowsWithAll(
  reader: DatabaseReader,
  numbers: readonly number[],
  lists: readonly (readonly number[])[],
): Promise<readonly number[]> {
  if (numbers.length === 0) return numbers;
  // A join with LIMIT reads the index once per flow; for EXISTS, PostgreSQL may read all flows of a frequent term.
  const conditions = lists.map(
    (ids, index) => sql`
      CROSS JOIN LATERAL (
        SELECT 1 FROM step_postings
        WHERE term_id = ANY (${arrayOf(ids)}) AND flow_number = candidates.id::integer LIMIT 1
      ) AS ${sql.identifier(`uses_${index}`)}`,
  );
  return readIds(
    reader,
    sql`
      SELECT candidates.id::integer AS id
      FROM json_array_elements_text(${JSON.stringify(numbers)}::json) AS candidates (id)
      ${sql.join(conditions)} ORDER BY 1 DESC`,
  );
}

const arrayOf = (ids: readonly number[]) =>
  sql`ARRAY(SELECT value::integer FROM json_array_elements_text(${JSON.stringify(ids)}::json))`;

async function readIds(reader: DatabaseReader, query: SQL): Promise<readonly number[]> {
  const { rows } = await reader.execute(query);
  return rows.map((row) => Number(row["id"]));
}
