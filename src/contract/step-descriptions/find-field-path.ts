import type { StepConfigFieldDescription } from "#contract/step-description.ts";
import { type JsonObject, type JsonPath, getJsonAtPath } from "#core/json/json.ts";

export function findPathOfSetFieldInStepConfig(
  { path, aliases = [] }: StepConfigFieldDescription,
  config: JsonObject,
): JsonPath | undefined {
  return [path, ...aliases].find((spelling) => getJsonAtPath(config, spelling) !== undefined);
}

/** Finds the path of the field's value in the config, or the path for a new value. */
export function findFieldPathInStepConfig(field: StepConfigFieldDescription, config: JsonObject): JsonPath {
  return findPathOfSetFieldInStepConfig(field, config) ?? field.path;
}
