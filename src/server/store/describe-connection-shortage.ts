import { sql } from "drizzle-orm";
import type { DatabaseReader } from "./database.ts";
import { LISTENER_APPLICATION_NAME } from "./postgres-events.ts";

/** Connections of a server in addition to its pool: one that receives notifications. */
const EXTRA_CONNECTIONS = 1;
/** Smallest pool size to recommend: with a smaller pool, most requests would wait. */
const MIN_POOL = 2;

/** Assumes that the pools of the other servers have the same size. */
export async function describeConnectionShortage(
  database: DatabaseReader,
  pool: number,
): Promise<string | undefined> {
  const { rows } = await database.execute(sql`
    SELECT
      current_setting('max_connections')::integer
        - current_setting('superuser_reserved_connections')::integer
        - coalesce(current_setting('reserved_connections', true), '0')::integer AS accepted,
      count(*) FILTER (WHERE coalesce(application_name, '') NOT LIKE 'flowline%')::integer AS others,
      count(*) FILTER (WHERE application_name = ${LISTENER_APPLICATION_NAME})::integer + 1 AS servers
    FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`);
  const accepted = Number(rows[0]?.["accepted"]);
  const others = Number(rows[0]?.["others"]);
  const servers = Number(rows[0]?.["servers"]);
  const wanted = servers * (pool + EXTRA_CONNECTIONS);
  if (wanted + others <= accepted) return undefined;
  const owners = servers === 1 ? "this server" : `${servers} Flowline servers`;
  const fitting = Math.floor((accepted - others) / servers) - EXTRA_CONNECTIONS;
  const advice = fitting < MIN_POOL ? "" : `lower FLOWLINE_DATABASE_POOL to ${fitting}, `;
  return `PostgreSQL accepts ${accepted} connections; other programs use ${others}, and ${owners} may open ${wanted}, as FLOWLINE_DATABASE_POOL is ${pool}. While none is free, requests get 503: ${advice}raise max_connections, or use a pooler.`;
}
