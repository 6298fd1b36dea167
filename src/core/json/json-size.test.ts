import * as fc from "fast-check";
import { expect, it } from "vitest";
import { type JsonValue, isJsonObject } from "./json.ts";
import { estimateJsonHeapBytes, measureJsonSize } from "./json-size.ts";

it.each([
  ["null", { values: 1, depth: 0, bytes: 4 }],
  ["[]", { values: 1, depth: 1, bytes: 2 }],
  ["[{},{}]", { values: 3, depth: 2, bytes: 7 }],
  ['{"a":1,"b":[true,null]}', { values: 5, depth: 2, bytes: 23 }],
  [' { "a" : [ ] } ', { values: 2, depth: 2, bytes: 15 }],
  ['"[{,\\"}]"', { values: 1, depth: 0, bytes: 9 }],
  ['["\\\\",1]', { values: 3, depth: 1, bytes: 8 }],
  ['["é"]', { values: 2, depth: 1, bytes: 5 }],
  ['["€"]', { values: 2, depth: 1, bytes: 10 }],
  [`${"[".repeat(9)}${"]".repeat(9)}`, { values: 9, depth: 9, bytes: 18 }],
  ["[1,2", { values: 3, depth: 1, bytes: 4 }],
])("measures %s", (text, size) => {
  expect(measureJsonSize(text)).toEqual(size);
});

function countValues(value: JsonValue): number {
  if (typeof value !== "object" || value === null) return 1;
  const inside = isJsonObject(value) ? Object.values(value) : value;
  return inside.reduce<number>((sum, item) => sum + countValues(item), 1);
}

it("counts the values that JSON.parse creates, whatever the values and the space around them", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 1, "\t"), (value, space) => {
      const text = JSON.stringify(value, undefined, space);
      expect(measureJsonSize(text).values).toBe(countValues(JSON.parse(text) as JsonValue));
    }),
  );
});

it.each([
  ["a million empty objects", `[${"{},".repeat(999_999)}{}]`, 64_000_064 + 2 * 3_000_001],
  ["one long text", `"${"x".repeat(1_000_000)}"`, 64 + 2 * 1_000_002],
  ["one long text beyond Latin-1", `"${"€".repeat(1_000_000)}"`, 64 + 4 * 1_000_002],
  ["numbers", `[${"1,".repeat(99_999)}1]`, 100_001 * 64 + 2 * 200_001],
])("estimates the heap of %s", (_, text, bytes) => {
  expect(estimateJsonHeapBytes(measureJsonSize(text))).toBe(bytes);
});
