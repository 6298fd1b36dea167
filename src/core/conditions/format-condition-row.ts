import {
  ABSENCE_COMPARISONS,
  type ConditionComparison,
  type ConditionJoin,
  type ConditionRow,
  type ConditionValue,
} from "./condition.ts";
import { formatOptionalOperand } from "./operand.ts";
import { quoteScriptString } from "./script-string.ts";

const OPERATORS: Readonly<Partial<Record<ConditionComparison, string>>> = {
  is: "===",
  isNot: "!==",
  greater: ">",
  atLeast: ">=",
  less: "<",
  atMost: "<=",
};

const UNARY: Readonly<Partial<Record<ConditionComparison, (field: string) => string>>> = {
  isEmpty: (field) => `(${field} ?? '').length === 0`,
  isNotEmpty: (field) => `(${field} ?? '').length !== 0`,
  isTrue: (field) => `${field} === true`,
  isFalse: (field) => `${field} === false`,
  exists: (field) => `${field} != null`,
  notExists: (field) => `${field} == null`,
  truthy: (field) => field,
  falsy: (field) => `!${field}`,
};

export const JOIN_OPERATORS: Readonly<Record<ConditionJoin, string>> = { all: "&&", any: "||" };

/** Writes a row as JavaScript. An incomplete row becomes code that does not parse. */
export function formatConditionRow(row: ConditionRow): string {
  const { comparison, value, operator } = row;
  const field = formatConditionField(row);
  const unary = UNARY[comparison];
  if (unary) return unary(field).trim();
  const text = value ? formatConditionValue(value) : "";
  const symbol = OPERATORS[comparison];
  if (symbol !== undefined) return `${field} ${operator ?? symbol} ${text}`.trim();
  const not = comparison === "notContains" ? "!" : "";
  const method = comparison === "notContains" || comparison === "contains" ? "includes" : comparison;
  return `${not}${field}${operator ?? "."}${method}(${text})`;
}

export function formatConditionField({ field, comparison }: ConditionRow): string {
  return ABSENCE_COMPARISONS.has(comparison) ? formatOptionalOperand(field) : field;
}

export function formatConditionValue({ type, text }: ConditionValue, quote?: string): string {
  if (type === "text") return quoteScriptString(text, quote);
  return type === "true" || type === "false" || type === "null" ? type : text;
}
