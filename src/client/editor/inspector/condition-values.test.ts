import { expect, it } from "vitest";
import type { ConditionRow } from "#core/conditions/condition.ts";
import { getShownValueType, readTypedValue, withComparison, withValueType } from "./condition-values.ts";

const is = (value: ConditionRow["value"]): ConditionRow => ({
  field: "x",
  comparison: "is",
  ...(value && { value }),
});
const text = (typed: string) => ({ type: "text", text: typed }) as const;
const number = (typed: string) => ({ type: "number", text: typed }) as const;
const missing = { type: "missing", text: "" } as const;

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

it("a chosen number is shown as a number also while its text is no number", () => {
  const typed = readTypedValue(is(number("1")), "-", "number");
  expect(typed).toEqual(text("-"));
  expect(getShownValueType(is(typed), "number")).toBe("number");
  expect(readTypedValue(is(typed), "-2", "number")).toEqual(number("-2"));
  expect(readTypedValue(is(number("1")), "", "number")).toEqual(missing);
});

it("a comparison by size needs a value", () => {
  const row = withComparison(is(text("")), "greater");
  expect(row).toEqual({ field: "x", comparison: "greater", value: missing });
  expect(getShownValueType(row, undefined)).toBe("number");
  expect(getShownValueType(row, "null")).toBe("number");
  expect(readTypedValue(row, "3", undefined)).toEqual(number("3"));
});

it("a changed comparison keeps the value and a loose operator", () => {
  const loose: ConditionRow = { ...is(text("a")), operator: "==" };
  expect(withComparison(loose, "isNot")).toEqual({ ...loose, comparison: "isNot", operator: "!=" });
  expect(withComparison(loose, "contains")).toEqual({ ...is(text("a")), comparison: "contains" });
  expect(withComparison(loose, "exists")).toEqual({ field: "x", comparison: "exists" });
  expect(withComparison({ field: "x", comparison: "exists" }, "is")).toEqual(is(text("")));
});

it("a changed type keeps a text that fits", () => {
  expect(withValueType(is(text("5")), "number")).toEqual(is(number("5")));
  expect(withValueType(is(number("5")), "text")).toEqual(is(text("5")));
  expect(withValueType(is(text("a")), "number")).toEqual(is(missing));
  expect(withValueType(is(text("a")), "variable")).toEqual(is(missing));
  expect(withValueType(is(text("a")), "null")).toEqual(is({ type: "null", text: "" }));
});

it("a typed variable is written as JavaScript", () => {
  const row = is({ type: "variable", text: "a" });
  expect(readTypedValue(row, "order.Total price", undefined)).toEqual({
    type: "variable",
    text: "order['Total price']",
  });
  expect(readTypedValue(row, "", undefined)).toEqual(missing);
});
