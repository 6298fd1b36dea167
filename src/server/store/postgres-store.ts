import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { Pool, types } from "pg";
import type { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { type UnsentNews, nameNews } from "./news.ts";
import { PostgresNews, notify } from "./postgres-news.ts";
import { StartupError } from "./startup-error.ts";
import type { Store } from "./store.ts";

const CONNECT_MS = 10_000;

// drizzle asks the driver's global table of types, so that is where they are set.
types.setTypeParser(types.builtins.JSON, (text) => text);
types.setTypeParser(types.builtins.INT8, Number);

/** Opens the store that `DATABASE_URL` names; throws a `StartupError` when it cannot be reached or used. */
export async function openPostgresStore(
  url: string,
  onLostConnection: (error: Error) => void,
): Promise<Store> {
  const pool = new Pool({ connectionString: url, connectionTimeoutMillis: CONNECT_MS });
  // An idle connection that breaks is replaced by the pool; unheard, its error would end the process.
  pool.on("error", onLostConnection);
  const database: Database = drizzle(pool);
  try {
    await migrate(database);
  } catch (error) {
    await pool.end();
    if (error instanceof StartupError) throw error;
    throw new StartupError(`The database of DATABASE_URL cannot be used (${describe(error)}).`, {
      cause: error,
    });
  }
  const news = new PostgresNews(url, onLostConnection);
  return {
    kind: "postgres",
    database,
    jobs: { connectionString: url },
    write: (work) =>
      database.transaction(async (tx) => {
        const told: UnsentNews[] = [];
        const result = await work(tx, (unsent) => void told.push(unsent));
        for (const unsent of told) await notify(tx, nameNews(unsent));
        return result;
      }),
    listen: (listener) => news.listen(listener),
    ping: async () => {
      await database.execute(sql`SELECT 1`);
    },
    close: async () => {
      await news.close();
      await pool.end();
    },
  };
}

/** The driver's own words; drizzle wraps them in the query, and neither holds the password. */
function describe(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const text =
    cause instanceof Error ? cause.message || ("code" in cause ? String(cause.code) : "") : String(cause);
  return text.split("\n")[0] ?? "";
}
