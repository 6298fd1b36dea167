import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";

const MAX_DEPTH = 4;
const MAX_NAME_COUNT = 100;
const MAX_NAME_LENGTH = 200;

/** As JSON Schema without values: four levels, a hundred names, and the first item of a list at most. */
export function describeJsonStructure(value: JsonValue): JsonObject {
  return describeLevel(value, 1, { names: MAX_NAME_COUNT });
}

function describeLevel(value: JsonValue, depth: number, left: { names: number }): JsonObject {
  if (Array.isArray(value)) {
    const [first] = value as readonly JsonValue[];
    const items =
      first === undefined || depth >= MAX_DEPTH ? undefined : describeLevel(first, depth + 1, left);
    return { type: "array", ...(items && { items }) };
  }
  if (!isJsonObject(value)) return { type: value === null ? "null" : typeof value };
  if (depth >= MAX_DEPTH) return { type: "object" };
  const names = Object.keys(value)
    .filter((name) => name.length <= MAX_NAME_LENGTH)
    .slice(0, left.names);
  left.names -= names.length;
  const properties = names.map(
    (name) => [name, describeLevel(value[name] ?? null, depth + 1, left)] as const,
  );
  return { type: "object", properties: Object.fromEntries(properties) };
}
