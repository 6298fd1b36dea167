import { type SQL, and, eq, sql } from "drizzle-orm";
import type { BatchKey, BatchRecordRow } from "./batch-record-rows.ts";
import { isLive, isOf } from "./batch-record-rows.ts";
import type { Database, Reader, Transaction } from "./database.ts";
import { batchRecords } from "./schema.ts";

/** Longer than a busy machine pauses, short enough to wait for when a worker died. */
const CLAIM_SECONDS = 20;

/** A record that one worker has for itself: its execution's id is the claim's name. */
export interface Claim extends BatchKey {
  readonly position: number;
  readonly recordId: string;
  readonly recordName: string | null;
  readonly executionId: string;
  /** Times that it was begun, this one counted. */
  readonly attempts: number;
}

/** What a claim ends with. */
export type ClaimEnd = Pick<
  BatchRecordRow,
  | "status"
  | "errorMessage"
  | "outputPreview"
  | "durationMs"
  | "contextSteps"
  | "promptsExecuted"
  | "totalTokens"
  | "estimatedCost"
> & { readonly claim: Claim; readonly completedAt: Date | null };

/** The claims that hold, which are the records under way. */
export async function countClaims(reader: Reader, batch: BatchKey): Promise<number> {
  const [row] = await reader
    .select({ held: sql`count(*)`.mapWith(Number) })
    .from(batchRecords)
    .where(and(isOf(batch), eq(batchRecords.status, "running"), sql`claimed_until > clock_timestamp()`));
  return row?.held ?? 0;
}

/**
 * Claims as many records as there are execution ids: those that wait, past the place `after` first, then those whose
 * workers died; as many as there are. Whoever names the last place that they claimed is spared the way through all that
 * ended before it, which is long where the database could not clean up yet.
 */
export async function claimRecords(
  tx: Transaction,
  batch: BatchKey,
  { executionIds, after, now }: { executionIds: readonly string[]; after: number; now: Date },
): Promise<readonly Claim[]> {
  const claims: Claim[] = [];
  for (const condition of [
    sql`status = 'waiting' AND position > ${after}::integer`,
    sql`status = 'waiting'`,
    sql`status = 'running' AND claimed_until <= clock_timestamp()`,
  ]) {
    const wanted = executionIds.slice(claims.length);
    if (wanted.length > 0) claims.push(...(await claimThose(tx, batch, condition, wanted, now)));
  }
  return claims;
}

async function claimThose(
  tx: Transaction,
  batch: BatchKey,
  condition: SQL,
  executionIds: readonly string[],
  now: Date,
): Promise<readonly Claim[]> {
  const { organizationId, batchId } = batch;
  const result = await tx.execute(sql`
    WITH free AS MATERIALIZED (
      SELECT ctid AS place, position FROM batch_records
      WHERE organization_id = ${organizationId} AND batch_id = ${batchId} AND ${condition}
      ORDER BY position LIMIT ${executionIds.length} FOR UPDATE SKIP LOCKED
    ), named AS (
      SELECT place, ${JSON.stringify(executionIds)}::json ->> (row_number() OVER (ORDER BY position) - 1)::integer AS name
      FROM free
    )
    UPDATE batch_records SET status = 'running', claim = named.name, execution_id = named.name,
      claimed_until = clock_timestamp() + make_interval(secs => ${CLAIM_SECONDS}), attempts = attempts + 1,
      started_at = ${now.toISOString()}::timestamptz
    FROM named WHERE batch_records.ctid = named.place
    RETURNING position, record_id, record_name, execution_id, attempts`);
  const claims = result.rows.map((row) => ({
    organizationId,
    batchId,
    position: Number(row["position"]),
    recordId: String(row["record_id"]),
    recordName: typeof row["record_name"] === "string" ? row["record_name"] : null,
    executionId: String(row["execution_id"]),
    attempts: Number(row["attempts"]),
  }));
  return claims.toSorted((a, b) => a.position - b.position);
}

