import type { JsonObject, JsonValue } from "#core/json/json.ts";
import { DomainError } from "#server/domain/domain-error.ts";
import { type Caller, isScopeGrantedToCaller } from "#server/domain/caller.ts";
import { isWellFormedId } from "#server/flows/flow-access.ts";
import {
  type LockedRecordRow,
  type RecordRow,
  deleteRecordRows,
  insertRecords,
  lockAndReadRecordRow,
  updateRecordRow,
} from "#server/store/record-rows.ts";
import { getSqlStateOfError } from "#server/store/sql-state.ts";
import { createRecordNotFoundError } from "./get-record.ts";
import {
  type RecordServiceDependencies,
  type RecordWriteTransactionContext,
  createRecordId,
  publishRecordsChangedEvent,
} from "./record-context.ts";
import { quoteName } from "#core/text/quote-name.ts";

interface RecordInput {
  readonly type?: string | undefined;
  readonly name?: string | undefined;
  readonly metadata?: JsonObject | undefined;
  readonly messages?: readonly JsonValue[] | null | undefined;
}

/** Creates a record. Throws `conflict` if its type already has a record with this name. */
export async function createRecord(
  context: RecordServiceDependencies,
  { tx, publish, caller }: RecordWriteTransactionContext,
  input: RecordInput & Pick<RecordRow, "type" | "name">,
): Promise<RecordRow> {
  const now = context.now();
  const row = buildNewRecordRow(caller, now, createRecordId(now), {
    type: input.type,
    name: input.name,
    metadata: JSON.stringify(input.metadata ?? {}),
    messages: messagesText(input.messages),
  });
  const made = await insertRecords(tx, [row]);
  if (made.size === 0) throw recordExists(row);
  publishRecordsChangedEvent(context, publish, caller, [row.type]);
  return row;
}

export function buildNewRecordRow(
  { organizationId, userId }: Caller,
  now: number,
  id: string,
  fields: Pick<RecordRow, "type" | "name" | "metadata" | "messages">,
): RecordRow {
  const time = new Date(now);
  return { organizationId, id, userId, ...fields, productSurfaceId: null, createdAt: time, updatedAt: time };
}

/** Updates the given fields. If no value differs, writes nothing and keeps `updatedAt`. */
export async function updateRecordFields(
  context: RecordServiceDependencies,
  write: RecordWriteTransactionContext,
  id: string,
  { type, name, metadata, messages }: RecordInput,
): Promise<RecordRow> {
  const fields = {
    ...(type !== undefined && { type }),
    ...(name !== undefined && { name }),
    ...(metadata !== undefined && { metadata: JSON.stringify(metadata) }),
    ...(messages !== undefined && { messages: messagesText(messages) }),
  };
  const row = await lockAndReadRecordRow(write.tx, write.caller.organizationId, { id });
  if (!row) throw createRecordNotFoundError();
  return updateLockedRecordRow(context, write, row, fields);
}

/** Writes the fields that differ from the locked `row` and publishes the change. Throws `conflict` if the name is taken. */
export async function updateLockedRecordRow(
  context: RecordServiceDependencies,
  { tx, publish, caller }: RecordWriteTransactionContext,
  row: RecordRow,
  {
    lastRunWrite,
    ...fields
  }: Partial<Pick<LockedRecordRow, "type" | "name" | "metadata" | "messages" | "lastRunWrite">>,
): Promise<RecordRow> {
  const isSame = (Object.keys(fields) as (keyof typeof fields)[]).every((key) => fields[key] === row[key]);
  if (isSame) return row;
  const updatedAt = new Date(Math.max(context.now(), row.updatedAt.getTime() + 1));
  const changed = { ...row, ...fields, updatedAt };
  await updateRecordRow(tx, { ...changed, lastRunWrite }).catch((error: unknown) => {
    const mayRead = isScopeGrantedToCaller(caller, "RECORDS:READ");
    throw isDuplicate(error) ? recordExists(mayRead ? changed : fields) : error;
  });
  publishRecordsChangedEvent(context, publish, caller, [row.type, changed.type]);
  return changed;
}

export async function removeRecord(
  context: RecordServiceDependencies,
  caller: Caller,
  id: string,
): Promise<void> {
  const deleted = await removeRecords(context, caller, [id]);
  if (deleted.length === 0) throw createRecordNotFoundError();
}

export async function removeRecordsByIds(
  context: RecordServiceDependencies,
  caller: Caller,
  sent: readonly string[],
) {
  const ids = [...new Set(sent)];
  const deleted = new Set(await removeRecords(context, caller, ids.filter(isWellFormedId)));
  const notFoundIds = ids.filter((id) => !deleted.has(id));
  return {
    success: true,
    deleted: deleted.size,
    deletedIds: ids.filter((id) => deleted.has(id)),
    ...(notFoundIds.length > 0 && { notFoundIds }),
  };
}

async function removeRecords(context: RecordServiceDependencies, caller: Caller, ids: readonly string[]) {
  if (ids.length === 0) return [];
  return context.store.write(async (tx, publish) => {
    const deleted = await deleteRecordRows(tx, caller.organizationId, ids);
    publishRecordsChangedEvent(
      context,
      publish,
      caller,
      deleted.map(({ type }) => type),
    );
    return deleted.map(({ id }) => id);
  });
}

function messagesText(messages: RecordInput["messages"] = null): string | null {
  return messages === null ? null : JSON.stringify(messages);
}

/** Names only the given fields in the error message, because the caller may not be allowed to read the other fields. */
function recordExists({ type, name }: Partial<Pick<RecordRow, "type" | "name">>): DomainError {
  const record = type === undefined ? "A record of this type" : `A ${quoteName(type)} record`;
  const named = name === undefined ? "with this name" : `named ${quoteName(name)}`;
  const message = `${record} ${named} already exists.`;
  const details = [{ message, path: "name", code: "DUPLICATE_RECORD" } as const];
  return new DomainError("conflict", message, { details });
}

/** Whether the database rejected a duplicate: 23505 is PostgreSQL's code of a unique violation. */
function isDuplicate(error: unknown): boolean {
  return getSqlStateOfError(error) === "23505";
}
