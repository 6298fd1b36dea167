import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";
import type { RunValue } from "#server/domain/run-value.ts";

export interface StepErrorPolicy {
  readonly isTolerant: boolean;
  /** Whether an empty output counts as a failure. */
  readonly refusesEmpty: boolean;
  readonly refusesErrors: boolean;
  readonly fallbacks: readonly JsonObject[];
}

export function readStepErrorPolicy(config: JsonObject): StepErrorPolicy {
  const handling = config["errorHandling"];
  if (handling === "retry") return createPolicy({ fallbacks: [{ type: "retry" }] });
  if (!isJsonObject(handling)) return createPolicy({ isTolerant: handling === "continue" });
  if (handling["onError"] !== "fallback")
    return createPolicy({ isTolerant: handling["onError"] === "continue" });
  const triggers = listObjects(handling["triggers"]).map(({ type }) => type);
  return createPolicy({
    refusesEmpty: triggers.includes("empty-output"),
    refusesErrors: triggers.length === 0 || triggers.includes("error"),
    fallbacks: listObjects(handling["fallbacks"]),
  });
}

export function isEmptyOutput(output: RunValue | undefined): boolean {
  if (output === undefined || ["null", "[]", "{}"].includes(output.json)) return true;
  return output.text?.trim() === "";
}

const createPolicy = (fields: Partial<StepErrorPolicy>): StepErrorPolicy => ({
  isTolerant: false,
  refusesEmpty: false,
  refusesErrors: true,
  fallbacks: [],
  ...fields,
});

function listObjects(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