/** Holds these claims for longer. Answers the executions that still have theirs, in batches that nobody cancelled. */
export async function renewClaims(
  database: Database,
  claims: readonly Claim[],
): Promise<ReadonlySet<string>> {
  const result = await database.execute(sql`
    UPDATE batch_records SET claimed_until = clock_timestamp() + make_interval(secs => ${CLAIM_SECONDS})
    FROM ${heldBy(claims)}
    WHERE ${isHeld} AND NOT EXISTS (
      SELECT 1 FROM batches WHERE batches.organization_id = held.organization_id AND batches.id = held.batch_id
        AND batches.status = 'cancelled'
    )
    RETURNING batch_records.claim AS claim`);
  return new Set(result.rows.map((row) => String(row["claim"])));
}

/** Lets others have these records, as if they had not been begun. */
export async function releaseClaims(tx: Transaction, claims: readonly Claim[]): Promise<void> {
  await tx.execute(sql`
    UPDATE batch_records SET status = 'waiting', claim = NULL, claimed_until = NULL, execution_id = NULL,
      started_at = NULL, attempts = attempts - 1
    FROM ${heldBy(claims)}
    WHERE ${isHeld}`);
}

/** For a store that one process alone can have open: whoever held these is dead. */
export async function expireAllClaims(tx: Transaction): Promise<void> {
  await tx.execute(sql`
    UPDATE batch_records SET claimed_until = 'epoch' FROM batches
    WHERE ${isLive} AND batches.organization_id = batch_records.organization_id
      AND batches.id = batch_records.batch_id AND batch_records.status = 'running'`);
}

/** Ends claims with what became of the records. Answers the executions whose claims held: others have the rest by now. */
export async function endClaims(tx: Transaction, ends: readonly ClaimEnd[]): Promise<ReadonlySet<string>> {
  const rows = ends.map(({ claim, completedAt, ...end }) => {
    return { ...keyOf(claim), ...end, completedAt: completedAt?.toISOString() ?? null };
  });
  const result = await tx.execute(sql`
    UPDATE batch_records SET claim = NULL, claimed_until = NULL, status = held.status, completed_at = held."completedAt",
      error_message = held."errorMessage", output_preview = held."outputPreview", duration_ms = held."durationMs",
      context_steps = held."contextSteps", prompts_executed = held."promptsExecuted",
      total_tokens = held."totalTokens", estimated_cost = held."estimatedCost"
    FROM ${rowsOf(rows, END)} AS held
    WHERE ${isHeld}
    RETURNING batch_records.execution_id`);
  return new Set(result.rows.map((row) => String(row["execution_id"])));
}

const isHeld = sql`batch_records.organization_id = held.organization_id AND batch_records.batch_id = held.batch_id
  AND batch_records.position = held.position AND batch_records.claim = held.claim
  AND batch_records.status = 'running'`;

const KEY = "organization_id text, batch_id text, position integer, claim text";
const END = `${KEY}, status text, "completedAt" timestamptz, "errorMessage" text, "outputPreview" text,
  "durationMs" integer, "contextSteps" integer, "promptsExecuted" integer, "totalTokens" integer,
  "estimatedCost" numeric`;

function heldBy(claims: readonly Claim[]): SQL {
  return sql`${rowsOf(claims.map(keyOf), KEY)} AS held`;
}

/** The limit says how few they are: taken for the hundred that PostgreSQL guesses, they would be worth reading the table. */
function rowsOf(rows: readonly object[], columns: string): SQL {
  return sql`(
    SELECT * FROM json_to_recordset(${JSON.stringify(rows)}::json) AS given (${sql.raw(columns)}) LIMIT ${rows.length}
  )`;
}

function keyOf({ organizationId, batchId, position, executionId }: Claim) {
  return { organization_id: organizationId, batch_id: batchId, position, claim: executionId };
}
