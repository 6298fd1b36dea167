import { serializeWithRawJson } from "#server/domain/serialize-with-raw-json.ts";
import { type Caller, isScopeGrantedToCaller } from "#server/domain/caller.ts";
import type { RecordRow } from "#server/store/record-rows.ts";

type Content = Pick<RecordRow, "type" | "name" | "metadata" | "messages">;

const HIDDEN: Content = { type: "", name: "", metadata: "{}", messages: null };

/** For a caller without the read scope, fields that the request did not contain are empty. */
export function serializeChangedRecord(caller: Caller, row: RecordRow, sent: object): string {
  if (isScopeGrantedToCaller(caller, "RECORDS:READ")) return serializeRecord(row);
  const isUnsent = ([key]: [string, unknown]) => !Object.hasOwn(sent, key);
  return serializeRecord({ ...row, ...Object.fromEntries(Object.entries(HIDDEN).filter(isUnsent)) });
}

export function serializeRecord(row: RecordRow): string {
  const { id, type, name, productSurfaceId, userId, organizationId, createdAt, updatedAt } = row;
  return serializeWithRawJson(
    { id, type, name, productSurfaceId, userId, organizationId, createdAt, updatedAt },
    { metadata: row.metadata, messages: row.messages ?? "null" },
  );
}
