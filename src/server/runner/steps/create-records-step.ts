import { type JsonObject, type JsonValue, isJsonObject } from "#core/json.ts";
import { toText } from "#server/runner/fill-templates.ts";
import { type StepCall, configValue, filledText, neededText, parseIfText } from "#server/runner/step-call.ts";
import { StepFailure } from "#server/runner/step-failure.ts";
import { readSource, recordValue } from "./record-steps.ts";

const LIMIT = 500;

/** Makes a record of each item; one of the same type and name is written over. */
export async function runCreateRecords(call: StepCall): Promise<JsonValue> {
  const type = neededText(call, "a record type", "recordType");
  const source = parseIfText(readSource(call));
  const items: readonly JsonValue[] = Array.isArray(source) ? source : [source];
  if (items.length > LIMIT) {
    throw new StepFailure(`${items.length} records are more than the ${LIMIT} that one step makes.`);
  }
  const template = toText(configValue(call, "nameTemplate") ?? "").trim();
  if (template === "") throw new StepFailure("This step needs names for its records: fill in the template.");
  const names = new Set<string>();
  const made: JsonValue[] = [];
  for (const [index, item] of items.entries()) {
    call.signal.throwIfAborted();
    const wanted = call.filler.within({ item, index }).text(template).trim();
    let name = wanted || `${type}-${index + 1}`;
    // Names have to differ, or a record would take the place of the one before.
    for (let number = index + 1; names.has(name); number += 1) name = `${wanted || type}-${number}`;
    names.add(name);
    const metadata = readMetadata(call, item);
    const record = await call.tools.records.upsert(call.plan.caller, { type, name, metadata }, "replace");
    made.push(recordValue(record));
  }
  return { created: made.length, records: made };
}

/** All that the item holds, unless the step says which fields. */
function readMetadata(call: StepCall, item: JsonValue): JsonObject {
  if (!isJsonObject(item)) return { content: item };
  const { includeMetadata } = call.config;
  const content = filledText(call, "contentField");
  const path = filledText(call, "pathField");
  const kept = Array.isArray(includeMetadata)
    ? Object.fromEntries(
        includeMetadata.map((field: JsonValue) => [toText(field), item[toText(field)] ?? null]),
      )
    : item;
  return {
    ...kept,
    ...(content !== "" && { content: item[content] ?? null }),
    ...(path !== "" && { path: item[path] ?? null }),
  };
}
