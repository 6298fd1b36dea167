import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";
import { formatTemplateValue } from "#server/runner/step-template-filler.ts";
import {
  type StepRunContext,
  readFirstSetConfigValue,
  fillConfigText,
  fillRequiredConfigText,
  parseJsonTextOrKeepValue,
} from "#server/runner/step-run-context.ts";
import { StepFailure } from "#server/domain/step-failure.ts";
import { readValueOfSourceVariable, convertRecordToStepOutput } from "./record-steps.ts";
import { formatCountWithNoun, formatCountInEnglish } from "#core/text/format-count.ts";

const LIMIT = 500;

/** Creates a record for each item, replacing existing records with the same type and name. */
export async function runCreateRecordsStep(call: StepRunContext): Promise<JsonValue> {
  const type = fillRequiredConfigText(call, "Record type", "recordType");
  const source = parseJsonTextOrKeepValue(readValueOfSourceVariable(call));
  const items: readonly JsonValue[] = Array.isArray(source) ? source : [source];
  if (items.length > LIMIT) {
    throw new StepFailure(
      `${formatCountWithNoun(items.length, "record")} exceed the limit of ${formatCountInEnglish(LIMIT)} per step.`,
    );
  }
  const template = formatTemplateValue(readFirstSetConfigValue(call, "nameTemplate") ?? "").trim();
  if (template === "") throw new StepFailure("Record names is required.");
  // Each record stores the key of its own last write, so that all can share the step's key.
  const how = { merge: "replace", idempotencyKey: call.createIdempotencyKey() } as const;
  const names = new Set<string>();
  const createdRecords: JsonValue[] = [];
  for (const [index, item] of items.entries()) {
    call.signal.throwIfAborted();
    const wanted = call.filler.within({ item, index }).text(template).trim();
    let name = wanted || `${type}-${index + 1}`;
    // A record of the same name would replace that of an earlier item.
    for (let number = index + 1; names.has(name); number += 1) name = `${wanted || type}-${number}`;
    names.add(name);
    const metadata = readMetadata(call, item);
    const record = await call.tools.records.upsert(call.plan.caller, { type, name, metadata }, how);
    createdRecords.push(convertRecordToStepOutput(record));
  }
  return { created: createdRecords.length, records: createdRecords };
}

function readMetadata(call: StepRunContext, item: JsonValue): JsonObject {
  if (!isJsonObject(item)) return { content: item };
  const { includeMetadata } = call.config;
  const content = fillConfigText(call, "contentField");
  const path = fillConfigText(call, "pathField");
  const selected = Array.isArray(includeMetadata)
    ? Object.fromEntries(
        includeMetadata.map((field: JsonValue) => [
          formatTemplateValue(field),
          item[formatTemplateValue(field)] ?? null,
        ]),
      )
    : item;
  return {
    ...selected,
    ...(content !== "" && { content: item[content] ?? null }),
    ...(path !== "" && { path: item[path] ?? null }),
  };
}
