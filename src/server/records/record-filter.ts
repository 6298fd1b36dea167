import { type SQL, and, or } from "drizzle-orm";
import type { ErrorDetail } from "#contract/error-body.ts";
import { type FilterCondition, type RecordFilter, recordFilter } from "#contract/record.ts";
import { type JsonObject, type JsonPath, type JsonValue, isJsonObject } from "#core/json.ts";
import { ApiFailure, invalid } from "#server/api-failure.ts";
import { checkValue, findLoss } from "#server/read-body.ts";
import { type FieldTest, matchesField } from "#server/store/record-fields.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** Further back than this there are no records, and no times that PostgreSQL knows. */
const MAX_DAYS = 700_000;
const MAX_VALUES = 1000;
/** Each costs the database some planning, which nobody else's request should wait for. */
const MAX_CONDITIONS = 250;

/** A filter as the query of a list carries it. Throws 400 for what is none. */
export function readFilterText(text: string, now: number): SQL | undefined {
  return readFilter(parse(text), now, { at: ["recordFilter"], text });
}

/** A filter's condition on the columns of records. Throws 400 with every fault's place. */
export function readFilter(
  value: JsonValue,
  now: number,
  { at, text = JSON.stringify(value) }: { readonly at: JsonPath; readonly text?: string },
): SQL | undefined {
  if (!isJsonObject(value)) {
    throw refuse([{ message: "Expected an object.", path: at.join("."), code: "INVALID_TYPE" }]);
  }
  const loss = findLoss(text, value);
  if (loss)
    throw refuse([{ ...loss, path: [...at, ...(loss.path === undefined ? [] : [loss.path])].join(".") }]);
  const details = checkValue(recordFilter, value, at);
  if (details.length > 0) throw refuse(details);
  const count = countConditions(value as unknown as RecordFilter);
  if (count > MAX_CONDITIONS) {
    const message = `There may be at most ${MAX_CONDITIONS} conditions; there are ${count}.`;
    throw refuse([{ message, path: at.join("."), code: "TOO_MANY_ITEMS" }]);
  }
  const faults: ErrorDetail[] = [];
  const condition = compile(value as unknown as RecordFilter, now, at, faults);
  if (faults.length > 0) throw refuse(faults);
  return condition;
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonObject;
  } catch (error) {
    const message = error instanceof Error ? error.message : "It does not parse.";
    throw invalid("The filter is not valid JSON.", { message, path: "recordFilter", code: "MALFORMED_JSON" });
  }
}

function refuse(details: readonly ErrorDetail[]): ApiFailure {
  return new ApiFailure(400, "The filter is not valid.", details);
}

function countConditions(filter: RecordFilter): number {
  if (!("conditions" in filter)) return 1;
  return filter.conditions.reduce((count, item) => count + countConditions(item), 0);
}

function compile(filter: RecordFilter, now: number, at: JsonPath, faults: ErrorDetail[]): SQL | undefined {
  if (!("conditions" in filter)) return compileCondition(filter, now, at, faults);
  const join = filter.op === "and" ? and : or;
  return join(
    ...filter.conditions.map((item, index) => compile(item, now, [...at, "conditions", index], faults)),
  );
}

function compileCondition(
  condition: FilterCondition,
  now: number,
  at: JsonPath,
  faults: ErrorDetail[],
): SQL | undefined {
  const test = readTest(condition, now);
  if (typeof test !== "string") return matchesField(condition.field, test);
  const path = [...at, "value"].join(".");
  const isMissing = condition.value === undefined;
  faults.push(
    isMissing
      ? { message: "This field is required.", path, code: "MISSING_REQUIRED_FIELD" }
      : { message: `Expected ${test}.`, path, code: "INVALID_VALUE" },
  );
  return undefined;
}

/** What a condition asks of its field, or what it should have had for a value. */
function readTest({ op, value }: FilterCondition, now: number): FieldTest | string {
  switch (op) {
    case "isSet":
    case "isNotSet":
    case "isTrue":
    case "isFalse":
      return { op };
    case "eq":
    case "neq":
      if (value === null) return { op: op === "eq" ? "isNotSet" : "isSet" };
      return isScalar(value) ? { op, value } : "a text, a number, true, false or null";
    case "gt":
    case "gte":
    case "lt":
    case "lte":
      return isOrdered(value) ? { op, value } : "a text or a number";
    case "between": {
      const [from, to, ...rest] = Array.isArray(value) ? (value as readonly JsonValue[]) : [];
      const isRange = isOrdered(from) && isOrdered(to) && rest.length === 0;
      return isRange ? { op, from, to } : "a list of two texts or numbers";
    }
    case "contains":
    case "startsWith":
    case "endsWith":
      return isScalar(value) ? { op, value: String(value) } : "a text";
    case "in":
    case "notIn": {
      const isList = Array.isArray(value) && value.length <= MAX_VALUES && value.every(isScalar);
      return isList ? { op, values: value } : `a list of at most ${MAX_VALUES} texts, numbers, true or false`;
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
  return typeof value === "string" || (typeof value === "number" && Number.isFinite(value));
}
