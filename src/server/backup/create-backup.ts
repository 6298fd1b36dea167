import { sql } from "drizzle-orm";
import type { DatabaseTransaction } from "#server/store/database.ts";
import type { Store } from "#server/store/store.ts";
import type { BackupEntry } from "./backup-file.ts";
import { BACKUP_TABLES, listTableColumns, readSchemaVersion } from "./backup-tables.ts";

const FIRST_FETCH_ROWS = 50;
const MAX_FETCH_ROWS = 2000;
/** Target size of a fetch in UTF-16 code units, which bounds the memory of a backup. */
const FETCH_LENGTH = 4 * 1024 * 1024;

/** All as of one moment. `onRows` receives the number of rows read so far. */
export async function createBackup(
  { database }: Store,
  now: Date,
  write: (entries: AsyncIterable<BackupEntry>) => Promise<void>,
  onRows: (rows: number) => void = () => undefined,
): Promise<number> {
  let total = 0;
  await database.transaction(
    async (tx) =>
      write(
        readEntries(tx, now, (rows) => {
          total += rows;
          onRows(total);
        }),
      ),
    { isolationLevel: "repeatable read", accessMode: "read only" },
  );
  return total;
}

async function* readEntries(
  tx: DatabaseTransaction,
  now: Date,
  onFetch: (rows: number) => void,
): AsyncGenerator<BackupEntry> {
  // Fixes how times are written, so that a backup does not depend on the settings of the database.
  await tx.execute(sql`SET LOCAL TimeZone = 'UTC'`);
  await tx.execute(sql`SET LOCAL DateStyle = 'ISO'`);
  yield { type: "header", header: { schema: await readSchemaVersion(tx), createdAt: now.toISOString() } };
  const counts: Record<string, number> = {};
  for (const table of BACKUP_TABLES) {
    const columns = (await listTableColumns(tx, table)).map(({ name }) => name);
    yield { type: "table", table, columns };
    counts[table] = 0;
    for await (const rows of fetchRows(tx, table, columns)) {
      for (const json of rows) yield { type: "row", json };
      counts[table] += rows.length;
      onFetch(rows.length);
    }
  }
  yield { type: "end", rows: counts };
}

async function* fetchRows(
  tx: DatabaseTransaction,
  table: string,
  columns: readonly string[],
): AsyncGenerator<readonly string[]> {
  const values = sql.join(
    columns.map((column) => sql`${sql.identifier(column)}::text`),
    sql`, `,
  );
  // Casts the JSON to text, because the drivers parse JSON differently.
  await tx.execute(
    sql`DECLARE backup NO SCROLL CURSOR FOR SELECT json_build_array(${values})::text AS row FROM ${sql.identifier(table)}`,
  );
  for (let wanted = FIRST_FETCH_ROWS; ;) {
    const { rows } = await tx.execute(sql.raw(`FETCH ${wanted} FROM backup`));
    const texts = rows.map(({ row }) => String(row));
    if (texts.length === 0) break;
    yield texts;
    const length = texts.reduce((sum, text) => sum + text.length, 0) / texts.length;
    wanted = Math.max(1, Math.min(MAX_FETCH_ROWS, Math.floor(FETCH_LENGTH / length)));
  }
  await tx.execute(sql`CLOSE backup`);
}
