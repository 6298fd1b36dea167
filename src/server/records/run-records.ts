import { createHash } from "node:crypto";
import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";
import { findUnstorableJsonValue } from "#core/json/unstorable-json-value.ts";
import { RECORD_LIMITS } from "#contract/record.ts";
import { DomainError } from "#server/domain/domain-error.ts";
import { type Caller, isScopeGrantedToCaller } from "#server/domain/caller.ts";
import type {
  RecordLookupPurpose,
  RecordOfRun,
  RecordReaderWriterForRuns,
  RecordWriteResult,
} from "#server/runner/run-plan.ts";
import { StepFailure } from "#server/domain/step-failure.ts";
import { isWellFormedId } from "#server/flows/flow-access.ts";
import { readRecordPage } from "#server/store/record-page.ts";
import { FilterTooCostlyError } from "#server/store/record-scan.ts";
import {
  type RecordRow,
  findRecord,
  findRecordByName,
  findRecordRowsByIds,
  insertRecords,
  lockAndReadRecordRow,
} from "#server/store/record-rows.ts";
import {
  type RecordServiceDependencies,
  createRecordId,
  publishRecordsChangedEvent,
} from "./record-context.ts";
import { parseAndCompileRecordFilter } from "./record-filter.ts";
import { buildNewRecordRow, updateLockedRecordRow } from "./update-record-fields.ts";
import { quoteName } from "#core/text/quote-name.ts";

const TRIES = 5;

export interface RecordStoreForRuns extends RecordReaderWriterForRuns {
  findAll(organizationId: string, ids: readonly string[]): Promise<ReadonlyMap<string, RecordOfRun>>;
}

export function createRecordStoreForRuns(context: RecordServiceDependencies): RecordStoreForRuns {
  const { store } = context;
  const { database } = store;
  return {
    find: async (caller, id, purpose = "read") => {
      requireFor(caller, purpose);
      const row = isWellFormedId(id) ? await findRecord(database, caller.organizationId, id) : undefined;
      return row && { ...EMPTY, ...showTo(caller, toRunRecord(row), {}) };
    },
    findAll: async (organizationId, ids) => {
      const rows = await findRecordRowsByIds(database, organizationId, ids.filter(isWellFormedId));
      return new Map(rows.map((row) => [row.id, toRunRecord(row)]));
    },
    findByName: async (caller, type, name, purpose = "read") => {
      requireFor(caller, purpose);
      if (!isText(type) || !isText(name)) return undefined;
      const row = await findRecordByName(database, caller.organizationId, type, name);
      return row && { ...EMPTY, ...showTo(caller, toRunRecord(row), {}) };
    },
    list: async (caller, { type, search, filter, limit }) => {
      // Whether a filter matches a record reveals the record's content.
      requireFor(caller, "read");
      for (const text of [type, search]) {
        if (text !== undefined && !isText(text)) throw new StepFailure("This search text is not valid.");
      }
      const where = filter === undefined ? undefined : readRunFilter(filter, context.now());
      const page = { type, search, where, limit, direction: "next", from: undefined } as const;
      try {
        return (await readRecordPage(store, caller.organizationId, page)).rows.map(toRunRecord);
      } catch (error) {
        throw error instanceof FilterTooCostlyError
          ? new StepFailure(error.message, { cause: error })
          : error;
      }
    },
    upsert: async (caller, { type, name, metadata }, { merge, idempotencyKey }) => {
      requireFor(caller, "write");
      checkName("type", type, RECORD_LIMITS.type);
      checkName("name", name, RECORD_LIMITS.name);
      const lastRunWrite = hashRunWrite(idempotencyKey, [type, name, metadata, merge]);
      return store.write(async (tx, publish) => {
        for (let tried = 0; tried < TRIES; tried += 1) {
          const row = await lockAndReadRecordRow(tx, caller.organizationId, { type, name });
          if (row) {
            if (row.lastRunWrite === lastRunWrite)
              return showTo(caller, toRunRecord(row), { type, name, metadata });
            const fields = { metadata: mergedText(row, metadata, merge), lastRunWrite };
            const saved = await updateLockedRecordRow(context, { tx, publish, caller }, row, fields);
            return showTo(caller, toRunRecord(saved), { type, name, metadata });
          }
          const now = context.now();
          const text = metadataText(metadata);
          const made = buildNewRecordRow(caller, now, createRecordId(now), {
            type,
            name,
            metadata: text,
            messages: null,
          });
          if ((await insertRecords(tx, [{ ...made, lastRunWrite }])).size > 0) {
            publishRecordsChangedEvent(context, publish, caller, [type]);
            return toRunRecord(made);
          }
        }
        throw new StepFailure(
          `The record ${quoteName(name)} is being written by another request. Nothing was changed; retry.`,
        );
      });
    },
    update: async (caller, id, updates, { merge, idempotencyKey }) => {
      requireFor(caller, "write");
      const lastRunWrite = hashRunWrite(idempotencyKey, [id, updates, merge]);
      return store.write(async (tx, publish) => {
        const row = isWellFormedId(id)
          ? await lockAndReadRecordRow(tx, caller.organizationId, { id })
          : undefined;
        if (!row) throw new StepFailure("The record no longer exists.");
        if (row.lastRunWrite === lastRunWrite) return showTo(caller, toRunRecord(row), { metadata: updates });
        const fields = { metadata: mergedText(row, updates, merge), lastRunWrite };
        const saved = await updateLockedRecordRow(context, { tx, publish, caller }, row, fields);
        return showTo(caller, toRunRecord(saved), { metadata: updates });
      });
    },
  };
}

