import type { JsonObject, JsonValue } from "#core/json/json.ts";

export const createSampleStep = (
  id: string,
  type: string,
  config: JsonObject,
  fields: JsonObject = {},
): JsonObject => ({
  id,
  type,
  name: id,
  config,
  ...fields,
});
export const createSampleSetVariableStep = (name: string, value: JsonValue, fields: JsonObject = {}) =>
  createSampleStep(name, "set-variable", { variableName: name, valueTemplate: value }, fields);
export const createSampleScriptStep = (
  id: string,
  code: string,
  config: JsonObject = {},
  fields: JsonObject = {},
) => createSampleStep(id, "transform-data", { script: code, outputVariable: id, ...config }, fields);
export const createSampleThrowingScriptStep = (id: string, errorHandling?: JsonValue) =>
  createSampleScriptStep(
    id,
    "throw new Error('no luck')",
    errorHandling === undefined ? {} : { errorHandling },
  );
