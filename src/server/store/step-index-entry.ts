import { setImmediate as nextTurn } from "node:timers/promises";
import { type SQL, and, eq, sql } from "drizzle-orm";
import type { StepUseKind } from "#contract/step-search.ts";
import type { DatabaseReader, DatabaseTransaction } from "./database.ts";
import { flowsTable, stepIndexTable } from "./tables.ts";

/** A name that steps use, or a word of steps' names. `key` is the normalized form that a search compares. */
export interface StepTerm {
  readonly kind: StepUseKind | "word";
  readonly term: string;
  readonly key: string;
}

/** The entry of a flow in the index. `steps` is JSON text. */
export interface StepIndexEntry {
  readonly steps: string;
  readonly terms: readonly StepTerm[];
  readonly isPartial: boolean;
}

/** Rows per statement: the embedded store blocks the server while it runs a statement. */
const ROWS_PER_STATEMENT = 400;

interface FlowPlace {
  readonly organizationId: string;
  readonly flowId: string;
}

/** What a save compares with; `steps` is JSON text. */
export interface StoredStepIndexEntry {
  readonly flowNumber: number;
  readonly steps: string;
  readonly isPartial: boolean;
}

export async function readStepIndexEntry(
  tx: DatabaseTransaction,
  { organizationId, flowId }: FlowPlace,
): Promise<StoredStepIndexEntry | undefined> {
  const { rows } = await tx.execute(sql`
    SELECT flow_number AS "flowNumber", steps, is_partial AS "isPartial" FROM step_index
    WHERE organization_id = ${organizationId} AND flow_id = ${flowId}`);
  return rows[0] as StoredStepIndexEntry | undefined;
}

export async function insertStepIndexEntry(
  tx: DatabaseTransaction,
  place: FlowPlace,
  entry: StepIndexEntry,
): Promise<void> {
  await insertEntry(tx, place, entry, await ensureStepTerms(tx, place.organizationId, entry.terms));
}

/** Adds a flow to the index, or replaces its entry. The caller holds the lock of the flow's row. */
export async function writeStepIndexEntry(
  tx: DatabaseTransaction,
  place: FlowPlace,
  entry: StepIndexEntry,
): Promise<void> {
  const termIds = await ensureStepTerms(tx, place.organizationId, entry.terms);
  const { flowNumber, termIds: stored } = stepIndexTable;
  const [old] = await tx.select({ flowNumber, stored }).from(stepIndexTable).where(isEntryOf(place));
  if (!old) return insertEntry(tx, place, entry, termIds);
  const before = new Set(old.stored);
  const after = new Set(termIds);
  const added = termIds.filter((id) => !before.has(id));
  const removed = old.stored.filter((id) => !after.has(id));
  const change = { ...entry, flowNumber: old.flowNumber, added, removed };
  await updateEntry(tx, place, { ...change, termIds: arrayOf(termIds) });
}

interface StepIndexEntryChange {
  readonly flowNumber: number;
  /** JSON text of the indexed steps; undefined if they are the same. */
  readonly steps: string | undefined;
  readonly isPartial: boolean;
  readonly added: readonly StepTerm[];
  readonly removed: readonly StepTerm[];
}

/** Writes only what changed. The entry must be that of the definition before the save. */
export async function changeStepIndexEntry(
  tx: DatabaseTransaction,
  place: FlowPlace,
  { flowNumber, steps, isPartial, ...terms }: StepIndexEntryChange,
): Promise<void> {
  const { added, removed } = await findAndAddTerms(tx, place.organizationId, terms);
  const kept =
    removed.length === 0
      ? sql`term_ids`
      : sql`ARRAY(SELECT id FROM unnest(term_ids) AS id WHERE id <> ALL (${arrayOf(removed)}))`;
  const termIds = sql`${kept} || ${arrayOf(added)}`;
  await updateEntry(tx, place, { flowNumber, steps, isPartial, termIds, added, removed });
}

const isEntryOf = ({ organizationId, flowId }: FlowPlace) =>
  and(eq(stepIndexTable.organizationId, organizationId), eq(stepIndexTable.flowId, flowId));

const arrayOf = (ids: readonly number[]) => sql`${`{${ids.join(",")}}`}::integer[]`;

