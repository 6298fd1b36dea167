import * as fc from "fast-check";
import { expect, it } from "vitest";
import {
  type JsonPath,
  type JsonValue,
  isEqualJson,
  getJsonAtPath,
  setJsonAtPath,
  copyObjectWithKey,
  copyObjectWithoutKey,
} from "./json.ts";

const proto = JSON.parse('{"__proto__":{"a":1},"b":2}') as { readonly [key: string]: JsonValue };
const anyJson = fc.jsonValue() as fc.Arbitrary<JsonValue>;

it("the comparison of JSON values ignores the order of keys but not the order of array items", () => {
  expect(isEqualJson({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
  expect(isEqualJson([1, 2], [2, 1])).toBe(false);
});

it("the comparison of JSON values distinguishes null, absent values, lists and objects", () => {
  const values: (JsonValue | undefined)[] = [null, undefined, [], {}, 0, "", false, { a: null }];
  for (const a of values) for (const b of values) expect(isEqualJson(a, b)).toBe(a === b);
});

it("the comparison of JSON values compares a key named __proto__ like other keys", () => {
  expect(isEqualJson(proto, { b: 2 })).toBe(false);
  expect(isEqualJson(proto, JSON.parse(JSON.stringify(proto)) as JsonValue)).toBe(true);
  expect(isEqualJson({ toString: 1 }, { valueOf: 1 })).toBe(false);
});

it("a value at a path can be set and read back, regardless of the previous value", () => {
  const anyPath = fc.array(fc.oneof(fc.constantFrom("a", "__proto__", "b.c"), fc.nat(2)), { maxLength: 4 });
  fc.assert(
    fc.property(anyJson, anyPath, anyJson, (target, path: JsonPath, value) => {
      const places = path.map((key) => (typeof key === "number" ? 0 : key));
      expect(getJsonAtPath(setJsonAtPath(target, places, value), places)).toEqual(value);
    }),
  );
});

it("a value at a path is never an inherited property", () => {
  expect(getJsonAtPath({}, ["constructor"])).toBeUndefined();
  expect(getJsonAtPath({}, ["__proto__", "toString"])).toBeUndefined();
  expect(getJsonAtPath(proto, ["__proto__", "a"])).toBe(1);
});

it("a key named __proto__ is set and removed as plain data", () => {
  const set = copyObjectWithKey({ a: 1 }, "__proto__", { evil: true });
  expect(JSON.stringify(set)).toBe('{"a":1,"__proto__":{"evil":true}}');
  expect("evil" in set).toBe(false);
  expect(JSON.stringify(copyObjectWithKey(set, "b", 2))).toBe('{"a":1,"__proto__":{"evil":true},"b":2}');
  expect(JSON.stringify(copyObjectWithoutKey(set, "a"))).toBe('{"__proto__":{"evil":true}}');
  expect(JSON.stringify(copyObjectWithoutKey(set, "__proto__"))).toBe('{"a":1}');
});
