import { setTimeout as wait } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type { DatabaseReader, DatabaseTransaction } from "./database.ts";
import { getSqlStateOfError } from "./sql-state.ts";
import type { Store } from "./store.ts";

export const DAY_MS = 24 * 60 * 60 * 1000;

/** No server may be down longer without a missing partition. */
const DAYS_AHEAD = 3;
/** The table is locked meanwhile. More rows stay there, and are deleted in slices when old. */
const MAX_MOVED_ROWS = 10_000;
/** Shorter than the second after which PostgreSQL checks for deadlocks. */
const LOCK_MS = 500;
/** Maximum partitions of a restored store; results of further days are in the default partition. */
const MAX_RESTORED_PARTITIONS = 400;
const ATTEMPTS = 6;
const LOCK_NOT_AVAILABLE = "55P03";
const MAINTENANCE_LOCK = 7_268_340_120;

/** A partition of `step_results` by the times of its rows, in milliseconds: `from` inclusive, `to` exclusive. */
interface StepResultPartition {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** The partition of rows for whose day there is no partition. */
export const DEFAULT_PARTITION = "step_results_default";
const DAY_PARTITION = /^step_results_(before_)?(\d{4})(\d{2})(\d{2})$/;

/** Lists the partitions, oldest first, without the default one. Ignores partitions with other names. */
export async function listStepResultPartitions(
  reader: DatabaseReader,
): Promise<readonly StepResultPartition[]> {
  const { rows } = await reader.execute(sql`
    SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
    WHERE inhparent = 'step_results'::regclass ORDER BY relname`);
  return rows
    .flatMap(({ relname }) => {
      const name = String(relname);
      const [, before, year, month, date] = DAY_PARTITION.exec(name) ?? [];
      if (year === undefined) return [];
      const day = Date.UTC(Number(year), Number(month) - 1, Number(date));
      return before === undefined
        ? [{ name, from: day, to: day + DAY_MS }]
        : [{ name, from: -Infinity, to: day }];
    })
    .toSorted((a, b) => a.from - b.from);
}

/** Since `oldest` until the next days. Returns their number. Nothing while another server does the same. */
export async function createMissingPartitions(
  store: Pick<Store, "database" | "write">,
  {
    now,
    oldest,
    signal,
  }: { readonly now: number; readonly oldest: number; readonly signal?: AbortSignal | undefined },
): Promise<number> {
  const today = startOfDay(now);
  const next = Array.from({ length: DAYS_AHEAD + 1 }, (_, index) => today + index * DAY_MS);
  const stray = await listDaysInDefaultPartition(store.database, startOfDay(oldest), next.at(-1) ?? today);
  const wanted = [...new Set([...next, ...stray])];
  let created = 0;
  for (const day of await omitExisting(store.database, wanted)) {
    const create = async (tx: DatabaseTransaction) =>
      (await tryLock(tx, MAINTENANCE_LOCK)) ? createPartition(tx, day) : undefined;
    const isCreated = await writeWithShortLocks(store, create, signal);
    if (isCreated === undefined) break;
    if (isCreated) created += 1;
  }
  return created;
}

/** Until tomorrow, for a restore. The transaction must be the only user of the store. */
export async function createPartitionsOfTimes(
  tx: DatabaseTransaction,
  times: readonly number[],
): Promise<void> {
  const tomorrow = startOfDay(Date.now()) + DAY_MS;
  const days = [...new Set(times.map(startOfDay))].filter((day) => day <= tomorrow);
  const missing = await omitExisting(tx, days);
  if (missing.length === 0) return;
  const room = MAX_RESTORED_PARTITIONS - (await listStepResultPartitions(tx)).length;
  for (const day of missing.slice(0, Math.max(0, room))) await createPartition(tx, day);
}

/** Returns false if a long transaction keeps the tables locked, or another server maintains the partitions. */
export async function dropStepResultPartition(store: Pick<Store, "write">, name: string): Promise<boolean> {
  const drop = async (tx: DatabaseTransaction) => {
    if (!(await tryLock(tx, MAINTENANCE_LOCK))) return false;
    // As runs do, to prevent deadlocks: the drop also changes the foreign key to `flows`.
    await tx.execute(sql`LOCK TABLE ONLY flows IN ACCESS EXCLUSIVE MODE`);
    await tx.execute(sql`DROP TABLE IF EXISTS ${sql.identifier(name)}`);
    return true;
  };
  return writeWithShortLocks(store, drop).catch((error: unknown) => {
    if (getSqlStateOfError(error) === LOCK_NOT_AVAILABLE) return false;
    throw error;
  });
}

/** Whether this transaction now holds the lock. Locks of a transaction also work through a pooler. */
export async function tryLock(tx: DatabaseTransaction, lock: number): Promise<boolean> {
  const { rows } = await tx.execute(sql`SELECT pg_try_advisory_xact_lock(${lock}) AS held`);
  return rows[0]?.["held"] === true;
}

/** Retries instead of waiting: all other statements would queue behind the lock. */
async function writeWithShortLocks<T>(
  store: Pick<Store, "write">,
  work: (tx: DatabaseTransaction) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await store.write(async (tx) => {
        await tx.execute(sql.raw(`SET LOCAL lock_timeout = ${LOCK_MS}`));
        return work(tx);
      });
    } catch (error) {
      if (getSqlStateOfError(error) !== LOCK_NOT_AVAILABLE || attempt === ATTEMPTS) throw error;
      await wait(LOCK_MS * (1 + Math.random()), undefined, { ref: false, ...(signal && { signal }) });
    }
  }
}

