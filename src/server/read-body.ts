import type { $ZodIssue, $ZodType } from "zod/v4/core";
import { safeParse } from "zod/v4/core";
import type { ErrorDetail } from "#contract/error-body.ts";
import { FLOW_LIMITS } from "#contract/flow.ts";
import { type JsonObject, type JsonPath, type JsonValue, getAtPath, isJsonObject } from "#core/json.ts";
import { findJsonFault } from "#core/json-text.ts";
import { ApiFailure, invalid } from "./api-failure.ts";

const MAX_DETAILS = 50;

/**
 * A request body as `JSON.parse` made it, checked and never copied. Throws 400 for text that is not JSON, that no store
 * could keep, or that does not fit the schema.
 */
export function readBody(text: string, schema: $ZodType): JsonObject {
  const body = readObject(text);
  const loss = findLoss(text, body);
  if (loss) throw invalid("The body holds something that cannot be kept.", loss);
  const details = checkValue(schema, body);
  if (details.length > 0) throw new ApiFailure(400, "The request is not valid.", details);
  return body;
}

/** A request body that may yet hold anything. Throws 400 for text that is no JSON object. */
export function readObject(text: string): JsonObject {
  const body = parse(text);
  if (isJsonObject(body)) return body;
  throw invalid("The body must be a JSON object.", { message: "Expected an object.", code: "INVALID_TYPE" });
}

/** What of a body no store could keep as it is. */
export function findLoss(text: string, body: JsonObject): ErrorDetail | undefined {
  const fault = findJsonFault(text, body);
  if (!fault) return undefined;
  const { message, code, path } = fault;
  return { message, code, ...(path.length > 0 && { path: path.join(".") }) };
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    const message = error instanceof Error ? error.message : "It does not parse.";
    throw invalid("The body is not valid JSON.", { message, code: "MALFORMED_JSON" });
  }
}

/** Why a value does not fit, as the API words it; empty when it fits. `at` is put before every path. */
export function checkValue(schema: $ZodType, value: JsonValue, at: JsonPath = []): readonly ErrorDetail[] {
  const result = safeParse(schema, value);
  if (result.success) return [];
  return result.error.issues.slice(0, MAX_DETAILS).map((issue) => describeIssue(issue, value, at));
}

function describeIssue(issue: $ZodIssue, value: JsonValue, at: JsonPath): ErrorDetail {
  const own = issue.path.filter((part) => typeof part !== "symbol");
  const path = [...at, ...own].join(".");
  const isMissing = getAtPath(value, own) === undefined;
  return { ...(path !== "" && { path }), ...explain(issue, isMissing) };
}

function explain(issue: $ZodIssue, isMissing: boolean): ErrorDetail {
  if (isMissing) return { message: "This field is required.", code: "MISSING_REQUIRED_FIELD" };
  switch (issue.code) {
    case "invalid_type":
      return { message: `Expected ${withArticle(issue.expected)}.`, code: "INVALID_TYPE" };
    case "custom":
      return { message: `Expected ${issue.message}.`, code: "INVALID_TYPE" };
    case "invalid_value": {
      const suggestion = `One of ${issue.values.map(String).join(", ")}.`;
      return { message: "This is not one of the allowed values.", code: "INVALID_ENUM", suggestion };
    }
    case "too_small":
      return issue.origin === "string" || issue.origin === "array"
        ? { message: "This must not be empty.", code: "TOO_SHORT" }
        : { message: `This must be at least ${issue.minimum}.`, code: "TOO_SMALL" };
    case "too_big":
      if (issue.origin === "array" && issue.maximum === FLOW_LIMITS.steps) {
        return { message: `There may be at most ${issue.maximum} steps.`, code: "TOO_MANY_STEPS" };
      }
      if (issue.origin === "array") {
        return { message: `There may be at most ${issue.maximum} of these.`, code: "TOO_MANY_ITEMS" };
      }
      return issue.origin === "string"
        ? { message: `This may have at most ${issue.maximum} characters.`, code: "TOO_LONG" }
        : { message: `This may be at most ${issue.maximum}.`, code: "TOO_BIG" };
    case "invalid_union":
      return issue.inclusive === false || issue.discriminator === undefined
        ? { message: "This value is not valid.", code: "INVALID_VALUE" }
        : { message: "This is not one of the allowed values.", code: "INVALID_ENUM" };
    case "invalid_format":
      return { message: `Expected ${issue.message}.`, code: "INVALID_FORMAT" };
    default:
      return { message: "This value is not valid.", code: "INVALID_VALUE" };
  }
}

function withArticle(noun: string): string {
  if (noun === "int") return "a whole number";
  return `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
}
