import { setImmediate as nextTurn } from "node:timers/promises";
import { and, eq, sql } from "drizzle-orm";
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

export interface StoredStepIndexEntry {
  readonly flowNumber: number;
  readonly termIds: readonly number[];
  /** JSON text of the indexed steps. */
  readonly steps: string;
}

export async function readStepIndexEntry(
  tx: DatabaseTransaction,
  place: FlowPlace,
): Promise<StoredStepIndexEntry | undefined> {
  const { flowNumber, termIds, steps } = stepIndexTable;
  const [stored] = await tx
    .select({ flowNumber, termIds, steps })
    .from(stepIndexTable)
    .where(isEntryOf(place));
  return stored;
}

/** Adds a flow to the index, or replaces its entry. The caller holds the lock of the flow's row. */
export async function writeStepIndexEntry(
  tx: DatabaseTransaction,
  place: FlowPlace,
  entry: StepIndexEntry,
  stored: StoredStepIndexEntry | undefined,
): Promise<void> {
  const termIds = await ensureStepTerms(tx, place.organizationId, entry.terms);
  if (!stored) return insertEntry(tx, place, entry, termIds);
  const before = new Set(stored.termIds);
  const after = new Set(termIds);
  const added = termIds.filter((id) => !before.has(id));
  const removed = stored.termIds.filter((id) => !after.has(id));
  await updateEntry(tx, place, entry, { flowNumber: stored.flowNumber, termIds, added, removed });
}

interface StoredTermsChange {
  readonly stored: StoredStepIndexEntry;
  readonly added: readonly StepTerm[];
  readonly removed: readonly StepTerm[];
}

/** Only its added and removed terms. `stored` must contain the terms before the save. */
export async function changeStepIndexEntry(
  tx: DatabaseTransaction,
  place: FlowPlace,
  entry: StepIndexEntry,
  { stored, ...changed }: StoredTermsChange,
): Promise<void> {
  const added = await ensureStepTerms(tx, place.organizationId, changed.added);
  const removedIds = new Map<string, number>();
  for (const part of chunk(changed.removed))
    noteIds(removedIds, await findTerms(tx, place.organizationId, part));
  const removed = new Set(removedIds.values());
  const termIds = [...new Set([...stored.termIds.filter((id) => !removed.has(id)), ...added])];
  const change = { flowNumber: stored.flowNumber, termIds, added, removed: [...removed] };
  await updateEntry(tx, place, entry, change);
}

const isEntryOf = ({ organizationId, flowId }: FlowPlace) =>
  and(eq(stepIndexTable.organizationId, organizationId), eq(stepIndexTable.flowId, flowId));

const arrayOf = (ids: readonly number[]) =>
  sql`ARRAY(SELECT value::integer FROM json_array_elements_text(${JSON.stringify(ids)}::json))`;

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
  readonly termIds: readonly number[];
  readonly added: readonly number[];
  readonly removed: readonly number[];
}

async function updateEntry(
  tx: DatabaseTransaction,
  place: FlowPlace,
  { steps, isPartial }: StepIndexEntry,
  { flowNumber, termIds, added, removed }: EntryChange,
): Promise<void> {
  if (added.length + removed.length === 0) {
    await tx.update(stepIndexTable).set({ steps, isPartial }).where(isEntryOf(place));
    return;
  }
  const [firstAdded = []] = chunk(added);
  const [firstRemoved = []] = chunk(removed);
  await tx.execute(sql`
    WITH removed AS (
      DELETE FROM step_postings WHERE flow_number = ${flowNumber} AND term_id = ANY (${arrayOf(firstRemoved)})
    ), added AS (
      INSERT INTO step_postings (organization_id, term_id, flow_number)
      SELECT ${place.organizationId}, term_id, ${flowNumber}::integer FROM unnest(${arrayOf(firstAdded)}) AS term_id
      ON CONFLICT DO NOTHING
    )
    UPDATE step_index SET term_ids = ${arrayOf(termIds)}, steps = ${steps}::json, is_partial = ${isPartial}
    WHERE organization_id = ${place.organizationId} AND flow_id = ${place.flowId}`);
  await deletePostings(tx, flowNumber, removed.slice(firstRemoved.length));
  await insertPostings(tx, place.organizationId, flowNumber, added.slice(firstAdded.length));
}

/** Returns the numbers of the terms, and adds missing terms. */
export async function ensureStepTerms(
  tx: DatabaseTransaction,
  organizationId: string,
  terms: readonly StepTerm[],
): Promise<readonly number[]> {
  const ids = new Map<string, number>();
  // Adds terms in one order, so that two transactions never wait for each other.
  const distinct = [...new Map(terms.map((term) => [idOf(term), term])).values()];
  let missing = distinct.toSorted((a, b) => compare(a.kind, b.kind) || compare(a.term, b.term));
  // The second round finds terms that other transactions added meanwhile.
  for (let round = 0; round < 2 && missing.length > 0; round += 1) {
    for (const part of chunk(missing)) noteIds(ids, await findTerms(tx, organizationId, part));
    missing = missing.filter((term) => !ids.has(idOf(term)));
    if (round > 0) break;
    for (const part of chunk(missing)) {
      noteIds(ids, await insertTerms(tx, organizationId, part));
      if (missing.length > ROWS_PER_STATEMENT) await nextTurn();
    }
    missing = missing.filter((term) => !ids.has(idOf(term)));
  }
  return distinct.flatMap((term) => ids.get(idOf(term)) ?? []);
}

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));

const idOf = ({ kind, term }: Pick<StepTerm, "kind" | "term">) => `${kind} ${term}`;

type TermRow = Readonly<Record<string, unknown>>;

function noteIds(ids: Map<string, number>, rows: readonly TermRow[]): void {
  for (const row of rows) ids.set(`${String(row["kind"])} ${String(row["term"])}`, Number(row["id"]));
}

async function findTerms(
  tx: DatabaseTransaction,
  organizationId: string,
  terms: readonly StepTerm[],
): Promise<readonly TermRow[]> {
  const wanted = JSON.stringify(terms.map(({ kind, term }) => ({ kind, term })));
  const found = await tx.execute(sql`
    SELECT found.id, found.kind, found.term
    FROM json_to_recordset(${wanted}::json) AS wanted (kind text, term text)
    JOIN step_terms AS found
      ON found.organization_id = ${organizationId} AND found.kind = wanted.kind AND found.term = wanted.term`);
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
      SELECT ${organizationId}, value::integer, ${flowNumber}::integer
      FROM json_array_elements_text(${JSON.stringify(part)}::json)
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
