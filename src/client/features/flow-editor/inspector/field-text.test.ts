import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FieldControl } from "#contract/step-description.ts";
import type { JsonValue } from "#core/json.ts";
import { canShow, canShowText, formatValue, parseFieldText } from "./field-text.ts";

const pairs: FieldControl = { type: "pairs", keyLabel: "Header", valueLabel: "Value" };
const number: FieldControl = { type: "number" };
const prompt: FieldControl = { type: "prompt" };
const texts: FieldControl = { type: "texts" };
const json: FieldControl = { type: "json" };

const read = (control: FieldControl, text: string, required = false) => {
  const reading = parseFieldText(control, text, required);
  return reading.type === "value" ? reading.value : { broken: reading.message };
};

describe("what is written is read back as the same value", () => {
  const textKey = fc.string({ minLength: 1 }).filter((key) => !/^\d+$/.test(key));
  const anyValue: readonly [FieldControl, fc.Arbitrary<JsonValue>][] = [
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
          // NUL and halves of surrogate pairs are refused, since no store keeps them.
          fc.pre(!/\\u0000|\\ud[89a-f]/.test(before));
          expect(canShow(control, value)).toBe(true);
          expect(JSON.stringify(read(control, formatValue(control, value)))).toBe(before);
        }),
      );
    });
  }
});

describe("an empty text", () => {
  it("is no value, so the key goes", () => {
    for (const control of [prompt, number, pairs, texts, json, { type: "switch" } as const])
      expect(read(control, "")).toBeUndefined();
  });

  it("stays where a text is required, and with it the spelling of its key", () => {
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
    "is not %j: the text waits, with a reason",
    (text) => expect(read(number, text)).toHaveProperty("broken"),
  );
});

describe("pairs", () => {
  const rows = (...list: readonly (readonly [string, string])[]) => JSON.stringify(list);

  it("become an object in the order of the rows", () => {
    const value = read(pairs, rows(["b", "1"], ["a", "2"], ["__proto__", "3"]));
    expect(Object.entries(value as object)).toEqual([
      ["b", "1"],
      ["a", "2"],
      ["__proto__", "3"],
    ]);
  });

  it("leave a row out that is not begun", () => {
    expect(read(pairs, rows(["a", "1"], ["", ""]))).toEqual({ a: "1" });
  });

  it("wait while a key is missing or stands twice, since an object would lose a value", () => {
    expect(read(pairs, rows(["", "1"]))).toEqual({ broken: "A header is missing for “1”." });
    expect(read(pairs, rows(["a", "1"], ["a", "2"]))).toEqual({ broken: "The header “a” is there twice." });
  });
});

describe("a value that the control cannot show", () => {
  it.each<[FieldControl, JsonValue]>([
    [prompt, { a: 1 }],
    [number, [1]],
    [{ type: "switch" }, "yes"],
    [pairs, { a: 1 }],
    [pairs, ["a"]],
    [texts, [1]],
  ])("is JSON instead: %j with %j", (control, value) => {
    expect(canShow(control, value)).toBe(false);
    expect(read(json, formatValue(json, value))).toEqual(value);
  });

  it("nor can rows show a text that is no rows", () => {
    expect(canShowText(pairs, '{"a"')).toBe(false);
    expect(canShowText(pairs, '[["a","1"]]')).toBe(true);
    expect(canShowText(texts, '[["a","1"]]')).toBe(false);
    expect(canShowText(prompt, '{"a"')).toBe(true);
  });
});
