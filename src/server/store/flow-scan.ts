import { setImmediate as nextTurn } from "node:timers/promises";
import { and, asc, eq, gt, lte, sql } from "drizzle-orm";
import type { DatabaseReader } from "./database.ts";
import { flowsTable } from "./tables.ts";

export interface ScannedFlow {
  readonly id: string;
  readonly name: string;
  /** JSON text of the steps. */
  readonly steps: string;
}

/** A query blocks the server if the store is embedded. `bytes`: compressed size. */
const WINDOW = { rows: 25, bytes: 500_000 } as const;

/** In its JSON form, in windows of limited size, so that a long search does not block the server. */
export async function* scanFlowsContaining(
  reader: DatabaseReader,
  organizationId: string,
  text: string,
): AsyncGenerator<readonly ScannedFlow[]> {
  const isOwn = eq(flowsTable.organizationId, organizationId);
  for (let last: string | undefined; ;) {
    const after = last === undefined ? isOwn : and(isOwn, gt(flowsTable.id, last));
    const sizes = await reader
      .select({ id: flowsTable.id, bytes: sql<number>`pg_column_size(${flowsTable.steps})` })
      .from(flowsTable)
      .where(after)
      .orderBy(asc(flowsTable.id))
      .limit(WINDOW.rows);
    const end = findWindowEnd(sizes);
    if (end === undefined) return;
    yield await reader
      .select({ id: flowsTable.id, name: flowsTable.name, steps: flowsTable.steps })
      .from(flowsTable)
      .where(and(after, lte(flowsTable.id, end), sql`strpos(${flowsTable.steps}::text, ${text}) > 0`))
      .orderBy(asc(flowsTable.id));
    last = end;
    await nextTurn();
  }
}

function findWindowEnd(rows: readonly { readonly id: string; readonly bytes: number }[]): string | undefined {
  let total = 0;
  for (const { id, bytes } of rows) {
    total += bytes;
    if (total > WINDOW.bytes) return id;
  }
  return rows.at(-1)?.id;
}
