import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type JsonPath,
  type JsonValue,
  equalJson,
  getAtPath,
  setAtPath,
  withKey,
  withoutKey,
} from "./json.ts";

const proto = JSON.parse('{"__proto__":{"a":1},"b":2}') as { readonly [key: string]: JsonValue };
const anyJson = fc.jsonValue() as fc.Arbitrary<JsonValue>;

describe("equal JSON", () => {
  it("does not mind the order of keys, but that of items", () => {
    expect(equalJson({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
    expect(equalJson([1, 2], [2, 1])).toBe(false);
  });

  it("tells null, absent, list and object apart", () => {
    const values: (JsonValue | undefined)[] = [null, undefined, [], {}, 0, "", false, { a: null }];
    for (const a of values) for (const b of values) expect(equalJson(a, b)).toBe(a === b);
  });

  it("compares a key named __proto__ like any other", () => {
    expect(equalJson(proto, { b: 2 })).toBe(false);
    expect(equalJson(proto, JSON.parse(JSON.stringify(proto)) as JsonValue)).toBe(true);
    expect(equalJson({ toString: 1 }, { valueOf: 1 })).toBe(false);
  });

  it("holds for every value and its copy", () => {
    fc.assert(
      fc.property(anyJson, (value) => equalJson(value, JSON.parse(JSON.stringify(value)) as JsonValue)),
    );
  });
});

describe("a value at a path", () => {
  it("that was set is found there, whatever was there before", () => {
    const anyPath = fc.array(fc.oneof(fc.constantFrom("a", "__proto__", "b.c"), fc.nat(2)), { maxLength: 4 });
    fc.assert(
      fc.property(anyJson, anyPath, anyJson, (target, path: JsonPath, value) => {
        // An index past the end of a list lands at its end, so only first places are asked for.
        const places = path.map((key) => (typeof key === "number" ? 0 : key));
        expect(getAtPath(setAtPath(target, places, value), places)).toEqual(value);
      }),
    );
  });

  it("is never an inherited one", () => {
    expect(getAtPath({}, ["constructor"])).toBeUndefined();
    expect(getAtPath({}, ["__proto__", "toString"])).toBeUndefined();
    expect(getAtPath(proto, ["__proto__", "a"])).toBe(1);
  });

  it("leaves everything beside it shared and in place", () => {
    const before = { a: { x: 1 }, b: { y: 1 }, c: 3 };
    const after = setAtPath(before, ["b", "y"], 2) as typeof before;
    expect(JSON.stringify(after)).toBe('{"a":{"x":1},"b":{"y":2},"c":3}');
    expect(after.a).toBe(before.a);
  });

  it("of undefined is taken out", () => {
    expect(setAtPath({ a: 1, b: 2 }, ["a"], undefined)).toEqual({ b: 2 });
    expect(setAtPath([1, 2, 3], [1], undefined)).toEqual([1, 3]);
  });
});

it("a key named __proto__ is set and removed as plain data", () => {
  const set = withKey({ a: 1 }, "__proto__", { evil: true });
  expect(JSON.stringify(set)).toBe('{"a":1,"__proto__":{"evil":true}}');
  expect("evil" in set).toBe(false);
  expect(JSON.stringify(withKey(set, "b", 2))).toBe('{"a":1,"__proto__":{"evil":true},"b":2}');
  expect(JSON.stringify(withoutKey(set, "a"))).toBe('{"__proto__":{"evil":true}}');
  expect(JSON.stringify(withoutKey(set, "__proto__"))).toBe('{"a":1}');
});
