import { safeParse } from "zod/v4/core";
import type { CodedErrorDetail } from "#server/domain/domain-error.ts";
import { type RecordFilterCondition, type RecordFilter, recordFilterSchema } from "#contract/record.ts";
import { type JsonObject, type JsonPath, type JsonValue, isJsonObject } from "#core/json/json.ts";
import { type DomainError, createInvalidRequestError } from "#server/domain/domain-error.ts";
import { describeSchemaIssues, findUnstorableValue } from "#server/domain/assert-matches-schema.ts";
import {
  type RecordFieldCondition,
  type CompiledRecordFilter,
  type RecordFilterExpression,
  compileRecordFilter,
} from "#server/store/record-fields.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** PostgreSQL cannot represent the time of an older date. */
const MAX_DAYS = 700_000;
const MAX_VALUES_PER_CONDITION = 1000;
const MAX_TEXT = 5000;
const MAX_VALUES_PER_FILTER = 5000;
/** Maximum number of conditions in a filter: planning a query with more conditions would block other requests. */
const MAX_CONDITIONS = 250;

export function compileRecordFilterText(text: string, now: number): CompiledRecordFilter {
  return parseAndCompileRecordFilter(parse(text), now, { at: ["recordFilter"], text });
}

/** Converts a filter into a condition on columns. Throws `invalid` with the path of every error. */
export function parseAndCompileRecordFilter(
  value: JsonValue,
  now: number,
  place: RecordFilterPlace,
): CompiledRecordFilter {
  return compileRecordFilter(parseRecordFilter(value, now, place));
}

interface RecordFilterPlace {
  readonly at: JsonPath;
  readonly text?: string;
}

/** Checks a filter. Throws `invalid` with the path of every error. */
export function parseRecordFilter(
  value: JsonValue,
  now: number,
  { at, text = JSON.stringify(value) }: RecordFilterPlace,
): RecordFilterExpression {
  if (!isJsonObject(value)) {
    throw refuse([{ message: "Expected an object.", path: at.join("."), code: "INVALID_TYPE" }]);
  }
  const loss = findUnstorableValue(text, value);
  if (loss)
    throw refuse([{ ...loss, path: [...at, ...(loss.path === undefined ? [] : [loss.path])].join(".") }]);
  const parsed = safeParse(recordFilterSchema, value);
  if (!parsed.success) throw refuse(describeSchemaIssues(parsed.error.issues, value, at));
  const filter = parsed.data;
  const count = countConditions(filter);
  if (count > MAX_CONDITIONS) {
    const message = `Filters are limited to ${MAX_CONDITIONS} conditions. This filter has ${count}.`;
    throw refuse([{ message, path: at.join("."), code: "TOO_MANY_ITEMS" }]);
  }
  const faults: CodedErrorDetail[] = [];
  const test = readGroup(filter, now, at, faults);
  if (faults.length > 0) throw refuse(faults);
  const values = countValues(test);
  if (values > MAX_VALUES_PER_FILTER) {
    const message = `Filters are limited to ${MAX_VALUES_PER_FILTER} values to choose from. This filter has ${values}.`;
    throw refuse([{ message, path: at.join("."), code: "TOO_MANY_ITEMS" }]);
  }
  return test;
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonObject;
  } catch (error) {
    const message = error instanceof Error ? error.message : "Invalid syntax.";
    throw createInvalidRequestError("The filter is not valid JSON.", {
      message,
      path: "recordFilter",
      code: "MALFORMED_JSON",
    });
  }
}

function refuse(details: readonly CodedErrorDetail[]): DomainError {
  return createInvalidRequestError("The filter is not valid.", ...details);
}

function countConditions(filter: RecordFilter): number {
  if (!("conditions" in filter)) return 1;
  return filter.conditions.reduce((count, item) => count + countConditions(item), 0);
}

function countValues(test: RecordFilterExpression): number {
  if ("join" in test) return test.items.reduce((count, item) => count + countValues(item), 0);
  return "values" in test.test ? test.test.values.length : 0;
}

function readGroup(
  filter: RecordFilter,
  now: number,
  at: JsonPath,
  faults: CodedErrorDetail[],
): RecordFilterExpression {
  if (!("conditions" in filter)) return readCondition(filter, now, at, faults);
  const items = filter.conditions.map((item, index) =>
    readGroup(item, now, [...at, "conditions", index], faults),
  );
  return { join: filter.op, items };
}

function readCondition(
  condition: RecordFilterCondition,
  now: number,
  at: JsonPath,
  faults: CodedErrorDetail[],
): RecordFilterExpression {
  const test = readTest(condition, now);
  if (typeof test !== "string") return { field: condition.field, test };
  const path = [...at, "value"].join(".");
  const isMissing = condition.value === undefined;
  faults.push(
    isMissing
      ? { message: "This field is required.", path, code: "MISSING_REQUIRED_FIELD" }
      : { message: `Expected ${test}.`, path, code: "INVALID_VALUE" },
  );
  return { join: "and", items: [] };
}

function readTest({ op, value }: RecordFilterCondition, now: number): RecordFieldCondition | string {
  switch (op) {
    case "isSet":
    case "isNotSet":
    case "isTrue":
    case "isFalse":
      return { op };
    case "eq":
    case "neq":
      if (value === null) return { op: op === "eq" ? "isNotSet" : "isSet" };
      return isScalar(value)
        ? { op, value }
        : `a text of at most ${MAX_TEXT} characters, a number, true, false or null`;
    case "gt":
    case "gte":
    case "lt":
    case "lte":
      return isOrdered(value) ? { op, value } : `a text of at most ${MAX_TEXT} characters, or a number`;
    case "between": {
      const [from, to, ...rest] = Array.isArray(value) ? value : [];
      const isRange = isOrdered(from) && isOrdered(to) && rest.length === 0;
      return isRange ? { op, from, to } : "a list of two texts or numbers";
    }
    case "contains":
    case "startsWith":
    case "endsWith":
      return isScalar(value) ? { op, value: String(value) } : `a text of at most ${MAX_TEXT} characters`;
    case "in":
    case "notIn": {
      const isList =
        Array.isArray(value) && value.length <= MAX_VALUES_PER_CONDITION && value.every(isScalar);
      return isList
        ? { op, values: value }
        : `a list of at most ${MAX_VALUES_PER_CONDITION} texts, numbers, true or false`;
    }
    case "withinLastDays":
    case "olderThanDays": {
      const days = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
      if (typeof days !== "number" || !(days >= 0 && days <= MAX_DAYS)) return "a number of days";
      return { op, since: new Date(now - days * DAY_MS), now: new Date(now) };
    }
  }
}

function isScalar(value: JsonValue | undefined): value is string | number | boolean {
  return isOrdered(value) || typeof value === "boolean";
}

function isOrdered(value: JsonValue | undefined): value is string | number {
  if (typeof value === "string") return value.length <= MAX_TEXT;
  return typeof value === "number" && Number.isFinite(value);
}
