import { type JsonObject, type JsonPath, type JsonValue, isJsonObject } from "#core/json.ts";

const MAX_DEPTH = 4;
const MAX_FIELDS = 300;
const MAX_EXAMPLES = 5;
const MAX_EXAMPLE_LENGTH = 200;

interface Field {
  readonly types: Set<string>;
  readonly examples: Set<JsonValue>;
  count: number;
}

/** Fields of objects, those inside objects with dots; how many of the objects have each, and some of its values. */
export function describeFields(objects: readonly JsonObject[]) {
  const fields = new Map<string, Field>();
  const visit = (object: JsonObject, path: JsonPath) => {
    for (const [key, value] of Object.entries(object)) {
      const place = [...path, key];
      note(fields, place.join("."), value);
      if (isJsonObject(value) && place.length < MAX_DEPTH) visit(value, place);
    }
  };
  for (const object of objects) visit(object, []);
  return [...fields].map(([name, { types, count, examples }]) => {
    return { name, types: [...types], count, examples: [...examples] };
  });
}

function note(fields: Map<string, Field>, name: string, value: JsonValue): void {
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
