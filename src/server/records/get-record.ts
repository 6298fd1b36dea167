import { type DomainError, createNotFoundError } from "#server/domain/domain-error.ts";
import type { Caller } from "#server/domain/caller.ts";
import { isWellFormedId } from "#server/flows/flow-access.ts";
import { type RecordRow, findRecord } from "#server/store/record-rows.ts";
import type { RecordServiceDependencies } from "./record-context.ts";

export function parseRecordId(text: string | undefined): string {
  if (text === undefined || !isWellFormedId(text)) throw createRecordNotFoundError();
  return text;
}

export function createRecordNotFoundError(): DomainError {
  return createNotFoundError("Record not found.");
}

export async function getRecord(
  context: RecordServiceDependencies,
  caller: Caller,
  id: string,
): Promise<RecordRow> {
  const row = await findRecord(context.store.database, caller.organizationId, id);
  if (!row) throw createRecordNotFoundError();
  return row;
}
