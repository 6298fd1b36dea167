import { sql } from "drizzle-orm";
import type { ServerStatus } from "#contract/server-status.ts";
import { waitAtMost } from "#server/domain/wait-at-most.ts";
import type { Store } from "./store.ts";

/** Time limit of the query in milliseconds: short, because the page waits for the result. */
const CHECK_MS = 3000;

/** Asks the store for its version. A store that fails or does not answer in time is reported as unreachable. */
export async function readStoreStatus(
  { kind, database }: Pick<Store, "kind" | "database">,
  timeLimitMs: number = CHECK_MS,
): Promise<NonNullable<ServerStatus["store"]>> {
  const startedAt = performance.now();
  const query = database.execute<{ server_version: string }>(sql`SHOW server_version`);
  const answer = await waitAtMost(
    timeLimitMs,
    query.catch(() => undefined),
  );
  const version = answer?.rows[0]?.server_version;
  const durationMs = Math.round(performance.now() - startedAt);
  return {
    type: kind,
    reachable: version !== undefined,
    durationMs,
    ...(version !== undefined && { version }),
  };
}
