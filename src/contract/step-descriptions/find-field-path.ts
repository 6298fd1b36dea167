import type { FieldDescription } from "#contract/step-description.ts";
import { type JsonObject, type JsonPath, getAtPath } from "#core/json.ts";

/** Where a field's value is in `config`: under the first of its spellings that is there; undefined where none is. */
export function findSpelling(
  { path, aliases = [] }: FieldDescription,
  config: JsonObject,
): JsonPath | undefined {
  return [path, ...aliases].find((spelling) => getAtPath(config, spelling) !== undefined);
}

/** Where a field's value is, or where a new one goes. */
export function findFieldPath(field: FieldDescription, config: JsonObject): JsonPath {
  return findSpelling(field, config) ?? field.path;
}
