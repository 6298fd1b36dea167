import { setImmediate as nextTurn } from "node:timers/promises";
import { type EditRecordsBody, RECORD_LIMITS } from "#contract/record.ts";
import { type JsonObject, type JsonValue, isEqualJson } from "#core/json/json.ts";
import type { Caller } from "#server/domain/caller.ts";
import type { JsonTypeOf } from "#server/domain/assert-matches-schema.ts";
import { type CodedErrorDetail, createInvalidRequestError } from "#server/domain/domain-error.ts";
import { isWellFormedId } from "#server/flows/flow-access.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import {
  type CompiledRecordFilter,
  type RecordFieldCondition,
  type RecordFilterExpression,
  compileRecordFilter,
} from "#server/store/record-fields.ts";
import { listRecordIds } from "#server/store/record-page.ts";
import {
  type RecordRow,
  findRecordRowsByIds,
  lockMatchingRecords,
  updateMetadataOfRecords,
} from "#server/store/record-rows.ts";
import { ScanCosts, buildRecordSqlCondition, splitRecordIdsIntoWindows } from "#server/store/record-scan.ts";
import { type RecordServiceDependencies, publishRecordsChangedEvent } from "./record-context.ts";
import { parseRecordFilter } from "./record-filter.ts";
import { quoteValue } from "#core/text/quote-name.ts";
import { formatCountWithNoun } from "#core/text/format-count.ts";

type EditRequest = JsonTypeOf<EditRecordsBody>;

interface RecordEdit {
  readonly updates: ReadonlyMap<string, JsonValue>;
  readonly deleteFields: readonly string[];
  readonly isDryRun: boolean;
}

interface Selection {
  readonly ids: readonly string[] | undefined;
  readonly type: string | undefined;
  readonly where: CompiledRecordFilter | undefined;
}

interface RecordChange {
  readonly id: string;
  /** JSON of the changed fields before and after; undefined if nothing changes. */
  readonly json: string | undefined;
}

/** Maximum number of records that one statement locks. */
const MAX_LOCKED_ROWS = 200;
/** Bytes of metadata at which a slice of records ends; each slice is read and changed at once. */
const SLICE_BYTES = 4 * 1024 * 1024;

/** Maximum characters of `data` in a response. */
const MAX_DATA_CHARACTERS = 4 * 1024 * 1024;

/** In one transaction; JSON text. A dry run does the same except for the writes, and reports the same errors. */
export async function editRecords(
  context: RecordServiceDependencies,
  caller: Caller,
  body: EditRequest,
  signal: AbortSignal,
): Promise<string> {
  const edit = readEdit(body);
  const selection = readSelection(body, context.now());
  const ids = selection.ids ?? (await findIds(context, caller, selection, signal));
  const changes = new Map<string, string | undefined>();
  await context.store.write(async (tx, publish) => {
    const types = new Set<string>();
    const size = { left: RECORD_LIMITS.editedBytes };
    const costs = new ScanCosts(selection.where);
    const sorted = [...new Set(ids)].filter(isWellFormedId).toSorted();
    for (let start = 0; start < sorted.length; start += MAX_LOCKED_ROWS) {
      const part = sorted.slice(start, start + MAX_LOCKED_ROWS);
      const windows = selection.where
        ? await splitRecordIdsIntoWindows(tx, caller.organizationId, part, costs)
        : [part];
      for (const window of windows) {
        // Yields to the event loop, because queries of the embedded store run on this thread without I/O.
        await nextTurn();
        signal.throwIfAborted();
        const edited = await editPart(context, { tx, caller }, window, { selection, edit, size });
        for (const { id, json, type } of edited) {
          changes.set(id, json);
          if (json !== undefined) types.add(type);
        }
      }
    }
    if (!edit.isDryRun) publishRecordsChangedEvent(context, publish, caller, [...types]);
  });
  return describe(ids, changes, selection);
}

function readEdit({ updates = {}, deleteFields = [], dryRun = false }: EditRequest): RecordEdit {
  const conflicts = deleteFields.flatMap((field, index): CodedErrorDetail[] => {
    if (!Object.hasOwn(updates, field)) return [];
    const message = `${quoteValue(field)} is also in updates. Set a field or delete it, not both.`;
    return [{ message, path: `deleteFields.${index}`, code: "INVALID_VALUE" }];
  });
  if (conflicts.length > 0) throw createInvalidRequestError("The request is not valid.", ...conflicts);
  return { updates: new Map(Object.entries(updates)), deleteFields, isDryRun: dryRun };
}

function readSelection(body: EditRequest, now: number): Selection {
  const { recordIds, recordFilter, applyToAll = false, conditions = [] } = body;
  const isSelected = recordIds !== undefined || recordFilter !== undefined || conditions.length > 0;
  if (!isSelected && !applyToAll) {
    const message =
      "No records selected. Send recordIds, recordFilter or conditions, or set applyToAll to true.";
    throw createInvalidRequestError(message, { message, path: "recordIds", code: "MISSING_REQUIRED_FIELD" });
  }
  if (applyToAll && (recordIds !== undefined || recordFilter !== undefined)) {
    const other = recordIds === undefined ? "recordFilter" : "recordIds";
    const message = `Send either applyToAll or ${other}, not both.`;
    throw createInvalidRequestError(message, { message, path: "applyToAll", code: "INVALID_VALUE" });
  }
  const filter =
    recordFilter?.where === undefined
      ? []
      : [parseRecordFilter(recordFilter.where, now, { at: ["recordFilter", "where"] })];
  const items = [...filter, ...conditions.map(readCondition)];
  return {
    ids: recordIds,
    type: recordFilter?.type,
    where: items.length > 0 ? compileRecordFilter({ join: "and", items }) : undefined,
  };
}

