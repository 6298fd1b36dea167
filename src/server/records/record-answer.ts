import { objectText } from "#server/answer.ts";
import type { RecordRow } from "#server/store/record-rows.ts";

/** A record as the API answers it; its stored texts go in as they are. */
export function recordText(row: RecordRow): string {
  const { id, type, name, productSurfaceId, userId, organizationId, createdAt, updatedAt } = row;
  return objectText(
    { id, type, name, productSurfaceId, userId, organizationId, createdAt, updatedAt },
    { metadata: row.metadata, messages: row.messages ?? "null" },
  );
}
