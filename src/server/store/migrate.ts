import { setImmediate as nextTurn } from "node:timers/promises";
import { getTableName, is, sql } from "drizzle-orm";
import { PgTable } from "drizzle-orm/pg-core";
import type { Database, DatabaseReader, DatabaseTransaction } from "./database.ts";
import * as schema from "./tables.ts";
import { StartupError } from "#server/domain/startup-error.ts";
import { getStoreFailureKind } from "./store-failure.ts";

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

const files = import.meta.glob<string>("./migrations/*.sql", {
  query: "?raw",
  import: "default",
  eager: true,
});

export const migrations: readonly Migration[] = Object.entries(files)
  .map(([path, text]) => {
    const match = /^\.\/migrations\/(\d+)-([\w-]+)\.sql$/.exec(path);
    return { version: Number(match?.[1]), name: match?.[2] ?? path, sql: text };
  })
  .toSorted((a, b) => a.version - b.version);

const ADVISORY_LOCK = 7_268_340_117;

/** Receives a short text for people, such as “Updating the store: 4 of 15…”. */
export type ReportProgress = (text: string) => void;

/** In one transaction, while other servers wait. Rejects if the store has a newer version. */
export async function migrateDatabase(
  database: Database,
  wanted: readonly Migration[] = migrations,
  report: ReportProgress = () => undefined,
): Promise<void> {
  await database.transaction(async (tx) => {
    const free = await tx.execute(sql`SELECT pg_try_advisory_xact_lock(${ADVISORY_LOCK}) AS held`);
    if (free.rows[0]?.["held"] !== true) {
      report("Another server updates the store…");
      await tx.execute(sql`SELECT pg_advisory_xact_lock(${ADVISORY_LOCK})`);
    }
    const applied = await readVersion(tx);
    const newest = wanted.at(-1)?.version ?? 0;
    if (applied > newest) {
      throw new StartupError(
        `The store was written by a newer version of Flowline (schema ${applied}; this one knows ${newest}); start that version, or use another store.`,
      );
    }
    // Runs deferred triggers at once: a table with pending events of a deferred trigger cannot be altered.
    await tx.execute(sql`SET CONSTRAINTS ALL IMMEDIATE`);
    const pending = wanted.filter(({ version }) => version > applied);
    for (const [index, migration] of pending.entries()) {
      const verb = applied === 0 ? "Creating" : "Updating";
      report(`${verb} the store: ${index + 1} of ${pending.length}…`);
      // Lets the server answer requests for the progress, because the embedded store runs on this thread.
      await nextTurn();
      for (const statement of migration.sql.split("--> statement-breakpoint")) {
        await tx.execute(sql.raw(statement));
      }
      await tx.execute(
        sql`INSERT INTO schema_migrations (version, name) VALUES (${migration.version}, ${migration.name})`,
      );
    }
  });
}

export async function hasMigrationsTable(reader: DatabaseReader): Promise<boolean> {
  const result = await reader.execute(sql`SELECT to_regclass('schema_migrations') IS NOT NULL AS found`);
  return result.rows[0]?.["found"] === true;
}

/** Throws a `StartupError` if a table or partition is missing or unreadable, which no migration would fix. */
export async function assertTablesReadable(reader: DatabaseReader): Promise<void> {
  const partitions = await reader.execute(sql`
    SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
    WHERE inhparent = to_regclass('step_results') ORDER BY relname`);
  const tables = Object.values(schema).filter((table) => is(table, PgTable));
  const names = [...partitions.rows.map(({ relname }) => String(relname)), ...tables.map(getTableName)];
  const rows = names.map((name) => sql`(SELECT 1 FROM ${sql.identifier(name)} LIMIT 1)`);
  if (await reader.execute(sql`SELECT ${sql.join(rows, sql`, `)}`).then(isDone, isNotDone)) return;
  for (const name of names) {
    try {
      await reader.execute(sql`SELECT 1 FROM ${sql.identifier(name)} LIMIT 1`);
    } catch (error) {
      if (getStoreFailureKind(error)) throw error;
      const { message } =
        error instanceof Error && error.cause instanceof Error ? error.cause : (error as Error);
      throw new StartupError(
        `The table ${name} of the store cannot be read (${message}); restore the store from a backup.`,
        { cause: error },
      );
    }
  }
}

const isDone = () => true;
const isNotDone = () => false;

async function readVersion(tx: DatabaseTransaction): Promise<number> {
  if (!(await hasMigrationsTable(tx))) {
    await tx.execute(sql`
      CREATE TABLE schema_migrations (
        version integer PRIMARY KEY,
        name text NOT NULL,
        applied_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
    return 0;
  }
  const result = await tx.execute(sql`SELECT coalesce(max(version), 0) AS version FROM schema_migrations`);
  return Number(result.rows[0]?.["version"]);
}
