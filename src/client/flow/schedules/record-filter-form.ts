import {
  RECORD_FILTER_FIELD_PATTERN,
  RECORD_FILTER_OPERATORS,
  type RecordFilter,
  type RecordFilterCondition,
  recordFilterSchema,
} from "#contract/record.ts";
import { type JsonValue, parseJson } from "#core/json/json.ts";

type Operator = RecordFilterCondition["op"];

/** A condition as typed. */
export interface ConditionForm {
  readonly field: string;
  readonly op: Operator;
  readonly value: string;
}

/** `json`: a filter with groups in groups, which can only be typed. */
export type RecordFilterForm =
  | { readonly type: "rows"; readonly match: "and" | "or"; readonly conditions: readonly ConditionForm[] }
  | { readonly type: "json"; readonly text: string };

export const NO_CONDITION: ConditionForm = { field: "", op: "eq", value: "" };
const NO_FILTER: RecordFilterForm = { type: "rows", match: "and", conditions: [NO_CONDITION] };

export const OPERATOR_LABELS: Readonly<Record<Operator, string>> = {
  eq: "is",
  neq: "is not",
  gt: "is more than",
  gte: "is at least",
  lt: "is less than",
  lte: "is at most",
  between: "is between",
  contains: "contains",
  startsWith: "starts with",
  endsWith: "ends with",
  in: "is one of",
  notIn: "is none of",
  isSet: "has a value",
  isNotSet: "has no value",
  isTrue: "is true",
  isFalse: "is false",
  withinLastDays: "is within days",
  olderThanDays: "is older than days",
};

const WITHOUT_VALUE: readonly Operator[] = ["isSet", "isNotSet", "isTrue", "isFalse"];
const WITH_LIST: readonly Operator[] = ["between", "in", "notIn"];

export const toOperator = (text: string): Operator =>
  RECORD_FILTER_OPERATORS.find((op) => op === text) ?? "eq";
export const hasOperatorValue = (op: Operator) => !WITHOUT_VALUE.includes(op);
export const hasOperatorList = (op: Operator) => WITH_LIST.includes(op);

export function createRecordFilterForm(filter: JsonValue | undefined): RecordFilterForm {
  if (filter == null) return NO_FILTER;
  const { data } = recordFilterSchema.safeParse(filter);
  const group =
    data && ("conditions" in data ? data : ({ op: "and", conditions: [data] } satisfies RecordFilter));
  const conditions = group?.conditions.map(readCondition) ?? [undefined];
  const known = conditions.filter((condition) => condition !== undefined);
  if (!group || known.length < conditions.length)
    return { type: "json", text: JSON.stringify(filter, null, 2) };
  return { type: "rows", match: group.op, conditions: known };
}

export type RecordFilterReading =
  | { readonly type: "filter"; readonly filter: RecordFilter }
  | { readonly type: "broken"; readonly message: string };

export function readRecordFilterForm(form: RecordFilterForm): RecordFilterReading {
  if (form.type === "json") {
    const { data } = recordFilterSchema.safeParse(parseJson(form.text));
    if (data) return { type: "filter", filter: data };
    return { type: "broken", message: "This is no record filter: { “op”: “and”, “conditions”: […] }." };
  }
  const conditions: RecordFilterCondition[] = [];
  for (const { field, op, value } of form.conditions) {
    const name = field.trim();
    if (name === "") return { type: "broken", message: "Each condition needs a field." };
    if (!RECORD_FILTER_FIELD_PATTERN.test(name))
      return { type: "broken", message: `“${name}” is no field name. Use a name such as address.city.` };
    const hasValue = hasOperatorValue(op);
    if (hasValue && value.trim() === "")
      return {
        type: "broken",
        message: `“${name}” needs a value. To find empty fields, use “has no value”.`,
      };
    conditions.push({ field: name, op, ...(hasValue && { value: parseValue(op, value) }) });
  }
  const [only] = conditions;
  if (!only) return { type: "broken", message: "Add a condition." };
  return { type: "filter", filter: { op: form.match, conditions } };
}

function readCondition(item: RecordFilter): ConditionForm | undefined {
  if ("conditions" in item) return undefined;
  const { field, op, value } = item;
  if (value === undefined) return { field, op, value: "" };
  const text = hasOperatorList(op) && Array.isArray(value) ? formatList(value) : formatScalar(value);
  const isSame = text !== undefined && JSON.stringify(parseValue(op, text)) === JSON.stringify(value);
  return isSame ? { field, op, value: text } : undefined;
}

function formatList(values: readonly JsonValue[]): string | undefined {
  const texts = values.map(formatScalar);
  return texts.some((text) => text === undefined) ? undefined : texts.join(", ");
}

/** A text that would be read as another value is quoted. */
function formatScalar(value: JsonValue): string | undefined {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "string") return undefined;
  return parseScalar(value) === value && !value.includes(",") ? value : JSON.stringify(value);
}

function parseValue(op: Operator, text: string): JsonValue {
  return hasOperatorList(op) ? text.split(",").map((part) => parseScalar(part)) : parseScalar(text);
}

/** Numbers, true, false and quoted texts are those values, other texts are as typed. */
function parseScalar(text: string): string | number | boolean {
  const trimmed = text.trim();
  const value = parseJson(trimmed);
  return typeof value === "number" || typeof value === "boolean" || typeof value === "string"
    ? value
    : trimmed;
}
