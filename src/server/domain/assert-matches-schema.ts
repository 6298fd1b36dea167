import type { $ZodIssue, $ZodIssueUnrecognizedKeys, $ZodType, output } from "zod/v4/core";
import { safeParse } from "zod/v4/core";
import type { CodedErrorDetail } from "./domain-error.ts";
import { FLOW_LIMITS } from "#contract/flow.ts";
import { type JsonObject, type JsonPath, type JsonValue, getJsonAtPath } from "#core/json/json.ts";
import { findUnstorableJsonValue } from "#core/json/unstorable-json-value.ts";

const MAX_DETAILS = 50;

/** Unlisted properties are JsonValue; the schema's own output type would make them unknown. */
export type JsonTypeOf<T> = unknown extends T
  ? JsonValue
  : T extends JsonValue
    ? T
    : T extends readonly (infer Item)[]
      ? readonly JsonTypeOf<Item>[]
      : T extends object
        ? { readonly [key in keyof T]: JsonTypeOf<T[key]> }
        : T;

/** Valid values already have the output type, because the schemas never transform values. */
export function assertMatchesSchema<Schema extends $ZodType, Value extends JsonValue>(
  schema: Schema,
  value: Value,
  refuse: (details: readonly CodedErrorDetail[]) => Error,
): asserts value is Value & JsonTypeOf<output<Schema>> {
  const details = listSchemaViolations(schema, value);
  if (details.length > 0) throw refuse(details);
}

/** As error details of the API. `at` is prefixed to every path. */
export function listSchemaViolations(
  schema: $ZodType,
  value: JsonValue,
  at: JsonPath = [],
): readonly CodedErrorDetail[] {
  const result = parseUnlessTooFaulty(schema, value);
  if (result === undefined) {
    const path = at.join(".");
    const message = "Too many values are not valid.";
    return [{ ...(path !== "" && { path }), message, code: "TOO_MANY_ITEMS" }];
  }
  return result.success ? [] : describeSchemaIssues(result.error.issues, value, at);
}

/** Returns undefined if the schema reports more errors than one call can take as arguments. */
function parseUnlessTooFaulty(schema: $ZodType, value: JsonValue) {
  try {
    return safeParse(schema, value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

export function describeSchemaIssues(
  issues: readonly $ZodIssue[],
  value: JsonValue,
  at: JsonPath = [],
): readonly CodedErrorDetail[] {
  return issues
    .flatMap((issue) => (issue.code === "unrecognized_keys" ? splitByField(issue) : issue))
    .slice(0, MAX_DETAILS)
    .map((issue) => describeIssue(issue, value, at));
}

/** zod reports the unknown fields of an object together, at the path of the object. */
function splitByField(issue: $ZodIssueUnrecognizedKeys): readonly $ZodIssue[] {
  return issue.keys.map((key) => ({ ...issue, keys: [key], path: [...issue.path, key] }));
}

function describeIssue(issue: $ZodIssue, value: JsonValue, at: JsonPath): CodedErrorDetail {
  const own = issue.path.filter((part) => typeof part !== "symbol");
  const path = [...at, ...own].join(".");
  const isMissing = getJsonAtPath(value, own) === undefined;
  return { ...(path !== "" && { path }), ...explain(issue, isMissing) };
}

function explain(issue: $ZodIssue, isMissing: boolean): CodedErrorDetail {
  if (isMissing) return { message: "This field is required.", code: "MISSING_REQUIRED_FIELD" };
  switch (issue.code) {
    case "invalid_type":
      return { message: `Expected ${withArticle(issue.expected)}.`, code: "INVALID_TYPE" };
    case "custom":
      return { message: `Expected ${issue.message}.`, code: "INVALID_TYPE" };
    case "invalid_value": {
      const suggestion = `Must be one of ${issue.values.map(String).join(", ")}.`;
      return { message: "Not one of the allowed values.", code: "INVALID_ENUM", suggestion };
    }
    case "too_small":
      return issue.origin === "string" || issue.origin === "array"
        ? { message: "Must not be empty.", code: "TOO_SHORT" }
        : { message: `Must be at least ${issue.minimum}.`, code: "TOO_SMALL" };
    case "too_big":
      if (issue.origin === "array" && issue.maximum === FLOW_LIMITS.steps) {
        return { message: `At most ${issue.maximum} steps are allowed.`, code: "TOO_MANY_STEPS" };
      }
      if (issue.origin === "array") {
        return { message: `At most ${issue.maximum} items are allowed.`, code: "TOO_MANY_ITEMS" };
      }
      return issue.origin === "string"
        ? { message: `At most ${issue.maximum} characters are allowed.`, code: "TOO_LONG" }
        : { message: `Must be at most ${issue.maximum}.`, code: "TOO_BIG" };
    case "invalid_union":
      return issue.inclusive === false || issue.discriminator === undefined
        ? { message: "Invalid value.", code: "INVALID_VALUE" }
        : { message: "Not one of the allowed values.", code: "INVALID_ENUM" };
    case "unrecognized_keys":
      return { message: "There is no such field.", code: "INVALID_VALUE" };
    case "invalid_format":
      return { message: `Expected ${issue.message}.`, code: "INVALID_FORMAT" };
    default:
      return { message: "Invalid value.", code: "INVALID_VALUE" };
  }
}

function withArticle(noun: string): string {
  if (noun === "int") return "a whole number";
  return `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
}

/** Such as a NUL character or a number that would lose digits. */
export function findUnstorableValue(text: string, body: JsonObject): CodedErrorDetail | undefined {
  const fault = findUnstorableJsonValue(text, body);
  if (!fault) return undefined;
  const { message, code, path } = fault;
  return { message, code, ...(path.length > 0 && { path: path.join(".") }) };
}
