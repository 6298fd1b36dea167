import { type JsonObject, type JsonValue, isJsonObject } from "#core/json.ts";
import { toText } from "#server/runner/fill-templates.ts";
import type { RunRecord } from "#server/runner/run-plan.ts";
import {
  type StepCall,
  configValue,
  filledNumber,
  filledText,
  neededText,
  readObject,
} from "#server/runner/step-call.ts";
import { StepFailure } from "#server/runner/step-failure.ts";

const LIST_DEFAULT = 50;
const LIST_LIMIT = 500;

/** A record as variables hold it. */
export function recordValue({ id, name, type, metadata, messages }: RunRecord): JsonObject {
  return { id, name, type, metadata, ...(messages && { messages }) };
}

export async function runRetrieveRecord(call: StepCall): Promise<JsonValue> {
  const record = await findRecord(call);
  const included = readNames(call, "fieldsToInclude");
  const excluded = readNames(call, "fieldsToExclude");
  const metadata = Object.fromEntries(
    Object.entries(record.metadata).filter(
      ([field]) => (included.size === 0 || included.has(field)) && !excluded.has(field),
    ),
  );
  return recordValue({ ...record, metadata });
}

export async function runListRecords(call: StepCall): Promise<JsonValue> {
  const { type, where } = readFilter(call);
  const limit = filledNumber(call, "limit") ?? LIST_DEFAULT;
  const records = await call.tools.records.list(call.plan.caller, {
    type,
    search: filledText(call, "search") || undefined,
    filter: where,
    limit: Math.min(Math.max(1, Math.floor(limit)), LIST_LIMIT),
  });
  return records.map(recordValue);
}

export async function runUpsertRecord(call: StepCall): Promise<JsonValue> {
  const type = neededText(call, "a record type", "recordType");
  const metadata = readObject(readSource(call), "What this step stores");
  const named = filledText(call, "recordName").trim();
  const name = named || (typeof metadata["name"] === "string" ? metadata["name"].trim() : "");
  if (name === "") throw new StepFailure("This step needs a record name: fill it in.");
  const merge = readStrategy(call) === "replace" ? "replace" : "merge";
  return recordValue(await call.tools.records.upsert(call.plan.caller, { type, name, metadata }, merge));
}

export async function runUpdateRecord(call: StepCall): Promise<JsonValue> {
  refuseUnsetFilter(call);
  const { id } = await findRecord(call);
  if (id === null) throw new StepFailure("The record of this run is not stored, so it cannot be changed.");
  const updates = readObject(call.filler.value(configValue(call, "updates") ?? {}), "“updates”");
  return recordValue(await call.tools.records.update(call.plan.caller, id, updates, readStrategy(call)));
}

/** The record that the step names: by id, by type and name, by a filter; else the one that the flow runs on. */
async function findRecord(call: StepCall): Promise<RunRecord> {
  const { records } = call.tools;
  const { caller, record: current } = call.plan;
  if (configValue(call, "recordId", "id") !== undefined) {
    const id = neededText(call, "the ID of a record", "recordId", "id");
    return found(await records.find(caller, id), `There is no record with the ID ${id}.`);
  }
  if (configValue(call, "recordName") !== undefined) {
    const type = neededText(call, "a record type beside the record's name", "recordType");
    const name = neededText(call, "a record name", "recordName");
    return found(
      await records.findByName(caller, type, name),
      `There is no record “${name}” of type “${type}”.`,
    );
  }
  if (configValue(call, "recordFilter") !== undefined || configValue(call, "recordType") !== undefined) {
    const { type, where } = readFilter(call);
    const [first] = await records.list(caller, { type, filter: where, limit: 1 });
    return found(first, "No record is like this step's filter asks for.");
  }
  if (!current) throw new StepFailure("This step names no record, and the flow runs on none.");
  if (current.id === null) return current;
  return found(
    await records.find(caller, current.id),
    "The record that the flow runs on was deleted meanwhile.",
  );
}

/** Without the value that it compares with, a filter finds some record, and a write would change that one. */
function refuseUnsetFilter(call: StepCall): void {
  const filter = configValue(call, "recordFilter", "filter");
  if (filter === undefined || configValue(call, "recordId", "id", "recordName") !== undefined) return;
  const [name] = call.filler.unsetIn(filter);
  if (name === undefined) return;
  throw new StepFailure(
    `This step's filter asks for {{${name}}}, which is not set, so that it might find another record than is meant; nothing was changed.`,
  );
}

function found(record: RunRecord | undefined, sentence: string): RunRecord {
  if (!record) throw new StepFailure(sentence);
  return record;
}

function readFilter(call: StepCall): {
  readonly type: string | undefined;
  readonly where: JsonValue | undefined;
} {
  const filter = configValue(call, "recordFilter", "filter");
  const filled = filter === undefined ? {} : call.filler.value(filter);
  const own = isJsonObject(filled) ? filled : {};
  const type = typeof own["type"] === "string" && own["type"] !== "" ? own["type"] : undefined;
  const where =
    own["where"] ?? (own["field"] !== undefined || own["conditions"] !== undefined ? own : undefined);
  const isEmpty = isJsonObject(where) && Object.keys(where).length === 0;
  return { type: filledText(call, "recordType") || type, where: isEmpty ? undefined : where };
}

/** A variable's name or template, or the value itself. */
export function readSource(call: StepCall): JsonValue {
  const source = configValue(call, "sourceVariable");
  if (source === undefined)
    throw new StepFailure("This step needs the variable that holds its values: fill it in.");
  return typeof source === "string" ? call.filler.variable(source) : call.filler.value(source);
}

function readStrategy(call: StepCall): "merge" | "replace" | "deep-merge" {
  const strategy = filledText(call, "mergeStrategy").toLowerCase();
  return strategy === "replace" || strategy === "deep-merge" ? strategy : "merge";
}

function readNames(call: StepCall, key: string): ReadonlySet<string> {
  const value = call.filler.value(configValue(call, key) ?? []);
  return new Set(Array.isArray(value) ? value.map(toText) : toText(value).split(/\s*,\s*/));
}
