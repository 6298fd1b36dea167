import { sql } from "drizzle-orm";
import type { Database, Transaction } from "./database.ts";
import { StartupError } from "./startup-error.ts";

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

const migrations: readonly Migration[] = Object.entries(files)
  .map(([path, text]) => {
    const match = /(\d+)-([\w-]+)\.sql$/.exec(path);
    return { version: Number(match?.[1]), name: match?.[2] ?? path, sql: text };
  })
  .toSorted((a, b) => a.version - b.version);

/** Any number that no other program on the same database is likely to lock. */
const ADVISORY_LOCK = 7_268_340_117;

/**
 * Brings the store to this program's version: forward only, all in one transaction, one server at a time. A store from
 * a newer version is refused and left as it is.
 */
export async function migrate(database: Database, wanted: readonly Migration[] = migrations): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.execute(sql`SELECT pg_advisory_xact_lock(${ADVISORY_LOCK})`);
    const applied = await readVersion(tx);
    const newest = wanted.at(-1)?.version ?? 0;
    if (applied > newest) {
      throw new StartupError(
        `The store was written by a newer version of Flowline (schema ${applied}; this one knows ${newest}); start that version, or use another store.`,
      );
    }
    for (const migration of wanted.filter(({ version }) => version > applied)) {
      for (const statement of migration.sql.split("--> statement-breakpoint")) {
        await tx.execute(sql.raw(statement));
      }
      await tx.execute(
        sql`INSERT INTO schema_migrations (version, name) VALUES (${migration.version}, ${migration.name})`,
      );
    }
  });
}

async function readVersion(tx: Transaction): Promise<number> {
  const found = await tx.execute(sql`SELECT to_regclass('schema_migrations') IS NOT NULL AS found`);
  if (found.rows[0]?.["found"] !== true) {
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
