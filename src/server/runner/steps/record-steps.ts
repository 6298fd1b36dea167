import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";
import { formatTemplateValue } from "#server/runner/step-template-filler.ts";
import type { RecordLookupPurpose, RecordOfRun, RecordWriteResult } from "#server/runner/run-plan.ts";
import {
  type StepRunContext,
  type StepRunners,
  readFirstSetConfigValue,
  fillConfigNumber,
  fillConfigText,
  fillRequiredConfigText,
  parseRequiredJsonObject,
} from "#server/runner/step-run-context.ts";
import { StepFailure } from "#server/domain/step-failure.ts";
import { quoteName } from "#core/text/quote-name.ts";

const LIST_DEFAULT = 50;
const LIST_LIMIT = 500;

export function convertRecordToStepOutput({
  id,
  name,
  type,
  metadata,
  messages,
}: RecordWriteResult): JsonObject {
  return {
    id,
    ...(name !== undefined && { name }),
    ...(type !== undefined && { type }),
    metadata,
    ...(messages && { messages }),
  };
}

export const recordStepRunners: StepRunners = {
  "retrieve-record": runRetrieveRecordStep,
  "get-record": runRetrieveRecordStep,
  "list-records": runListRecordsStep,
  "upsert-record": runUpsertRecordStep,
  "update-record": runUpdateRecordStep,
};

async function runRetrieveRecordStep(call: StepRunContext): Promise<JsonValue> {
  const record = await findRecord(call);
  const included = readNames(call, "fieldsToInclude");
  const excluded = readNames(call, "fieldsToExclude");
  const metadata = Object.fromEntries(
    Object.entries(record.metadata).filter(
      ([field]) => (included.size === 0 || included.has(field)) && !excluded.has(field),
    ),
  );
  return convertRecordToStepOutput({ ...record, metadata });
}

async function runListRecordsStep(call: StepRunContext): Promise<JsonValue> {
  const { type, where } = readFilter(call);
  const limit = fillConfigNumber(call, "limit") ?? LIST_DEFAULT;
  const records = await call.tools.records.list(call.plan.caller, {
    type,
    search: fillConfigText(call, "search") || undefined,
    filter: where,
    limit: Math.min(Math.max(1, Math.floor(limit)), LIST_LIMIT),
  });
  return records.map(convertRecordToStepOutput);
}

async function runUpsertRecordStep(call: StepRunContext): Promise<JsonValue> {
  const type = fillRequiredConfigText(call, "Record type", "recordType");
  const metadata = parseRequiredJsonObject(readValueOfSourceVariable(call), "The stored value");
  const named = fillConfigText(call, "recordName").trim();
  const name = named || (typeof metadata["name"] === "string" ? metadata["name"].trim() : "");
  if (name === "") throw new StepFailure("Record name is required.");
  const merge = readStrategy(call) === "replace" ? "replace" : "merge";
  const idempotencyKey = call.createIdempotencyKey();
  return convertRecordToStepOutput(
    await call.tools.records.upsert(call.plan.caller, { type, name, metadata }, { merge, idempotencyKey }),
  );
}

async function runUpdateRecordStep(call: StepRunContext): Promise<JsonValue> {
  refuseUnsetFilter(call);
  const { id } = await findRecord(call, "write");
  if (id === null) throw new StepFailure("The run’s custom record is not stored, so it cannot be changed.");
  const updates = parseRequiredJsonObject(
    call.filler.value(readFirstSetConfigValue(call, "updates") ?? {}),
    "“updates”",
  );
  return convertRecordToStepOutput(
    await call.tools.records.update(call.plan.caller, id, updates, {
      merge: readStrategy(call),
      idempotencyKey: call.createIdempotencyKey(),
    }),
  );
}

/** Finds the step's record: by id, by type and name, or by filter; otherwise the record that the flow runs on. */
async function findRecord(call: StepRunContext, purpose: RecordLookupPurpose = "read"): Promise<RecordOfRun> {
  const { records } = call.tools;
  const { caller, record: current } = call.plan;
  if (readFirstSetConfigValue(call, "recordId", "id") !== undefined) {
    const id = fillRequiredConfigText(call, "Record ID", "recordId", "id");
    return requireRecord(await records.find(caller, id, purpose), `No record with the ID ${id}.`);
  }
  if (readFirstSetConfigValue(call, "recordName") !== undefined) {
    const type = fillRequiredConfigText(call, "Record type", "recordType");
    const name = fillRequiredConfigText(call, "Record name", "recordName");
    return requireRecord(
      await records.findByName(caller, type, name, purpose),
      `No ${quoteName(type)} record named ${quoteName(name)}.`,
    );
  }
  if (
    readFirstSetConfigValue(call, "recordFilter") !== undefined ||
    readFirstSetConfigValue(call, "recordType") !== undefined
  ) {
    const { type, where } = readFilter(call);
    const [first] = await records.list(caller, { type, filter: where, limit: 1 });
    return requireRecord(first, "No record matches this step’s filter.");
  }
  if (!current) throw new StepFailure("No record. Choose one in the step, or run the flow on a record.");
  if (current.id === null) return current;
  return requireRecord(
    await records.find(caller, current.id, purpose),
    "The record that the flow runs on was deleted.",
  );
}

/** A filter with an unset variable could match an unrelated record. */
function refuseUnsetFilter(call: StepRunContext): void {
  const filter = readFirstSetConfigValue(call, "recordFilter", "filter");
  if (filter === undefined || readFirstSetConfigValue(call, "recordId", "id", "recordName") !== undefined)
    return;
  const [name] = call.filler.unsetIn(filter);
  if (name === undefined) return;
  throw new StepFailure(`The filter uses {{${name}}}, which is not set. Nothing was changed.`);
}

function requireRecord(record: RecordOfRun | undefined, sentence: string): RecordOfRun {
  if (!record) throw new StepFailure(sentence);
  return record;
}

function readFilter(call: StepRunContext): {
  readonly type: string | undefined;
  readonly where: JsonValue | undefined;
} {
  const filter = readFirstSetConfigValue(call, "recordFilter", "filter");
  const filled = filter === undefined ? {} : call.filler.value(filter);
  const own = isJsonObject(filled) ? filled : {};
  const type = typeof own["type"] === "string" && own["type"] !== "" ? own["type"] : undefined;
  const where =
    own["where"] ?? (own["field"] !== undefined || own["conditions"] !== undefined ? own : undefined);
  const isEmpty = isJsonObject(where) && Object.keys(where).length === 0;
  return { type: fillConfigText(call, "recordType") || type, where: isEmpty ? undefined : where };
}

export function readValueOfSourceVariable(call: StepRunContext): JsonValue {
  const source = readFirstSetConfigValue(call, "sourceVariable");
  if (source === undefined) throw new StepFailure("A variable with the fields to save is required.");
  return typeof source === "string" ? call.filler.variable(source) : call.filler.value(source);
}

function readStrategy(call: StepRunContext): "merge" | "replace" | "deep-merge" {
  const strategy = fillConfigText(call, "mergeStrategy").toLowerCase();
  return strategy === "replace" || strategy === "deep-merge" ? strategy : "merge";
}

function readNames(call: StepRunContext, key: string): ReadonlySet<string> {
  const value = call.filler.value(readFirstSetConfigValue(call, key) ?? []);
  if (Array.isArray(value)) return new Set(value.map(formatTemplateValue));
  return new Set(
    formatTemplateValue(value)
      .split(",")
      .map((name) => name.trim()),
  );
}
