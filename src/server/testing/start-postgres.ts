import type { TestProject } from "vitest/node";
import { openPostgresServer } from "./postgres-server.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Undefined where no PostgreSQL was found: that half of the tests is left out. */
    readonly postgresUrl: string | undefined;
  }
}

/** Gives the tests a PostgreSQL for as long as they run. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const server = await openPostgresServer({ isDurable: false });
  project.provide("postgresUrl", server?.url);
  if (server) return server.stop;
  process.stdout.write(
    "No PostgreSQL found (TEST_DATABASE_URL, /usr/lib/postgresql): its tests are left out.\n",
  );
  return undefined;
}
