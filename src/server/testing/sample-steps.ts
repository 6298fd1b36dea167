import type { JsonObject, JsonValue } from "#core/json.ts";

// Steps for tests of runs: each is called as its id.

export const step = (id: string, type: string, config: JsonObject, rest: JsonObject = {}): JsonObject => ({
  id,
  type,
  name: id,
  config,
  ...rest,
});
export const set = (name: string, value: JsonValue, rest: JsonObject = {}) =>
  step(name, "set-variable", { variableName: name, valueTemplate: value }, rest);
export const script = (id: string, code: string, config: JsonObject = {}, rest: JsonObject = {}) =>
  step(id, "transform-data", { script: code, outputVariable: id, ...config }, rest);
export const fail = (id: string, errorHandling?: JsonValue) =>
  script(id, "throw new Error('no luck')", errorHandling === undefined ? {} : { errorHandling });
