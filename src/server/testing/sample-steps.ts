import type { JsonObject, JsonValue } from "#core/json/json.ts";

export const createSampleStep = (
  id: string,
  type: string,
  config: JsonObject,
  rest: JsonObject = {},
): JsonObject => ({
  id,
  type,
  name: id,
  config,
  ...rest,
});
export const createSampleSetVariableStep = (name: string, value: JsonValue, rest: JsonObject = {}) =>
  createSampleStep(name, "set-variable", { variableName: name, valueTemplate: value }, rest);
export const createSampleScriptStep = (
  id: string,
  code: string,
  config: JsonObject = {},
  rest: JsonObject = {},
) => createSampleStep(id, "transform-data", { script: code, outputVariable: id, ...config }, rest);
export const createSampleThrowingScriptStep = (id: string, errorHandling?: JsonValue) =>
  createSampleScriptStep(
    id,
    "throw new Error('no luck')",
    errorHandling === undefined ? {} : { errorHandling },
  );
