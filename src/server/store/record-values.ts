import { sql } from "drizzle-orm";
import type { Reader } from "./database.ts";
import { selectField } from "./record-fields.ts";
import { matchesRecord } from "./record-page.ts";
import { records } from "./schema.ts";

/** Records that are looked into, the last changed first. */
const MAX_RECORDS = 10_000;
const MAX_LENGTH = 500;

/** The texts, numbers and booleans that a field holds, the most frequent first. `isCut`: there may be others. */
export async function countFieldValues(
  reader: Reader,
  organizationId: string,
  { type, field, limit }: { readonly type: string; readonly field: string; readonly limit: number },
) {
  const { rows } = await reader.execute(sql`
    WITH looked AS (
      SELECT field.kind, field.value
      FROM (
        SELECT * FROM ${records} WHERE ${matchesRecord(organizationId, { type })}
        ORDER BY updated_at DESC, id DESC LIMIT ${MAX_RECORDS}
      ) AS ${records}, LATERAL (${selectField(field)}) AS field
    )
    SELECT kind, value, count(*) AS count, (SELECT count(*) FROM looked) AS looked FROM looked
    WHERE kind IN ('string', 'number', 'boolean') AND length(value) <= ${MAX_LENGTH}
    GROUP BY kind, value ORDER BY 3 DESC, value COLLATE "C" LIMIT ${limit + 1}`);
  const values = rows.slice(0, limit).map(({ kind, value, count }) => ({
    value: kind === "string" ? (value as string) : (JSON.parse(value as string) as number | boolean),
    count: Number(count),
  }));
  return { values, isCut: rows.length > limit || Number(rows[0]?.["looked"] ?? 0) >= MAX_RECORDS };
}
