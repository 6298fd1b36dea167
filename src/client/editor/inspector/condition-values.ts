import {
  type ConditionComparison,
  type ConditionRow,
  type ConditionValue,
  UNARY_COMPARISONS,
} from "#core/conditions/condition.ts";
import { formatOperand } from "#core/conditions/operand.ts";
import { isConditionNumber } from "#core/conditions/parse-condition.ts";

/** A type of value that the user can choose. */
export type ConditionValueChoice = Exclude<ConditionValue["type"], "missing">;

const MISSING: ConditionValue = { type: "missing", text: "" };
const EMPTY_TEXT: ConditionValue = { type: "text", text: "" };

/** Comparisons by size: an empty text is no value of these. */
const ORDERINGS: ReadonlySet<ConditionComparison> = new Set(["greater", "atLeast", "less", "atMost"]);

/** Returns the type to show: the user's choice also while the text is no such value yet. */
export function getShownValueType(
  { comparison, value = MISSING }: ConditionRow,
  chosen: ConditionValueChoice | undefined,
): ConditionValueChoice {
  if (value.type === "missing") {
    const hasInput = chosen === "text" || chosen === "number" || chosen === "variable";
    return hasInput ? chosen : ORDERINGS.has(comparison) ? "number" : "text";
  }
  return value.type === "text" && chosen === "number" ? "number" : value.type;
}

/**
 * Converts the text of the field to a value. Without a chosen type, digits are a number, unless the value before was a text of
 * digits, such as `"12"`.
 */
export function readTypedValue(
  row: ConditionRow,
  text: string,
  chosen: ConditionValueChoice | undefined,
): ConditionValue {
  const { comparison, value = MISSING } = row;
  const type = getShownValueType(row, chosen);
  if (type === "variable") return text === "" ? MISSING : { type, text: formatOperand(text) };
  const isTextOnly =
    chosen === "text" ||
    comparison === "startsWith" ||
    comparison === "endsWith" ||
    (chosen === undefined && value.type === "text" && isConditionNumber(value.text));
  if (isTextOnly) return { type: "text", text };
  const isNumberLike = chosen === "number" || ORDERINGS.has(comparison);
  if (text === "") return isNumberLike ? MISSING : EMPTY_TEXT;
  const mayBeNumber = chosen === "number" || (comparison !== "contains" && comparison !== "notContains");
  return { type: mayBeNumber && isConditionNumber(text) ? "number" : "text", text };
}

export function withValueType(row: ConditionRow, type: ConditionValueChoice): ConditionRow {
  const text = row.value?.type === "variable" ? "" : (row.value?.text ?? "");
  return { ...row, value: convert(text, type) };
}

function convert(text: string, type: ConditionValueChoice): ConditionValue {
  if (type === "text") return { type, text };
  if (type === "number") return isConditionNumber(text) ? { type, text } : MISSING;
  return type === "variable" ? MISSING : { type, text: "" };
}

const NEGATED_LOOSE: Readonly<Partial<Record<string, string>>> = { "==": "!=", "!=": "==" };

/** Changes the comparison. Keeps the value, and a loose `==` or `?.` where the new comparison has one too. */
export function withComparison(row: ConditionRow, comparison: ConditionComparison): ConditionRow {
  const { field, value = ORDERINGS.has(comparison) ? MISSING : EMPTY_TEXT, operator } = row;
  if (UNARY_COMPARISONS.has(comparison)) return { field, comparison };
  const isEquality = comparison === "is" || comparison === "isNot";
  const isMethod = !isEquality && !ORDERINGS.has(comparison);
  const kept = isEquality
    ? NEGATED_LOOSE[operator ?? ""]
    : isMethod && operator === "?."
      ? operator
      : undefined;
  const isNoValue = ORDERINGS.has(comparison) && value.type === "text" && value.text === "";
  return {
    field,
    comparison,
    value: isNoValue ? MISSING : value,
    ...(kept !== undefined && { operator: kept }),
  };
}
