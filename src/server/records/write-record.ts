import type { JsonObject } from "#core/json.ts";
import type { Answer } from "#server/answer.ts";
import { ApiFailure } from "#server/api-failure.ts";
import type { Caller } from "#server/caller.ts";
import { isId } from "#server/flows/flow-access.ts";
import type { Transaction } from "#server/store/database.ts";
import type { Tell } from "#server/store/news.ts";
import {
  type RecordRow,
  deleteRecordRows,
  insertRecords,
  lockRecord,
  updateRecordRow,
} from "#server/store/record-rows.ts";
import { sqlState } from "#server/store/sql-state.ts";
import { recordNotFound } from "./record-access.ts";
import { recordText } from "./record-answer.ts";
import { type RecordContext, mintRecordId, tellRecordsChanged } from "./record-context.ts";

/** Creates a record; 409 where its type has one of that name. */
export async function createRecord(
  context: RecordContext,
  tx: Transaction,
  tell: Tell,
  caller: Caller,
  body: JsonObject,
): Promise<Answer> {
  const now = context.now();
  const row = newRecord(caller, now, mintRecordId(now), {
    type: body["type"] as string,
    name: body["name"] as string,
    metadata: JSON.stringify(body["metadata"] ?? {}),
    messages: messagesText(body),
  });
  const made = await insertRecords(tx, [row]);
  if (made.size === 0) throw recordExists(row);
  tellRecordsChanged(context, tell, caller, [row.type]);
  return { status: 201, body: recordText(row) };
}

export function newRecord(
  { organizationId, userId }: Caller,
  now: number,
  id: string,
  fields: Pick<RecordRow, "type" | "name" | "metadata" | "messages">,
): RecordRow {
  const time = new Date(now);
  return { organizationId, id, userId, ...fields, productSurfaceId: null, createdAt: time, updatedAt: time };
}

/** Changes what the body names. When that is nothing new, nothing is written and the record keeps its time. */
export async function changeRecord(
  context: RecordContext,
  caller: Caller,
  id: string,
  body: JsonObject,
): Promise<Answer> {
  const fields = {
    ...(body["type"] !== undefined && { type: body["type"] as string }),
    ...(body["name"] !== undefined && { name: body["name"] as string }),
    ...(body["metadata"] !== undefined && { metadata: JSON.stringify(body["metadata"]) }),
    ...(body["messages"] !== undefined && { messages: messagesText(body) }),
  };
  return context.store.write(async (tx, tell) => {
    const row = await lockRecord(tx, caller.organizationId, { id });
    if (!row) throw recordNotFound();
    return { status: 200, body: recordText(await saveRecord(context, tx, tell, caller, row, fields)) };
  });
}

/** Writes what differs from a record that the transaction holds, and tells of it; 409 where the name is taken. */
export async function saveRecord(
  context: RecordContext,
  tx: Transaction,
  tell: Tell,
  caller: Caller,
  row: RecordRow,
  fields: Partial<Pick<RecordRow, "type" | "name" | "metadata" | "messages">>,
): Promise<RecordRow> {
  const isSame = (Object.keys(fields) as (keyof typeof fields)[]).every((key) => fields[key] === row[key]);
  if (isSame) return row;
  const updatedAt = new Date(Math.max(context.now(), row.updatedAt.getTime() + 1));
  const changed = { ...row, ...fields, updatedAt };
  await updateRecordRow(tx, changed).catch((error: unknown) => {
    throw isDuplicate(error) ? recordExists(changed) : error;
  });
  tellRecordsChanged(context, tell, caller, [row.type, changed.type]);
  return changed;
}

export async function removeRecord(context: RecordContext, caller: Caller, id: string): Promise<Answer> {
  const deleted = await removeRecords(context, caller, [id]);
  if (deleted.length === 0) throw recordNotFound();
  return { status: 204 };
}

/** Deletes those of the records that there are, and says which there are not. */
export async function removeManyRecords(
  context: RecordContext,
  caller: Caller,
  body: JsonObject,
): Promise<Answer> {
  const ids = [...new Set(body["ids"] as readonly string[])];
  const deleted = new Set(await removeRecords(context, caller, ids.filter(isId)));
  const notFoundIds = ids.filter((id) => !deleted.has(id));
  const answer = {
    success: true,
    deleted: deleted.size,
    deletedIds: ids.filter((id) => deleted.has(id)),
    ...(notFoundIds.length > 0 && { notFoundIds }),
  };
  return { status: 200, body: JSON.stringify(answer) };
}

async function removeRecords(context: RecordContext, caller: Caller, ids: readonly string[]) {
  if (ids.length === 0) return [];
  return context.store.write(async (tx, tell) => {
    const deleted = await deleteRecordRows(tx, caller.organizationId, ids);
    tellRecordsChanged(
      context,
      tell,
      caller,
      deleted.map(({ type }) => type),
    );
    return deleted.map(({ id }) => id);
  });
}

function messagesText(body: JsonObject): string | null {
  const messages = body["messages"] ?? null;
  return messages === null ? null : JSON.stringify(messages);
}

function recordExists({ type, name }: Pick<RecordRow, "type" | "name">): ApiFailure {
  const message = `There is already a record named “${name}” of the type “${type}”.`;
  return new ApiFailure(409, message, [{ message, path: "name", code: "DUPLICATE_RECORD" }]);
}

/** A unique index that would be hurt. */
function isDuplicate(error: unknown): boolean {
  return sqlState(error) === "23505";
}