async function insertEntry(
  tx: DatabaseTransaction,
  { organizationId, flowId }: FlowPlace,
  { steps, isPartial }: StepIndexEntry,
  termIds: readonly number[],
): Promise<void> {
  const [first = []] = chunk(termIds);
  const { rows } = await tx.execute(sql`
    WITH entry AS (
      INSERT INTO step_index (organization_id, flow_id, term_ids, steps, is_partial)
      VALUES (${organizationId}, ${flowId}, ${arrayOf(termIds)}, ${steps}::json, ${isPartial})
      RETURNING flow_number
    ), postings AS (
      INSERT INTO step_postings (organization_id, term_id, flow_number)
      SELECT ${organizationId}, term_id, flow_number FROM entry, unnest(${arrayOf(first)}) AS term_id
    )
    SELECT flow_number FROM entry`);
  const rest = termIds.slice(first.length);
  await insertPostings(tx, organizationId, Number(rows[0]?.["flow_number"]), rest);
}

interface EntryChange {
  readonly flowNumber: number;
  readonly steps: string | undefined;
  readonly isPartial: boolean;
  readonly termIds: SQL;
  readonly added: readonly number[];
  readonly removed: readonly number[];
}

async function updateEntry(
  tx: DatabaseTransaction,
  { organizationId, flowId }: FlowPlace,
  { flowNumber, steps, isPartial, termIds, added, removed }: EntryChange,
): Promise<void> {
  const columns = [sql`is_partial = ${isPartial}`];
  if (steps !== undefined) columns.push(sql`steps = ${steps}::json`);
  if (added.length + removed.length > 0) columns.push(sql`term_ids = ${termIds}`);
  const [firstAdded = []] = chunk(added);
  const [firstRemoved = []] = chunk(removed);
  const postings: SQL[] = [];
  if (removed.length > 0) {
    postings.push(sql`removed AS (
      DELETE FROM step_postings WHERE flow_number = ${flowNumber} AND term_id = ANY (${arrayOf(firstRemoved)}))`);
  }
  if (added.length > 0) {
    postings.push(sql`added AS (
      INSERT INTO step_postings (organization_id, term_id, flow_number)
      SELECT ${organizationId}, term_id, ${flowNumber}::integer FROM unnest(${arrayOf(firstAdded)}) AS term_id
      ON CONFLICT DO NOTHING)`);
  }
  await tx.execute(sql`
    ${postings.length > 0 ? sql`WITH ${sql.join(postings, sql`, `)}` : undefined}
    UPDATE step_index SET ${sql.join(columns, sql`, `)}
    WHERE organization_id = ${organizationId} AND flow_id = ${flowId}`);
  await deletePostings(tx, flowNumber, removed.slice(firstRemoved.length));
  await insertPostings(tx, organizationId, flowNumber, added.slice(firstAdded.length));
}

/** Returns the numbers of the terms, and adds missing terms. */
export async function ensureStepTerms(
  tx: DatabaseTransaction,
  organizationId: string,
  terms: readonly StepTerm[],
): Promise<readonly number[]> {
  const { added } = await findAndAddTerms(tx, organizationId, { added: terms, removed: [] });
  return added;
}

/** Returns the numbers of all terms, those to be removed included, and adds those of `added` that are missing. */
async function findAndAddTerms(
  tx: DatabaseTransaction,
  organizationId: string,
  { added, removed }: Readonly<Record<"added" | "removed", readonly StepTerm[]>>,
): Promise<Readonly<Record<"added" | "removed", readonly number[]>>> {
  const ids = new Map<string, number>();
  const listIds = (terms: readonly StepTerm[]) => [
    ...new Set(terms.flatMap((term) => ids.get(getTermId(term)) ?? [])),
  ];
  // Adds terms in one order, so that two transactions never wait for each other.
  let missing = [...new Map(added.map((term) => [getTermId(term), term])).values()].toSorted(compareTerms);
  let wanted = [...missing, ...removed];
  // The second round finds terms that other transactions added meanwhile.
  for (let round = 0; round < 2 && wanted.length > 0; round += 1) {
    for (const part of chunk(wanted)) noteIds(ids, await findTerms(tx, organizationId, part));
    missing = missing.filter((term) => !ids.has(getTermId(term)));
    if (round > 0) break;
    for (const part of chunk(missing)) {
      noteIds(ids, await insertTerms(tx, organizationId, part));
      if (missing.length > ROWS_PER_STATEMENT) await nextTurn();
    }
    missing = missing.filter((term) => !ids.has(getTermId(term)));
    wanted = missing;
  }
  return { added: listIds(added), removed: listIds(removed) };
}

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));
const compareTerms = (a: StepTerm, b: StepTerm) => compare(a.kind, b.kind) || compare(a.term, b.term);

export const getTermId = ({ kind, term }: Pick<StepTerm, "kind" | "term">): string => `${kind} ${term}`;

