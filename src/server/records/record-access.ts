import { ApiFailure } from "#server/api-failure.ts";
import type { Caller } from "#server/caller.ts";
import { isId } from "#server/flows/flow-access.ts";
import { type RecordRow, findRecord } from "#server/store/record-rows.ts";
import type { RecordContext } from "./record-context.ts";

/** A record's id as a request names it, or 404 for what cannot be one. */
export function readRecordId(text: string | undefined): string {
  if (text === undefined || !isId(text)) throw recordNotFound();
  return text;
}

export function recordNotFound(): ApiFailure {
  return new ApiFailure(404, "Record not found.");
}

/** The record as it is now, or 404. */
export async function getRecord(context: RecordContext, caller: Caller, id: string): Promise<RecordRow> {
  const row = await findRecord(context.store.database, caller.organizationId, id);
  if (!row) throw recordNotFound();
  return row;
}
