import { sql } from "drizzle-orm";
import { buildRecordFieldQuery } from "./record-fields.ts";
import { scanRecordsInWindows } from "./record-scan.ts";
import { recordsTable } from "./tables.ts";
import type { Store } from "./store.ts";

const MAX_RECORDS = 10_000;
const WINDOW_ROWS = 1000;
const MAX_LENGTH = 500;

export async function countRecordsByFieldValue(
  store: Pick<Store, "limitReads">,
  organizationId: string,
  query: { readonly type: string; readonly field: string; readonly limit: number },
  signal?: AbortSignal,
) {
  const { type, field, limit } = query;
  const order = { by: "updatedAt", isUp: false, from: undefined, signal } as const;
  const reader = store.limitReads("scan", signal);
  const counts = new Map<string, { value: string | number | boolean; text: string; count: number }>();
  let scanned = 0;
  for await (const window of scanRecordsInWindows(
    reader,
    organizationId,
    { type },
    { ...order, most: WINDOW_ROWS },
  )) {
    const { rows } = await reader.execute(sql`
      SELECT field.kind, field.value, count(*)::int AS count
      FROM ${recordsTable}, LATERAL (${buildRecordFieldQuery(field)}) AS field
      WHERE ${window.where} AND kind IN ('string', 'number', 'boolean') AND length(value) <= ${MAX_LENGTH}
      GROUP BY kind, value`);
    for (const row of rows as unknown as readonly { kind: string; value: string; count: number }[]) {
      const { kind, value: text, count } = row;
      const value = kind === "string" ? text : (JSON.parse(text) as number | boolean);
      const id = `${kind} ${text}`;
      counts.set(id, { value, text, count: count + (counts.get(id)?.count ?? 0) });
    }
    scanned += window.rows.length;
    if (scanned >= MAX_RECORDS) break;
  }
  const found = [...counts.values()].toSorted(
    (a, b) => b.count - a.count || Buffer.compare(Buffer.from(a.text), Buffer.from(b.text)),
  );
  const values = found.slice(0, limit).map(({ value, count }) => ({ value, count }));
  return { values, isCut: found.length > limit || scanned >= MAX_RECORDS };
}
