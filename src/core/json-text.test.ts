import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { JsonValue } from "./json.ts";
import { MAX_JSON_DEPTH, findJsonFault } from "./json-text.ts";

const faultOf = (text: string) => findJsonFault(text, JSON.parse(text) as JsonValue);
const megabyte = 1024 * 1024;

describe("numbers", () => {
  test.each([
    "0",
    "-0",
    "1.0",
    "0.1",
    "1e3",
    "1E+3",
    "1.50",
    "1e21",
    "9007199254740992",
    "123456789012345.0",
    "5e-324",
  ])("%s is kept", (text) => expect(faultOf(text)).toBeUndefined());

  test.each([
    "12345678901234567890",
    "9007199254740993",
    "1e400",
    "-1e400",
    "1e-400",
    "0.10000000000000000001",
  ])("%s would change and is refused", (text) =>
    expect(faultOf(`{"n":[${text}]}`)).toMatchObject({ code: "NUMBER_CHANGES", path: ["n", 0] }),
  );

  it("inside texts are no numbers", () => {
    expect(faultOf('{"12345678901234567890":"\\"12345678901234567890\\\\"}')).toBeUndefined();
  });

  it("that JSON.stringify wrote are always kept", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(faultOf(JSON.stringify({ number }))).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });

  it("of whole digits are kept exactly when JavaScript writes the same digits back", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 25n }), (digits) => {
        const isExact = decimalText(Number(digits)) === String(digits);
        expect(faultOf(String(digits)) === undefined).toBe(isExact);
      }),
      { numRuns: 1000 },
    );
  });
});

/** A double in plain digits, as its shortest text says it. */
function decimalText(number: number): string {
  const [digits = "", exponent = "0"] = String(number).split("e");
  const [whole = "", fraction = ""] = digits.split(".");
  return exponent === "0" ? digits : whole + fraction.padEnd(Number(exponent), "0");
}

describe("texts", () => {
  it("with a NUL or half of a surrogate pair are refused, as values and as keys", () => {
    expect(faultOf('{"a":["x","\\u0000"]}')).toMatchObject({ code: "INVALID_TEXT", path: ["a", 1] });
    expect(faultOf('{"a":"\\ud800"}')).toMatchObject({ code: "INVALID_TEXT", path: ["a"] });
    expect(faultOf('{"a":{"\\udc00":1}}')).toMatchObject({ code: "INVALID_TEXT", path: ["a"] });
    expect(faultOf('"\\udc00\\ud800"')).toMatchObject({ code: "INVALID_TEXT", path: [] });
  });

  it("with emoji, bidi marks and control characters are kept", () => {
    expect(faultOf('["\\ud83d\\ude00","\\u202e","\\u0001","👩‍🚀"]')).toBeUndefined();
  });
});

describe("depth", () => {
  const nest = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

  it("is allowed up to the limit and refused past it", () => {
    expect(faultOf(nest(MAX_JSON_DEPTH))).toBeUndefined();
    expect(faultOf(nest(MAX_JSON_DEPTH + 1))).toMatchObject({ code: "TOO_DEEP" });
    expect(faultOf(nest(5_000))).toMatchObject({ code: "TOO_DEEP" });
  });
});

// Each would take minutes if the work grew with the square of the text; the test's own time limit is the check.
describe("two megabytes of", () => {
  test.each([
    ["one text of escapes", JSON.stringify('"\\'.repeat(megabyte / 2))],
    ["one number of zeros with other digits around", `1${"0".repeat(2 * megabyte)}1`],
    ["one number with a long fraction", `0.${"0".repeat(2 * megabyte)}1`],
    ["small numbers", `[${"1,".repeat(megabyte)}1]`],
    ["long numbers", `[${"0.1234567890123456,".repeat(megabyte / 10)}1]`],
    ["small lists", `[${"[],".repeat(700_000)}0]`],
    ["keys", `{${Array.from({ length: 200_000 }, (_, index) => `"k${index}":${index}`).join()}}`],
  ])(
    "%s are looked through quickly",
    (_name, text) => {
      expect(["NUMBER_CHANGES", undefined]).toContain(faultOf(text)?.code);
    },
    5_000,
  );
});
