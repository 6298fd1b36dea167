import { Client } from "pg";
import type { TestProject } from "vitest/node";
import { type PostgresServer, openPostgresServer } from "./postgres-server.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Undefined if no PostgreSQL was found; tests that need PostgreSQL are then skipped. */
    readonly postgresUrl: string | undefined;
  }
}

/**
 * Checks the server of `TEST_DATABASE_URL`, so that the test run fails once with a clear message instead of once per
 * test.
 */
async function checkGivenServer(): Promise<void> {
  const url = process.env["TEST_DATABASE_URL"];
  if (url === undefined || url === "") return;
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
  } catch (error) {
    throw new Error("The PostgreSQL that TEST_DATABASE_URL names does not answer.", { cause: error });
  }
  await client.end();
}

/**
 * Provides a PostgreSQL server for the test run. Without PostgreSQL, the tests that need it are skipped. A full run and
 * CI then fail, because they would pass with half of the store's tests.
 */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  await checkGivenServer();
  let server: PostgresServer | undefined;
  let reason = "none was found (TEST_DATABASE_URL, /usr/lib/postgresql, PATH)";
  try {
    server = await openPostgresServer({ isDurable: false });
  } catch (error) {
    reason = `the installed one does not start: ${error instanceof Error ? error.message : String(error)}`;
  }
  project.provide("postgresUrl", server?.url);
  if (server) return server.stop;
  const isNeeded = process.env["FULL_RUN"] !== undefined || Boolean(process.env["CI"]);
  if (isNeeded) throw new Error(`A full run and one with CI=true need PostgreSQL, but ${reason}.`);
  process.stdout.write(`The tests of PostgreSQL are left out: ${reason}.\n`);
  return undefined;
}
