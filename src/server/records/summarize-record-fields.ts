import { setImmediate as nextTurn } from "node:timers/promises";
import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";

const MAX_DEPTH = 4;
const MAX_FIELDS = 300;
const MAX_EXAMPLES = 5;
const MAX_EXAMPLE_LENGTH = 200;
const SLICE_LENGTH = 500_000;

interface Field {
  readonly types: Set<string>;
  readonly examples: Set<JsonValue>;
  count: number;
}

/** From JSON texts, with counts, types and examples. The names of nested fields are joined by dots. */
export async function summarizeRecordFields(objects: readonly string[]) {
  const fields = new Map<string, Field>();
  const visit = (object: JsonObject, prefix: string, depth: number) => {
    for (const key of Object.keys(object)) {
      const value = object[key] as JsonValue;
      addField(fields, prefix + key, value);
      if (isJsonObject(value) && depth < MAX_DEPTH) visit(value, `${prefix}${key}.`, depth + 1);
    }
  };
  let length = 0;
  for (const text of objects) {
    length += text.length;
    if (length > SLICE_LENGTH) {
      await nextTurn();
      length = text.length;
    }
    visit(JSON.parse(text) as JsonObject, "", 1);
  }
  return [...fields].map(([name, { types, count, examples }]) => {
    return { name, types: [...types], count, examples: [...examples] };
  });
}

function addField(fields: Map<string, Field>, name: string, value: JsonValue): void {
  let field = fields.get(name);
  if (!field) {
    if (fields.size >= MAX_FIELDS) return;
    field = { types: new Set(), examples: new Set(), count: 0 };
    fields.set(name, field);
  }
  field.count += 1;
  field.types.add(typeName(value));
  const isExample = typeof value === "string" ? value.length <= MAX_EXAMPLE_LENGTH : isPlain(value);
  if (isExample && field.examples.size < MAX_EXAMPLES) field.examples.add(value);
}

function typeName(value: JsonValue): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function isPlain(value: JsonValue): boolean {
  return typeof value === "number" || typeof value === "boolean";
}