const NEEDED = {
  read: { scope: "RECORDS:READ", doing: "Reading" },
  write: { scope: "RECORDS:WRITE", doing: "Writing" },
} as const;

function requireFor(caller: Caller, purpose: RecordLookupPurpose): void {
  const { scope, doing } = NEEDED[purpose];
  if (isScopeGrantedToCaller(caller, scope)) return;
  throw new StepFailure(`${doing} records requires the scope ${scope}, which this run’s API key lacks.`);
}

const EMPTY = { name: "", type: "" };

/** For a caller without the read scope: only the id and the fields of the caller's request. */
function showTo(caller: Caller, record: RecordOfRun, sent: Partial<RecordOfRun>): RecordWriteResult {
  if (isScopeGrantedToCaller(caller, "RECORDS:READ")) return record;
  return { metadata: {}, ...sent, id: record.id, messages: null };
}

/** Hashes a write of a step: a repeated write has the same hash, a write of other values a different one. */
function hashRunWrite(idempotencyKey: string, write: readonly JsonValue[]): string {
  return createHash("sha256")
    .update(JSON.stringify([idempotencyKey, ...write]))
    .digest("base64url");
}

function toRunRecord({ id, type, name, metadata, messages }: RecordRow): RecordOfRun {
  return {
    id,
    type,
    name,
    metadata: JSON.parse(metadata) as JsonObject,
    messages: messages === null ? null : (JSON.parse(messages) as readonly JsonValue[]),
  };
}

function mergedText(row: RecordRow, values: JsonObject, merge: "merge" | "replace" | "deep-merge"): string {
  if (merge === "replace") return metadataText(values);
  const old = JSON.parse(row.metadata) as JsonObject;
  return metadataText(merge === "merge" ? { ...old, ...values } : mergeDeep(old, values));
}

/** Merges nested objects; other values of `values`, such as lists, replace those of `old`. */
export function mergeDeep(old: JsonObject, values: JsonObject): JsonObject {
  const merged = new Map(Object.entries(old));
  for (const [key, value] of Object.entries(values)) {
    const before = merged.get(key);
    merged.set(key, isJsonObject(before) && isJsonObject(value) ? mergeDeep(before, value) : value);
  }
  return Object.fromEntries(merged);
}

/** Throws for what cannot be stored unchanged: unlike request bodies, step outputs are unchecked. */
function metadataText(metadata: JsonObject): string {
  const text = JSON.stringify(metadata);
  if (Buffer.byteLength(text) > RECORD_LIMITS.bytes) {
    throw new StepFailure(`The record’s values exceed ${RECORD_LIMITS.bytes} bytes. Nothing was changed.`);
  }
  const fault = findUnstorableJsonValue(text, metadata);
  if (fault)
    throw new StepFailure(`The record’s values can’t be stored: ${fault.message} Nothing was changed.`);
  return text;
}

function checkName(what: "type" | "name", text: string, most: number): void {
  if (text.length > 0 && text.length <= most && isText(text)) return;
  throw new StepFailure(`A record's ${what} must be a text of 1 to ${most} characters. Nothing was changed.`);
}

function isText(text: string): boolean {
  return !text.includes("\0") && !/\p{Surrogate}/u.test(text);
}

function readRunFilter(filter: JsonValue, now: number) {
  try {
    return parseAndCompileRecordFilter(filter, now, { at: [] });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const [detail] = error.details;
    const place = detail?.path ? ` (at ${detail.path})` : "";
    throw new StepFailure(`${error.message} ${detail?.message ?? ""}${place}`, { cause: error });
  }
}