function readCondition({
  field,
  operator,
  value,
}: NonNullable<EditRequest["conditions"]>[number]): RecordFilterExpression {
  const test = (): RecordFieldCondition => {
    switch (operator) {
      case "equals":
        return { op: "eq", value };
      case "not_equals":
        return { op: "neq", value };
      case "equals_ci":
        return { op: "eqFolded", value: String(value) };
      case "contains":
        return { op: "contains", value: String(value) };
      case "not_contains":
        return { op: "notContains", value: String(value) };
    }
  };
  return { field, test: test() };
}

async function findIds(
  { store }: RecordServiceDependencies,
  { organizationId }: Caller,
  { type, where }: Selection,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const limit = { most: RECORD_LIMITS.edited, signal };
  const ids = await listRecordIds(store, organizationId, { type, where }, limit);
  if (ids) return ids;
  const message = `More than ${formatCountWithNoun(RECORD_LIMITS.edited, "record")} match. Nothing was changed; narrow the selection.`;
  throw createInvalidRequestError(message, { message, code: "TOO_MANY_ITEMS" });
}

interface PartEdit {
  readonly selection: Selection;
  readonly edit: RecordEdit;
  readonly size: { left: number };
}

/** Locks the records that still match, and edits them in slices of limited size. */
async function editPart(
  context: RecordServiceDependencies,
  { tx, caller: { organizationId } }: { readonly tx: DatabaseTransaction; readonly caller: Caller },
  ids: readonly string[],
  { selection: { type, where }, edit, size }: PartEdit,
): Promise<readonly (RecordChange & { readonly type: string })[]> {
  const condition = buildRecordSqlCondition(organizationId, { type, where });
  const locked = await lockMatchingRecords(tx, organizationId, ids, condition);
  const changes: (RecordChange & { readonly type: string })[] = [];
  for (let start = 0, end = 0; start < locked.length; start = end) {
    let bytes = 0;
    do bytes += locked[end++]?.length ?? 0;
    while (end < locked.length && bytes < SLICE_BYTES);
    const slice = locked.slice(start, end).map(({ id }) => id);
    await nextTurn();
    const rows = await findRecordRowsByIds(tx, organizationId, slice);
    const edited = rows.map((row) => editRow(row, edit, size));
    const changed = edited.flatMap(({ row }) => (row ? [row] : []));
    const now = context.now();
    const written = changed.map(({ id, metadata, updatedAt }) => ({
      id,
      metadata,
      updatedAt: new Date(Math.max(now, updatedAt.getTime() + 1)),
    }));
    if (written.length > 0 && !edit.isDryRun) await updateMetadataOfRecords(tx, organizationId, written);
    changes.push(...edited.map(({ change }) => change));
  }
  return changes;
}

function editRow(row: RecordRow, { updates, deleteFields }: RecordEdit, size: { left: number }) {
  const old = new Map<string, JsonValue>(Object.entries(JSON.parse(row.metadata) as JsonObject));
  const next = new Map(old);
  for (const [key, value] of updates) next.set(key, value);
  for (const key of deleteFields) next.delete(key);
  const keys = [...new Set([...updates.keys(), ...deleteFields])].filter(
    (key) => !isEqualJson(old.get(key), next.get(key)),
  );
  const { id, type } = row;
  size.left -= row.metadata.length;
  if (keys.length === 0) return { row: undefined, change: { id, type, json: undefined } };
  const metadata = JSON.stringify(Object.fromEntries(next));
  const length = Buffer.byteLength(metadata);
  size.left -= length;
  if (length > RECORD_LIMITS.bytes) {
    throw refuseSize(`The metadata of ${id} would exceed ${RECORD_LIMITS.bytes} bytes. Nothing was changed.`);
  }
  if (size.left < 0) {
    const most = RECORD_LIMITS.editedBytes / 1024 ** 2;
    throw refuseSize(
      `The selected records hold more than ${most} MB of metadata. Nothing was changed; edit fewer at once.`,
    );
  }
  const pick = (from: ReadonlyMap<string, JsonValue>) =>
    Object.fromEntries(keys.flatMap((key) => (from.has(key) ? [[key, from.get(key)]] : [])));
  const json = JSON.stringify({ id, before: pick(old), after: pick(next) });
  return { row: { ...row, metadata }, change: { id, type, json } };
}

function refuseSize(message: string): Error {
  return createInvalidRequestError(message, { message, path: "updates", code: "TOO_BIG" });
}

function describe(
  ids: readonly string[],
  changes: ReadonlyMap<string, string | undefined>,
  { ids: sent, type, where }: Selection,
): string {
  const order = [...new Set(ids)];
  const selected = order.filter((id) => changes.has(id));
  const data: string[] = [];
  let length = 0;
  let isCut = false;
  for (const json of selected.map((id) => changes.get(id))) {
    if (json === undefined) continue;
    length += json.length;
    isCut = length > MAX_DATA_CHARACTERS && data.length > 0;
    if (isCut) break;
    data.push(json);
  }
  const isByIdsOnly = sent !== undefined && type === undefined && where === undefined;
  const missing = isByIdsOnly ? order.filter((id) => !changes.has(id)) : [];
  const rest = [
    `"recordIds":${JSON.stringify(selected)}`,
    ...(isCut ? ['"truncated":true'] : []),
    ...(missing.length > 0 ? [`"notFoundIds":${JSON.stringify(missing)}`] : []),
  ];
  return `{"data":[${data.join(",")}],${rest.join(",")}}`;
}
