import { type SQL, and, asc, eq, gt, sql } from "drizzle-orm";
import type { RecordRunStatus } from "#contract/run.ts";
import type { Database, Reader, Transaction } from "./database.ts";
import { batchRecords } from "./schema.ts";

export type BatchRecordRow = typeof batchRecords.$inferSelect;

/** Longer than a busy machine pauses, short enough to wait for when a worker died. */
const CLAIM_SECONDS = 20;

/** A record that one worker has for itself: its execution's id is the claim's name. */
export interface Claim {
  readonly organizationId: string;
  readonly batchId: string;
  readonly position: number;
  readonly recordId: string;
  readonly recordName: string | null;
  readonly executionId: string;
  /** Times that it was begun, this one counted. */
  readonly attempts: number;
}

type BatchKey = Pick<Claim, "organizationId" | "batchId">;

/** The claims that hold, which are the records under way. */
export async function countClaims(reader: Reader, batch: BatchKey): Promise<number> {
  const [row] = await reader
    .select({ held: sql`count(*)`.mapWith(Number) })
    .from(batchRecords)
    .where(and(isOf(batch), eq(batchRecords.status, "running"), sql`claimed_until > clock_timestamp()`));
  return row?.held ?? 0;
}

/** Claims the next record that waits, or one whose worker died; undefined where there is none. */
export async function claimNextRecord(
  tx: Transaction,
  batch: BatchKey,
  executionId: string,
  now: Date,
): Promise<Claim | undefined> {
  const waiting = sql`status = 'waiting'`;
  const orphaned = sql`status = 'running' AND claimed_until <= clock_timestamp()`;
  const row =
    (await claimOne(tx, batch, waiting, executionId, now)) ??
    (await claimOne(tx, batch, orphaned, executionId, now));
  if (!row) return undefined;
  const { position, recordId, recordName, attempts } = row;
  return { ...batch, position, recordId, recordName, attempts, executionId };
}

async function claimOne(
  tx: Transaction,
  { organizationId, batchId }: BatchKey,
  condition: SQL,
  executionId: string,
  now: Date,
) {
  const [row] = await tx
    .update(batchRecords)
    .set({
      status: "running",
      claim: executionId,
      claimedUntil: sql`clock_timestamp() + make_interval(secs => ${CLAIM_SECONDS})`,
      executionId,
      attempts: sql`${batchRecords.attempts} + 1`,
      startedAt: now,
    })
    .where(
      and(
        isOf({ organizationId, batchId }),
        sql`${batchRecords.position} = (
          SELECT position FROM batch_records
          WHERE organization_id = ${organizationId} AND batch_id = ${batchId} AND ${condition}
          ORDER BY position LIMIT 1 FOR UPDATE SKIP LOCKED
        )`,
      ),
    )
    .returning();
  return row;
}

/** Holds these claims for longer. Answers the executions that still have theirs, in batches that nobody cancelled. */
export async function renewClaims(
  database: Database,
  claims: readonly Claim[],
): Promise<ReadonlySet<string>> {
  const result = await database.execute(sql`
    UPDATE batch_records SET claimed_until = clock_timestamp() + make_interval(secs => ${CLAIM_SECONDS})
    FROM json_to_recordset(${keysOf(claims)}::json)
      AS held (organization_id text, batch_id text, position integer, claim text)
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
    FROM json_to_recordset(${keysOf(claims)}::json)
      AS held (organization_id text, batch_id text, position integer, claim text)
    WHERE ${isHeld}`);
}

/** For a store that one process alone can have open: whoever held these is dead. */
export async function expireAllClaims(tx: Transaction): Promise<void> {
  await tx.execute(sql`
    UPDATE batch_records SET claimed_until = 'epoch' FROM batches
    WHERE ${isLive} AND batches.organization_id = batch_records.organization_id
      AND batches.id = batch_records.batch_id AND batch_records.status = 'running'`);
}

