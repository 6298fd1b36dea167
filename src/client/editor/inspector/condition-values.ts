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

const LOOSE = { is: "==", isNot: "!=" } as const;

function isEquality(comparison: ConditionComparison): comparison is keyof typeof LOOSE {
  return comparison === "is" || comparison === "isNot";
}

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

/** Whether the value is a text where a number is expected. */
export function isTextForNumber(
  { comparison, value }: ConditionRow,
  chosen: ConditionValueChoice | undefined,
): boolean {
  return value?.type === "text" && (chosen === "number" || ORDERINGS.has(comparison));
}

/**
 * Changes the value to what the user typed. Digits without a chosen type are compared by `==`, because the result of a
 * step is often a text of digits.
 */
export function withTypedValue(
  row: ConditionRow,
  text: string,
  chosen: ConditionValueChoice | undefined,
): ConditionRow {
  const { operator: _, ...rest } = row;
  const { comparison } = row;
  const value = readTypedValue(row, text, chosen);
  const isKindKept = (value.type === "number") === (row.value?.type === "number");
  if (chosen !== undefined || isKindKept || !isEquality(comparison)) return { ...row, value };
  return { ...rest, value, ...(value.type === "number" && { operator: LOOSE[comparison] }) };
}

/**
 * Converts the text of the field to a value. Without a chosen type, digits are a number, unless the value before was a text of
 * digits, such as `"12"`.
 */
function readTypedValue(
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

/** Changes the type of the value. `typed` is the last text that the user typed. A chosen type is compared strictly. */
export function withValueType(row: ConditionRow, type: ConditionValueChoice, typed: string): ConditionRow {
  const { operator: _, ...rest } = row;
  return { ...(isEquality(row.comparison) ? rest : row), value: convert(typed, type) };
}

function convert(text: string, type: ConditionValueChoice): ConditionValue {
  if (type === "text") return { type, text };
  if (type === "number") return isConditionNumber(text) ? { type, text } : MISSING;
  return type === "variable" ? MISSING : { type, text: "" };
}

/** Changes the comparison. Keeps the value, and a loose `==` or `?.` where the new comparison has one too. */
export function withComparison(
  row: ConditionRow,
  comparison: ConditionComparison,
  chosen: ConditionValueChoice | undefined,
): ConditionRow {
  const { field, value = ORDERINGS.has(comparison) ? MISSING : EMPTY_TEXT, operator } = row;
  if (UNARY_COMPARISONS.has(comparison)) return { field, comparison };
  const isLoose = isEquality(row.comparison)
    ? operator !== undefined
    : value.type === "number" && chosen === undefined;
  const isMethod = !isEquality(comparison) && !ORDERINGS.has(comparison);
  const kept = isEquality(comparison)
    ? isLoose
      ? LOOSE[comparison]
      : undefined
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
