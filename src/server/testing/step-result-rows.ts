import { sql } from "drizzle-orm";
import type { Store } from "#server/store/store.ts";

export async function runSql(
  { database }: Pick<Store, "database">,
  text: string,
): Promise<readonly Record<string, unknown>[]> {
  return (await database.execute(sql.raw(text))).rows;
}

export async function insertFlowRow(store: Store, id: string): Promise<void> {
  await store.database.execute(sql`
    INSERT INTO flows (organization_id, id, user_id, name, name_key, steps, step_count, disabled_step_count, line,
      revision, definition_hash, created_at, updated_at)
    VALUES ('org_local', ${id}, 'user_local', 'Flow', 'flow', '[]', 0, 0, '[]', 1, 'hash', now(), now())`);
}

/** Inserts a result for each creation time as a server of schema 14 does, without a flow unless one is given. */
export async function insertResults(
  store: Store,
  times: readonly number[],
  {
    flowId,
    id,
    executionId = "exec_1",
    prefix = "",
  }: {
    readonly flowId?: string;
    readonly id?: string;
    readonly executionId?: string;
    readonly prefix?: string;
  } = {},
): Promise<void> {
  const rows = times.map((time, index) => ({
    id: id ?? `stepres_${prefix}${time}_${index}`,
    created_at: new Date(time).toISOString(),
  }));
  await store.database.execute(sql`
    INSERT INTO step_results (organization_id, id, user_id, flow_id, execution_id, step_name, step_type, position,
      status, output, created_at)
    SELECT 'org_local', id, 'user_local', ${flowId ?? null}::text, ${executionId}, 'A', 'prompt', 0, 'completed', '"out"',
      created_at
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS given (id text, created_at timestamptz)`);
}
