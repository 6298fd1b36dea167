import { sql } from "drizzle-orm";
import type { ApiKey } from "#server/domain/api-keys.ts";
import type { DatabaseTransaction } from "./database.ts";

/**
 * Pauses the schedules and alert rules of API keys that are gone, and returns how many. A key that was replaced by one of the
 * same name is not gone; what was made without keys stays.
 */
export async function pauseRowsOfRemovedKeys(tx: DatabaseTransaction, keys: readonly ApiKey[]) {
  const hashes = JSON.stringify(keys.map(({ hash }) => hash));
  const names = JSON.stringify(keys.flatMap(({ name }) => name ?? []));
  const isGone = (name: string) => sql`
    key_hash IS NOT NULL
    AND key_hash NOT IN (SELECT json_array_elements_text(${hashes}::json))
    AND coalesce(${sql.identifier(name)} NOT IN (SELECT json_array_elements_text(${names}::json)), true)`;
  const schedules = await tx.execute(sql`
    UPDATE schedules SET enabled = false, next_run_at = NULL, pause_reason = 'key'
    WHERE enabled AND ${isGone("key_name")} RETURNING id`);
  const alerts = await tx.execute(sql`
    UPDATE alert_rules SET is_enabled = false, watch_job_id = NULL, pause_reason = 'key'
    WHERE is_enabled AND ${isGone("created_by")} RETURNING id`);
  return { schedules: schedules.rows.length, alerts: alerts.rows.length };
}
