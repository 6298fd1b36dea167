/** Comparisons of a field; those in `UNARY_COMPARISONS` need no value. */
export type ConditionComparison =
  | "is"
  | "isNot"
  | "greater"
  | "atLeast"
  | "less"
  | "atMost"
  | "contains"
  | "notContains"
  | "startsWith"
  | "endsWith"
  | "isEmpty"
  | "isNotEmpty"
  | "isTrue"
  | "isFalse"
  | "exists"
  | "notExists"
  | "truthy"
  | "falsy";

export const UNARY_COMPARISONS: ReadonlySet<ConditionComparison> = new Set([
  "isEmpty",
  "isNotEmpty",
  "isTrue",
  "isFalse",
  "exists",
  "notExists",
  "truthy",
  "falsy",
]);

/** Comparisons that a missing variable, or a missing object of its path, can answer. */
export const ABSENCE_COMPARISONS: ReadonlySet<ConditionComparison> = new Set([
  "isEmpty",
  "isNotEmpty",
  "exists",
  "notExists",
]);

export interface ConditionValue {
  /** `missing`: the expression has no value yet, such as `score >`. */
  readonly type: "text" | "number" | "variable" | "true" | "false" | "null" | "missing";
  /** The text itself, the digits of a number, or the source of a variable; empty for the other types. */
  readonly text: string;
}

export interface ConditionRow {
  /** The source of the compared variable, such as `page.size` or `{{page}}`; empty if it is not chosen yet. */
  readonly field: string;
  readonly comparison: ConditionComparison;
  readonly value?: ConditionValue;
  /** Another spelling of the comparison's operator, such as `==` for `===` or `?.` for `.`. */
  readonly operator?: string;
}

/** Whether all rows or any row must be true. */
export type ConditionJoin = "all" | "any";

export function isIncompleteConditionRow({ field, value }: ConditionRow): boolean {
  return field === "" || value?.type === "missing";
}
