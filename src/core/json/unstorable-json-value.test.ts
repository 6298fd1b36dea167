import * as fc from "fast-check";
import { expect, it, test } from "vitest";
import type { JsonValue } from "./json.ts";
import { MAX_JSON_DEPTH, findUnstorableJsonValue } from "./unstorable-json-value.ts";

const faultOf = (text: string) => findUnstorableJsonValue(text, JSON.parse(text) as JsonValue);
const megabyte = 1024 * 1024;

test.each("0 -0 1.0 0.1 1e3 1E+3 1.50 1e21 9007199254740992 123456789012345.0 5e-324".split(" "))(
  "numbers in JSON text %s is accepted",
  (text) => expect(faultOf(text)).toBeUndefined(),
);

test.each("12345678901234567890 9007199254740993 1e400 -1e400 1e-400 0.10000000000000000001".split(" "))(
  "numbers in JSON text %s is refused, because JavaScript would change it",
  (text) => expect(faultOf(`{"n":[${text}]}`)).toMatchObject({ code: "NUMBER_CHANGES", path: ["n", 0] }),
);

it("numbers in JSON text are ignored inside strings", () => {
  expect(faultOf('{"12345678901234567890":"\\"12345678901234567890\\\\"}')).toBeUndefined();
});

it("numbers in JSON text are always accepted if JSON.stringify wrote them", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
      expect(faultOf(JSON.stringify({ number }))).toBeUndefined();
    }),
    { numRuns: 1000 },
  );
});

it("numbers in JSON text are accepted as integers exactly if JavaScript formats them with the same digits", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 25n }), (digits) => {
      const isExact = decimalText(Number(digits)) === String(digits);
      expect(faultOf(String(digits)) === undefined).toBe(isExact);
    }),
    { numRuns: 1000 },
  );
});

function decimalText(number: number): string {
  const [digits = "", exponent = "0"] = String(number).split("e");
  const [whole = "", fraction = ""] = digits.split(".");
  return exponent === "0" ? digits : whole + fraction.padEnd(Number(exponent), "0");
}

it("strings in JSON text are rejected if they contain NUL or a lone surrogate, as values and as keys", () => {
  expect(faultOf('{"a":["x","\\u0000"]}')).toMatchObject({ code: "INVALID_TEXT", path: ["a", 1] });
  expect(faultOf('{"a":"\\ud800"}')).toMatchObject({ code: "INVALID_TEXT", path: ["a"] });
  expect(faultOf('{"a":{"\\udc00":1}}')).toMatchObject({ code: "INVALID_TEXT", path: ["a"] });
  expect(faultOf('"\\udc00\\ud800"')).toMatchObject({ code: "INVALID_TEXT", path: [] });
});

it("strings in JSON text are accepted with emoji, bidi marks and control characters", () => {
  expect(faultOf('["\\ud83d\\ude00","\\u202e","\\u0001","👩‍🚀"]')).toBeUndefined();
});

const nest = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

it("the nesting depth of JSON text is accepted up to the limit and rejected beyond it", () => {
  expect(faultOf(nest(MAX_JSON_DEPTH))).toBeUndefined();
  expect(faultOf(nest(MAX_JSON_DEPTH + 1))).toMatchObject({ code: "TOO_DEEP" });
  expect(faultOf(nest(5_000))).toMatchObject({ code: "TOO_DEEP" });
});

test.each([
  ["a string of escapes", JSON.stringify('"\\'.repeat(megabyte / 2))],
  ["one number with many zeros between other digits", `1${"0".repeat(2 * megabyte)}1`],
  ["one number with a long fraction", `0.${"0".repeat(2 * megabyte)}1`],
  ["small numbers", `[${"1,".repeat(megabyte)}1]`],
  ["long numbers", `[${"0.1234567890123456,".repeat(megabyte / 10)}1]`],
  ["small lists", `[${"[],".repeat(700_000)}0]`],
  ["keys", `{${Array.from({ length: 200_000 }, (_, index) => `"k${index}":${index}`).join()}}`],
])(
  "the check of two megabytes of JSON ends for %s",
  (_name, text) => {
    expect(["NUMBER_CHANGES", undefined]).toContain(faultOf(text)?.code);
  },
  60_000,
);