type TermRow = Readonly<Record<string, unknown>>;

function noteIds(ids: Map<string, number>, rows: readonly TermRow[]): void {
  for (const row of rows) ids.set(`${String(row["kind"])} ${String(row["term"])}`, Number(row["id"]));
}

/** By arrays, whose length PostgreSQL knows: of a JSON list it expects so many rows that it reads all terms. */
async function findTerms(
  tx: DatabaseTransaction,
  organizationId: string,
  terms: readonly StepTerm[],
): Promise<readonly TermRow[]> {
  const [kinds, texts] = [terms.map(({ kind }) => kind), terms.map(({ term }) => term)].map((each) =>
    sql.param(each),
  );
  const found = await tx.execute(sql`
    SELECT id, kind, term FROM step_terms
    WHERE organization_id = ${organizationId}
      AND (kind, term) IN (SELECT * FROM unnest(${kinds}::text[], ${texts}::text[]))`);
  return found.rows;
}

async function insertTerms(
  tx: DatabaseTransaction,
  organizationId: string,
  terms: readonly StepTerm[],
): Promise<readonly TermRow[]> {
  const added = await tx.execute(sql`
    INSERT INTO step_terms (organization_id, kind, term, key)
    SELECT ${organizationId}, kind, term, key
    FROM json_to_recordset(${JSON.stringify(terms)}::json) AS added (kind text, term text, key text)
    ON CONFLICT DO NOTHING RETURNING id, kind, term`);
  return added.rows;
}

async function insertPostings(
  tx: DatabaseTransaction,
  organizationId: string,
  flowNumber: number,
  termIds: readonly number[],
): Promise<void> {
  for (const part of chunk(termIds)) {
    await tx.execute(sql`
      INSERT INTO step_postings (organization_id, term_id, flow_number)
      SELECT ${organizationId}, term_id, ${flowNumber}::integer FROM unnest(${arrayOf(part)}) AS term_id
      ON CONFLICT DO NOTHING`);
    if (termIds.length > ROWS_PER_STATEMENT) await nextTurn();
  }
}

async function deletePostings(
  tx: DatabaseTransaction,
  flowNumber: number,
  termIds: readonly number[],
): Promise<void> {
  for (const part of chunk(termIds)) {
    await tx.execute(
      sql`DELETE FROM step_postings WHERE flow_number = ${flowNumber} AND term_id = ANY (${arrayOf(part)})`,
    );
  }
}

function* chunk<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += ROWS_PER_STATEMENT)
    yield items.slice(from, from + ROWS_PER_STATEMENT);
}

export interface UnindexedFlow {
  readonly organizationId: string;
  readonly id: string;
  readonly definitionHash: string;
  /** JSON text of the steps. */
  readonly steps: string;
}

const isUnindexed = sql`${flowsTable.indexedHash} IS DISTINCT FROM ${flowsTable.definitionHash}`;

export async function countUnindexedFlows(reader: DatabaseReader): Promise<number> {
  const [row] = await reader
    .select({ flows: sql`count(*)`.mapWith(Number) })
    .from(flowsTable)
    .where(isUnindexed);
  return row?.flows ?? 0;
}

/** Reads the next flow that is not in the index, after the given place in the order of organizations and ids. */
export async function findUnindexedFlow(
  reader: DatabaseReader,
  after: Pick<UnindexedFlow, "organizationId" | "id"> | undefined,
): Promise<UnindexedFlow | undefined> {
  const { organizationId, id, definitionHash, steps } = flowsTable;
  const isAfter = after && sql`(${organizationId}, ${id}) > (${after.organizationId}, ${after.id})`;
  const [flow] = await reader
    .select({ organizationId, id, definitionHash, steps })
    .from(flowsTable)
    .where(and(isUnindexed, isAfter))
    .orderBy(organizationId, id)
    .limit(1);
  return flow;
}

/** False if the flow was changed or deleted meanwhile, or another transaction has locked it. */
export async function claimUnindexedFlow(
  tx: DatabaseTransaction,
  { organizationId, id, definitionHash }: UnindexedFlow,
): Promise<boolean> {
  const isSame = and(
    eq(flowsTable.organizationId, organizationId),
    eq(flowsTable.id, id),
    eq(flowsTable.definitionHash, definitionHash),
    isUnindexed,
  );
  const [locked] = await tx
    .select({ id: flowsTable.id })
    .from(flowsTable)
    .where(isSame)
    .for("update", { skipLocked: true });
  if (!locked) return false;
  await tx.update(flowsTable).set({ indexedHash: definitionHash }).where(isSame);
  return true;
}