/** Ends a claim with what became of the record. False where somebody else has it by now. */
export async function endClaim(
  tx: Transaction,
  claim: Claim,
  changes: Partial<BatchRecordRow>,
): Promise<boolean> {
  const rows = await tx
    .update(batchRecords)
    .set({ ...changes, claim: null, claimedUntil: null })
    .where(
      and(
        isOf(claim),
        eq(batchRecords.position, claim.position),
        eq(batchRecords.status, "running"),
        eq(batchRecords.claim, claim.executionId),
      ),
    )
    .returning({ position: batchRecords.position });
  return rows.length > 0;
}

/** What waits is not begun any more, nor what its worker left behind. Answers how many that were. */
export async function cancelRecords(
  tx: Transaction,
  { organizationId, batchId }: BatchKey,
  now: Date,
): Promise<number> {
  const result = await tx.execute(sql`
    WITH cancelled AS (
      UPDATE batch_records SET status = 'cancelled', completed_at = ${now.toISOString()}::timestamptz, claim = NULL
      WHERE organization_id = ${organizationId} AND batch_id = ${batchId} AND (status = 'waiting'
        OR (status = 'running' AND claimed_until <= clock_timestamp()))
      RETURNING 1
    )
    SELECT count(*)::integer AS cancelled FROM cancelled`);
  return Number(result.rows[0]?.["cancelled"]);
}

/** A batch that somebody could work on, or tidy up where it has ended. */
export interface IdleBatch extends BatchKey {
  readonly isActive: boolean;
  /** How many records more may be under way. */
  readonly room: number;
}

/** Batches with records that nobody works on, although somebody could. */
export async function findIdleBatches(database: Database): Promise<readonly IdleBatch[]> {
  const record = sql`SELECT 1 FROM batch_records AS records
    WHERE records.organization_id = batches.organization_id AND records.batch_id = batches.id`;
  const result = await database.execute(sql`
    SELECT batches.organization_id, batches.id, batches.status IN ('scheduled', 'running') AS is_active,
      batches.concurrency - held.count AS room
    FROM batches CROSS JOIN LATERAL (
      SELECT count(*)::integer AS count FROM (${record} AND status = 'running' AND claimed_until > clock_timestamp()) AS under_way
    ) AS held
    WHERE ${isLive} AND held.count < batches.concurrency AND (
      EXISTS (${record} AND status = 'waiting')
      OR EXISTS (${record} AND status = 'running' AND claimed_until <= clock_timestamp())
    )`);
  return result.rows.map((row) => ({
    organizationId: String(row["organization_id"]),
    batchId: String(row["id"]),
    isActive: row["is_active"] === true,
    room: Number(row["room"]),
  }));
}

/** The records of a batch in their order, past a place. */
export async function listBatchRecords(
  reader: Reader,
  batch: BatchKey,
  page: {
    readonly status?: RecordRunStatus | undefined;
    readonly after?: number | undefined;
    readonly limit: number;
  },
): Promise<readonly BatchRecordRow[]> {
  return reader
    .select()
    .from(batchRecords)
    .where(
      and(
        isOf(batch),
        page.status && eq(batchRecords.status, page.status),
        page.after === undefined ? undefined : gt(batchRecords.position, page.after),
      ),
    )
    .orderBy(asc(batchRecords.position))
    .limit(page.limit);
}

export async function findBatchRecord(
  reader: Reader,
  batch: BatchKey,
  recordId: string,
): Promise<BatchRecordRow | undefined> {
  const [row] = await reader
    .select()
    .from(batchRecords)
    .where(and(isOf(batch), eq(batchRecords.recordId, recordId)));
  return row;
}

/** Those that may have records under way: they run, or ended lately, while some were. */
const isLive = sql`(batches.status IN ('scheduled', 'running') OR batches.completed_at > now() - interval '1 day')`;

const isHeld = sql`batch_records.organization_id = held.organization_id AND batch_records.batch_id = held.batch_id
  AND batch_records.position = held.position AND batch_records.claim = held.claim
  AND batch_records.status = 'running'`;

function keysOf(claims: readonly Claim[]): string {
  return JSON.stringify(
    claims.map(({ organizationId, batchId, position, executionId }) => {
      return { organization_id: organizationId, batch_id: batchId, position, claim: executionId };
    }),
  );
}

function isOf({ organizationId, batchId }: BatchKey): SQL | undefined {
  return and(eq(batchRecords.organizationId, organizationId), eq(batchRecords.batchId, batchId));
}
