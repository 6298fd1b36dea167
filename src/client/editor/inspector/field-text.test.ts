import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { StepFieldControlDescription } from "#contract/step-description.ts";
import type { JsonValue } from "#core/json/json.ts";
import {
  canFieldControlShowValue,
  canFieldControlShowText,
  formatFieldValueForControl,
  incrementNumberText,
  parseTextOfFieldControl,
} from "./field-text.ts";

const pairs: StepFieldControlDescription = { type: "pairs", keyLabel: "Header", valueLabel: "Value" };
const number: StepFieldControlDescription = { type: "number" };
const prompt: StepFieldControlDescription = { type: "prompt" };
const texts: StepFieldControlDescription = { type: "texts" };
const json: StepFieldControlDescription = { type: "json" };

const read = (control: StepFieldControlDescription, text: string, required = false) => {
  const reading = parseTextOfFieldControl(control, text, required);
  return reading.type === "value" ? reading.value : { broken: reading.message };
};

describe("formatting and parsing a value returns the same value, for the control:", () => {
  const textKey = fc.string({ minLength: 1 }).filter((key) => !/^\d+$/.test(key));
  const anyValue: readonly [StepFieldControlDescription, fc.Arbitrary<JsonValue>][] = [
    [prompt, fc.string({ minLength: 1 })],
    [number, fc.double({ noNaN: true, noDefaultInfinity: true })],
    [{ type: "switch" }, fc.boolean()],
    [pairs, fc.dictionary(textKey, fc.string(), { minKeys: 1 })],
    [texts, fc.array(fc.string({ minLength: 1 }), { minLength: 1 })],
    [json, fc.jsonValue() as fc.Arbitrary<JsonValue>],
  ];
  for (const [control, values] of anyValue) {
    it(control.type, () => {
      fc.assert(
        fc.property(values, (value) => {
          const before = JSON.stringify(value);
          fc.pre(!/\\u0000|\\ud[89a-f]/.test(before));
          expect(canFieldControlShowValue(control, value)).toBe(true);
          expect(JSON.stringify(read(control, formatFieldValueForControl(control, value)))).toBe(before);
        }),
      );
    });
  }
});

describe("an empty text", () => {
  it("is parsed as no value, so the key is removed", () => {
    for (const control of [prompt, number, pairs, texts, json, { type: "switch" } as const])
      expect(read(control, "")).toBeUndefined();
  });

  it("is kept for a required text field", () => {
    expect(read(prompt, "", true)).toBe("");
  });
});

describe("a number", () => {
  it.each([
    ["0.70", 0.7],
    [" 12 ", 12],
    ["-.5", -0.5],
    ["+3", 3],
    ["007", 7],
    ["1e3", 1000],
    ["{{limit}}", "{{limit}}"],
  ])("is read from %j", (text, value) => expect(read(number, text)).toBe(value));

  it.each(["abc", "0,7", "1 2", "0x10", "Infinity", "NaN", "1e999", "12345678901234567890"])(
    "is rejected with a reason if typed as %j",
    (text) => expect(read(number, text)).toHaveProperty("broken"),
  );
});

describe("key-value pairs", () => {
  const rows = (...list: readonly (readonly [string, string])[]) => JSON.stringify(list);

  it("become an object in the order of the rows", () => {
    const value = read(pairs, rows(["b", "1"], ["a", "2"], ["__proto__", "3"]));
    expect(Object.entries(value as object)).toEqual([
      ["b", "1"],
      ["a", "2"],
      ["__proto__", "3"],
    ]);
  });

  it("omit an empty row", () => {
    expect(read(pairs, rows(["a", "1"], ["", ""]))).toEqual({ a: "1" });
  });

  it("are invalid while a key is missing or duplicate, since an object would lose a value", () => {
    expect(read(pairs, rows(["", "1"]))).toEqual({ broken: "Header is required for “1”." });
    expect(read(pairs, rows(["a", "1"], ["a", "2"]))).toEqual({ broken: "Duplicate header: “a”." });
  });
});

describe("a value that the form control cannot show", () => {
  it.each<[string, JsonValue, StepFieldControlDescription]>([
    ["prompt", { a: 1 }, prompt],
    ["number", [1], number],
    ["switch", "yes", { type: "switch" }],
    ["pairs", { a: 1 }, pairs],
    ["pairs", ["a"], pairs],
    ["texts", [1], texts],
  ])("is edited as JSON: for a %s control, the value %j", (_, value, control) => {
    expect(canFieldControlShowValue(control, value)).toBe(false);
    expect(read(json, formatFieldValueForControl(json, value))).toEqual(value);
  });

  it("includes a pending text of key-value pairs that is not a list of pairs", () => {
    expect(canFieldControlShowText(pairs, '{"a"')).toBe(false);
    expect(canFieldControlShowText(pairs, '[["a","1"]]')).toBe(true);
    expect(canFieldControlShowText(texts, '[["a","1"]]')).toBe(false);
    expect(canFieldControlShowText(prompt, '{"a"')).toBe(true);
  });
});

test.each([
  ["0.7", 1, { step: 0.1 }, "0.8"],
  ["0.75", -1, { step: 0.1 }, "0.65"],
  ["2", 1, { max: 2, step: 0.1 }, "2"],
  ["3", -1, { max: 2 }, "2"],
  ["", 1, { min: 1, max: 5 }, "1"],
  ["", -1, {}, "0"],
  ["abc", 1, {}, undefined],
  ["{{n}}", 1, {}, undefined],
])("incrementing %j in direction %i with the limits %j gives %j", (text, direction, bounds, next) => {
  expect(incrementNumberText(text, direction, bounds)).toBe(next);
});
