import { drizzle } from "drizzle-orm/node-postgres";
import { Client } from "pg";
import type { Database } from "#server/store/database.ts";
import { migrateDatabase } from "#server/store/migrate.ts";
import { createTestDatabase } from "./postgres-server.ts";

type Statement = { readonly text: string; readonly values: unknown[] };

/** A new database on PostgreSQL, and the plans of statements in it. */
export class QueryPlanReader {
  readonly client: Client;
  readonly database: Database;
  readonly #drop: () => Promise<void>;
  #statements: Statement[] = [];

  private constructor(client: Client, drop: () => Promise<void>) {
    this.client = client;
    this.#drop = drop;
    this.database = drizzle(client, {
      logger: { logQuery: (text, values) => void this.#statements.push({ text, values }) },
    });
  }

  static async open(serverUrl: string): Promise<QueryPlanReader> {
    const { url, drop } = await createTestDatabase(serverUrl);
    const client = new Client({ connectionString: url });
    await client.connect();
    const reader = new QueryPlanReader(client, drop);
    await migrateDatabase(reader.database);
    return reader;
  }

  /** Returns the plans of the statements that `query` runs, one line for each node. */
  async explain(query: () => Promise<unknown>): Promise<readonly string[]> {
    this.#statements = [];
    await query();
    const plans: string[] = [];
    for (const { text, values } of this.#statements) {
      if (/^(begin|commit)/i.test(text)) continue;
      const { rows } = await this.client.query<{ "QUERY PLAN": string }>(
        `EXPLAIN (COSTS OFF) ${text}`,
        values,
      );
      plans.push(...rows.map((row) => row["QUERY PLAN"]));
    }
    return plans;
  }

  async close(): Promise<void> {
    await this.client.end();
    await this.#drop();
  }
}
