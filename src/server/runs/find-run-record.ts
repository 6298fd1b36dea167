import { and, eq } from "drizzle-orm";
import type { JsonObject, JsonValue } from "#core/json.ts";
import type { RunRecords } from "#server/runner/run-plan.ts";
import { records } from "#server/store/schema.ts";
import type { Store } from "#server/store/store.ts";

/** Finds records as a run sees them. */
export function openRunRecords({ database }: Pick<Store, "database">): Pick<RunRecords, "find"> {
  return {
    find: async ({ organizationId }, id) => {
      const [row] = await database
        .select()
        .from(records)
        .where(and(eq(records.organizationId, organizationId), eq(records.id, id)));
      if (!row) return undefined;
      const { name, type, metadata, messages } = row;
      return {
        id,
        name,
        type,
        metadata: JSON.parse(metadata) as JsonObject,
        messages: messages === null ? null : (JSON.parse(messages) as readonly JsonValue[]),
      };
    },
  };
}
