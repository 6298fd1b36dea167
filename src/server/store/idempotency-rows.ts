import { and, eq, getTableColumns, lte, sql } from "drizzle-orm";
import type { DatabaseTransaction } from "./database.ts";
import { idempotencyKeysTable } from "./tables.ts";

export type IdempotencyRow = typeof idempotencyKeysTable.$inferSelect;

/** A found row. `hasLapsed` is about a claim: whether its server has stopped renewing it. */
export interface StoredIdempotencyRow extends IdempotencyRow {
  readonly hasLapsed: boolean;
}

type RequestKey = Pick<IdempotencyRow, "organizationId" | "route" | "key">;

/**
 * Status of a claim: the row of a request that is still running. Its `body` is the claim's id, `headers` the JSON of what
 * the request has written (`{}`: nothing), and `createdAt` the time of the last renewal by the database's clock.
 */
export const IN_PROGRESS_STATUS = 102;

/** Milliseconds for which a stored response is repeated. */
export const REPLAY_MS = 24 * 60 * 60 * 1000;

/** Seconds after its last renewal until a claim counts as that of a server that died. */
const CLAIM_SECONDS = 20;

const NO_WRITES = "{}";
const now = sql`clock_timestamp()`;
const lapseTime = sql`clock_timestamp() - make_interval(secs => ${CLAIM_SECONDS})`;

/** False if another transaction processes the same request. */
export async function tryLockIdempotencyKey(
  tx: DatabaseTransaction,
  { organizationId, route, key }: RequestKey,
): Promise<boolean> {
  const name = JSON.stringify([organizationId, route, key]);
  const result = await tx.execute(
    sql`SELECT pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) AS held`,
  );
  return result.rows[0]?.["held"] === true;
}

/** Finds the stored response or claim for the key, after deleting rows created at or before `expired`. */
export async function findStoredIdempotentResponse(
  tx: DatabaseTransaction,
  request: RequestKey,
  expired: Date,
): Promise<StoredIdempotencyRow | undefined> {
  await tx
    .delete(idempotencyKeysTable)
    .where(
      and(
        eq(idempotencyKeysTable.organizationId, request.organizationId),
        lte(idempotencyKeysTable.createdAt, expired),
      ),
    );
  const [row] = await tx
    .select({
      ...getTableColumns(idempotencyKeysTable),
      hasLapsed: sql<boolean>`${idempotencyKeysTable.createdAt} <= ${lapseTime}`,
    })
    .from(idempotencyKeysTable)
    .where(isFor(request));
  return row;
}

export async function insertStoredIdempotentResponse(
  tx: DatabaseTransaction,
  row: IdempotencyRow,
): Promise<void> {
  await tx.insert(idempotencyKeysTable).values(row);
}

export type IdempotencyClaimRow = RequestKey & Pick<IdempotencyRow, "bodyHash" | "body">;

/** Stores a claim, or takes over one that has lapsed. The transaction holds the lock of the key. */
export async function insertIdempotencyClaim(
  tx: DatabaseTransaction,
  claim: IdempotencyClaimRow,
): Promise<void> {
  const { organizationId, key, route } = idempotencyKeysTable;
  await tx
    .insert(idempotencyKeysTable)
    .values({ ...claim, status: IN_PROGRESS_STATUS, headers: NO_WRITES, createdAt: now })
    .onConflictDoUpdate({ target: [organizationId, key, route], set: { body: claim.body, createdAt: now } });
}

/** Renews a claim, or changes its row. Returns false if the claim has lapsed and another request has taken it over. */
export async function updateIdempotencyClaim(
  tx: DatabaseTransaction,
  claim: IdempotencyClaimRow,
  changes: Partial<Pick<IdempotencyRow, "status" | "headers" | "body" | "createdAt">> = {},
): Promise<boolean> {
  const updated = await tx
    .update(idempotencyKeysTable)
    .set({ createdAt: now, ...changes })
    .where(isHeld(claim))
    .returning({ status: idempotencyKeysTable.status });
  return updated.length > 0;
}

/** Lets a repeated request begin at once. Keeps what the request has written. */
export async function releaseIdempotencyClaim(
  tx: DatabaseTransaction,
  claim: IdempotencyClaimRow,
): Promise<void> {
  const hasNoWrites = sql`${idempotencyKeysTable.headers}::text = ${NO_WRITES}`;
  await tx.delete(idempotencyKeysTable).where(and(isHeld(claim), hasNoWrites));
  await tx.update(idempotencyKeysTable).set({ createdAt: lapseTime }).where(isHeld(claim));
}

/** Returns the JSON of what a request has written, or undefined if it has written nothing. */
export function findWritesOfIdempotencyClaim({ headers }: IdempotencyRow): string | undefined {
  return headers === NO_WRITES ? undefined : headers;
}

function isFor({ organizationId, route, key }: RequestKey) {
  return and(
    eq(idempotencyKeysTable.organizationId, organizationId),
    eq(idempotencyKeysTable.route, route),
    eq(idempotencyKeysTable.key, key),
  );
}

function isHeld(claim: IdempotencyClaimRow) {
  return and(
    isFor(claim),
    eq(idempotencyKeysTable.status, IN_PROGRESS_STATUS),
    eq(idempotencyKeysTable.body, claim.body),
  );
}