/** Returns false if the partition exists already, or if its rows in the default partition are too many to move. */
async function createPartition(tx: DatabaseTransaction, day: number): Promise<boolean> {
  if ((await omitExisting(tx, [day])).length === 0) return false;
  const [from, to] = [new Date(day).toISOString(), new Date(day + DAY_MS).toISOString()];
  const name = sql.identifier(`step_results_${from.slice(0, 10).replaceAll("-", "")}`);
  const defaultPartition = sql.identifier(DEFAULT_PARTITION);
  // Inserts must wait for the parent: one that waits for the default partition would fail later.
  await tx.execute(sql`LOCK TABLE ONLY flows, ONLY step_results IN SHARE ROW EXCLUSIVE MODE`);
  await tx.execute(sql`LOCK TABLE ${defaultPartition} IN ACCESS EXCLUSIVE MODE`);
  const isOfDay = sql`created_at >= ${from}::timestamptz AND created_at < ${to}::timestamptz`;
  const { rows } = await tx.execute(sql`
    SELECT count(*)::integer AS rows FROM (
      SELECT 1 FROM ${defaultPartition} WHERE ${isOfDay} LIMIT ${MAX_MOVED_ROWS + 1}) AS found`);
  const strays = Number(rows[0]?.["rows"]);
  if (strays > MAX_MOVED_ROWS) return false;
  await tx.execute(sql`CREATE TABLE ${name} (LIKE step_results INCLUDING DEFAULTS)`);
  if (strays > 0)
    await tx.execute(sql`
      WITH moved AS (DELETE FROM ${defaultPartition} WHERE ${isOfDay} RETURNING *)
      INSERT INTO ${name} SELECT * FROM moved`);
  // Attaches instead of creating the table as a partition, which would lock out all readers of the results.
  await tx.execute(
    sql`ALTER TABLE step_results ATTACH PARTITION ${name} FOR VALUES FROM (${sql.raw(`'${from}'`)}) TO (${sql.raw(`'${to}'`)})`,
  );
  return true;
}

async function omitExisting(reader: DatabaseReader, days: readonly number[]): Promise<readonly number[]> {
  const existing = await listStepResultPartitions(reader);
  return days.filter((day) => existing.every(({ from, to }) => day < from || day >= to));
}

/** Reads one index entry per day, however many rows it has. */
async function listDaysInDefaultPartition(
  reader: DatabaseReader,
  first: number,
  last: number,
): Promise<readonly number[]> {
  const days: number[] = [];
  for (let start = first; start <= last;) {
    const { rows } = await reader.execute(sql`
      SELECT extract(epoch FROM min(created_at))::float8 AS seconds FROM ${sql.identifier(DEFAULT_PARTITION)}
      WHERE created_at >= ${new Date(start).toISOString()}::timestamptz`);
    const seconds = rows[0]?.["seconds"];
    if (typeof seconds !== "number") break;
    const day = startOfDay(seconds * 1000);
    if (day <= last) days.push(day);
    start = day + DAY_MS;
  }
  return days;
}

function startOfDay(time: number): number {
  return Math.floor(time / DAY_MS) * DAY_MS;
}
