import { sql } from "drizzle-orm";
import type { ServerStatus } from "#contract/environment.ts";
import type { Store } from "./store.ts";

/** Time limit of the query in milliseconds: short, because the page waits for the result. */
const CHECK_MS = 3000;

/** Asks the store for its version. A store that fails or does not answer in time is reported as unreachable. */
export async function readStoreStatus(
  { kind, database }: Pick<Store, "kind" | "database">,
  timeLimitMs: number = CHECK_MS,
): Promise<NonNullable<ServerStatus["store"]>> {
  const startedAt = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeLimit = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeLimitMs);
  });
  const query = database.execute<{ server_version: string }>(sql`SHOW server_version`);
  const answer = await Promise.race([query.catch(() => undefined), timeLimit]);
  clearTimeout(timer);
  const version = answer?.rows[0]?.server_version;
  const durationMs = Math.round(performance.now() - startedAt);
  return {
    type: kind,
    reachable: version !== undefined,
    durationMs,
    ...(version !== undefined && { version }),
  };
}
