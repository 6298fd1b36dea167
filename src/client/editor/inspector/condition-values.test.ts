import { expect, it } from "vitest";
import type { ConditionRow } from "#core/conditions/condition.ts";
import {
  type ConditionValueChoice,
  getShownValueType,
  isTextForNumber,
  withComparison,
  withTypedValue,
  withValueType,
} from "./condition-values.ts";

const is = (value: ConditionRow["value"]): ConditionRow => ({
  field: "x",
  comparison: "is",
  ...(value && { value }),
});
const text = (typed: string) => ({ type: "text", text: typed }) as const;
const number = (typed: string) => ({ type: "number", text: typed }) as const;
const missing = { type: "missing", text: "" } as const;

const readTypedValue = (row: ConditionRow, typed: string, chosen: ConditionValueChoice | undefined) =>
  withTypedValue(row, typed, chosen).value;

it("digits become a number as long as no type is chosen", () => {
  expect(readTypedValue(is(text("")), "1", undefined)).toEqual(number("1"));
  expect(readTypedValue(is(number("1")), "1a", undefined)).toEqual(text("1a"));
  expect(readTypedValue(is(text("1a")), "1", undefined)).toEqual(number("1"));
});

it("a text of digits remains a text while it is edited", () => {
  expect(readTypedValue(is(text("12")), "123", undefined)).toEqual(text("123"));
  expect(readTypedValue(is(text("")), "1", "text")).toEqual(text("1"));
  const contains: ConditionRow = { ...is(text("")), comparison: "contains" };
  expect(readTypedValue(contains, "1", undefined)).toEqual(text("1"));
  expect(readTypedValue(contains, "1", "number")).toEqual(number("1"));
});

it("digits are compared with texts too unless their type is chosen", () => {
  const loose: ConditionRow = { ...is(number("4")), operator: "==" };
  expect(withTypedValue(is(text("")), "4", undefined)).toEqual(loose);
  expect(withTypedValue(loose, "42", undefined)).toEqual({ ...loose, value: number("42") });
  expect(withTypedValue(loose, "4a", undefined)).toEqual(is(text("4a")));
  expect(withTypedValue(is(number("4")), "42", undefined)).toEqual(is(number("42")));
  expect(withTypedValue(is(text("")), "4", "number")).toEqual(is(number("4")));
  expect(withValueType(loose, "number", "4")).toEqual(is(number("4")));
  const atLeast: ConditionRow = { ...is(number("4")), comparison: "atLeast" };
  expect(withComparison(atLeast, "is", undefined)).toEqual(loose);
  expect(withComparison(atLeast, "is", "number")).toEqual(is(number("4")));
});

it("a number that would be rounded is a text", () => {
  for (const typed of ["12345678901234567890", "0.12345678901234567", "1e999", "1e-999"]) {
    expect(withTypedValue(is(text("")), typed, undefined)).toEqual(is(text(typed)));
  }
  for (const typed of ["9007199254740991", "-0.10", "1e21", "0.000"]) {
    expect(readTypedValue(is(text("")), typed, undefined)).toEqual(number(typed));
  }
});

it("a text is distinguished from a number where a size is compared", () => {
  const greater = (value: ConditionRow["value"]): ConditionRow => ({ ...is(value), comparison: "greater" });
  expect(isTextForNumber(greater(text("1,5")), undefined)).toBe(true);
  expect(isTextForNumber(greater(number("1")), undefined)).toBe(false);
  expect(isTextForNumber(is(text("ten")), undefined)).toBe(false);
  expect(isTextForNumber(is(text("ten")), "number")).toBe(true);
});

it("a chosen number is shown as a number also while its text is no number", () => {
  const typed = readTypedValue(is(number("1")), "-", "number");
  expect(typed).toEqual(text("-"));
  expect(getShownValueType(is(typed), "number")).toBe("number");
  expect(readTypedValue(is(typed), "-2", "number")).toEqual(number("-2"));
  expect(readTypedValue(is(number("1")), "", "number")).toEqual(missing);
});

it("a comparison by size needs a value", () => {
  const row = withComparison(is(text("")), "greater", undefined);
  expect(row).toEqual({ field: "x", comparison: "greater", value: missing });
  expect(getShownValueType(row, undefined)).toBe("number");
  expect(getShownValueType(row, "null")).toBe("number");
  expect(readTypedValue(row, "3", undefined)).toEqual(number("3"));
});

it("a changed comparison keeps the value and a loose operator", () => {
  const loose: ConditionRow = { ...is(text("a")), operator: "==" };
  expect(withComparison(loose, "isNot", undefined)).toEqual({
    ...loose,
    comparison: "isNot",
    operator: "!=",
  });
  expect(withComparison(loose, "contains", undefined)).toEqual({ ...is(text("a")), comparison: "contains" });
  expect(withComparison(loose, "exists", undefined)).toEqual({ field: "x", comparison: "exists" });
  expect(withComparison({ field: "x", comparison: "exists" }, "is", undefined)).toEqual(is(text("")));
});

it("a changed type keeps a text that fits", () => {
  expect(withValueType(is(text("5")), "number", "5")).toEqual(is(number("5")));
  expect(withValueType(is(number("5")), "text", "5")).toEqual(is(text("5")));
  expect(withValueType(is(text("a")), "number", "a")).toEqual(is(missing));
  expect(withValueType(is(text("a")), "variable", "a")).toEqual(is(missing));
  expect(withValueType(is(text("a")), "null", "a")).toEqual(is({ type: "null", text: "" }));
  expect(withValueType(is(missing), "text", "a")).toEqual(is(text("a")));
});

it("a typed variable is written as JavaScript", () => {
  const row = is({ type: "variable", text: "a" });
  expect(readTypedValue(row, "order.Total price", undefined)).toEqual({
    type: "variable",
    text: "order['Total price']",
  });
  expect(readTypedValue(row, "", undefined)).toEqual(missing);
});
