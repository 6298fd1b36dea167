import { type JsonObject, type JsonValue, isJsonObject, withKey } from "#core/json.ts";
import { findJsonFault } from "#core/json-text.ts";
import { RECORD_LIMITS } from "#contract/record.ts";
import { ApiFailure } from "#server/api-failure.ts";
import type { RunRecord, RunRecords } from "#server/runner/run-plan.ts";
import { StepFailure } from "#server/runner/step-failure.ts";
import { isId } from "#server/flows/flow-access.ts";
import { readRecordPage } from "#server/store/record-page.ts";
import {
  type RecordRow,
  findRecord,
  findRecordByName,
  findRecords,
  insertRecords,
  lockRecord,
} from "#server/store/record-rows.ts";
import { type RecordContext, mintRecordId, tellRecordsChanged } from "./record-context.ts";
import { readFilter } from "./record-filter.ts";
import { newRecord, saveRecord } from "./write-record.ts";

/** A record that another writer makes and deletes in between, again and again, is given up on. */
const TRIES = 5;

export interface StoredRecords extends RunRecords {
  /** Those that there are, by their ids. */
  findAll(organizationId: string, ids: readonly string[]): Promise<ReadonlyMap<string, RunRecord>>;
}

/** Records of the store as the steps of a run reach them. What is wrong is thrown as a sentence. */
export function createRunRecords(context: RecordContext): StoredRecords {
  const { store } = context;
  const { database } = store;
  return {
    find: async ({ organizationId }, id) => {
      const row = isId(id) ? await findRecord(database, organizationId, id) : undefined;
      return row && toRunRecord(row);
    },
    findAll: async (organizationId, ids) => {
      const rows = await findRecords(database, organizationId, ids.filter(isId));
      return new Map(rows.map((row) => [row.id, toRunRecord(row)]));
    },
    findByName: async ({ organizationId }, type, name) => {
      if (!isText(type) || !isText(name)) return undefined;
      const row = await findRecordByName(database, organizationId, type, name);
      return row && toRunRecord(row);
    },
    list: async ({ organizationId }, { type, search, filter, limit }) => {
      for (const text of [type, search]) {
        if (text !== undefined && !isText(text))
          throw new StepFailure("A text to find records by cannot be searched for.");
      }
      const where = filter === undefined ? undefined : readRunFilter(filter, context.now());
      const page = { type, search, where, limit, direction: "next", from: undefined } as const;
      return (await readRecordPage(database, organizationId, page)).rows.map(toRunRecord);
    },
    upsert: async (caller, { type, name, metadata }, merge) => {
      checkName("type", type, RECORD_LIMITS.type);
      checkName("name", name, RECORD_LIMITS.name);
      return store.write(async (tx, tell) => {
        for (let tried = 0; tried < TRIES; tried += 1) {
          const row = await lockRecord(tx, caller.organizationId, { type, name });
          if (row) {
            const fields = { metadata: mergedText(row, metadata, merge) };
            return toRunRecord(await saveRecord(context, tx, tell, caller, row, fields));
          }
          const now = context.now();
          const text = keptText(metadata);
          const made = newRecord(caller, now, mintRecordId(now), {
            type,
            name,
            metadata: text,
            messages: null,
          });
          if ((await insertRecords(tx, [made])).size > 0) {
            tellRecordsChanged(context, tell, caller, [type]);
            return toRunRecord(made);
          }
        }
        throw new StepFailure(
          `The record “${name}” is being written by others; nothing was changed. Try again.`,
        );
      });
    },
    update: (caller, id, updates, merge) =>
      store.write(async (tx, tell) => {
        const row = isId(id) ? await lockRecord(tx, caller.organizationId, { id }) : undefined;
        if (!row) throw new StepFailure("The record no longer exists.");
        const fields = { metadata: mergedText(row, updates, merge) };
        return toRunRecord(await saveRecord(context, tx, tell, caller, row, fields));
      }),
  };
}

function toRunRecord({ id, type, name, metadata, messages }: RecordRow): RunRecord {
  return {
    id,
    type,
    name,
    metadata: JSON.parse(metadata) as JsonObject,
    messages: messages === null ? null : (JSON.parse(messages) as readonly JsonValue[]),
  };
}

function mergedText(row: RecordRow, values: JsonObject, merge: "merge" | "replace" | "deep-merge"): string {
  if (merge === "replace") return keptText(values);
  const old = JSON.parse(row.metadata) as JsonObject;
  return keptText(merge === "merge" ? { ...old, ...values } : mergeDeep(old, values));
}

/** Objects merge key by key; anything else, lists too, is replaced. */
function mergeDeep(old: JsonObject, values: JsonObject): JsonObject {
  return Object.entries(values).reduce((merged, [key, value]) => {
    const before = Object.hasOwn(merged, key) ? merged[key] : undefined;
    return withKey(
      merged,
      key,
      isJsonObject(before) && isJsonObject(value) ? mergeDeep(before, value) : value,
    );
  }, old);
}

/** Unlike a request's body, what steps made was not checked yet for what no store could keep. */
function keptText(metadata: JsonObject): string {
  const text = JSON.stringify(metadata);
  if (Buffer.byteLength(text) > RECORD_LIMITS.bytes) {
    throw new StepFailure(
      `The record's values are larger than ${RECORD_LIMITS.bytes} bytes; nothing was changed.`,
    );
  }
  const fault = findJsonFault(text, metadata);
  if (fault)
    throw new StepFailure(`The record's values cannot be kept, and nothing was changed: ${fault.message}`);
  return text;
}

function checkName(what: "type" | "name", text: string, most: number): void {
  if (text.length > 0 && text.length <= most && isText(text)) return;
  throw new StepFailure(`A record's ${what} must be a text of 1 to ${most} characters; nothing was changed.`);
}

function isText(text: string): boolean {
  return !text.includes("\0") && !/\p{Surrogate}/u.test(text);
}

function readRunFilter(filter: JsonValue, now: number) {
  try {
    return readFilter(filter, now, { at: [] });
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    const [detail] = error.details;
    const place = detail?.path ? ` (at ${detail.path})` : "";
    throw new StepFailure(`${error.message} ${detail?.message ?? ""}${place}`, { cause: error });
  }
}
