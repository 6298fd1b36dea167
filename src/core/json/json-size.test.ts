import { expect, it } from "vitest";
import { estimateJsonHeapBytes, measureJsonSize } from "./json-size.ts";

it.each([
  ["[{},{}]", { values: 3, depth: 2, bytes: 7 }],
  ['{"a":1,"b":[true,null]}', { values: 5, depth: 2, bytes: 23 }],
  [' { "a" : [ ] } ', { values: 2, depth: 2, bytes: 15 }],
  ['"[{,\\"}]"', { values: 1, depth: 0, bytes: 9 }],
  ['["\\\\",1]', { values: 3, depth: 1, bytes: 8 }],
  ['["é"]', { values: 2, depth: 1, bytes: 5 }],
  ['["€"]', { values: 2, depth: 1, bytes: 10 }],
  ["[1,2", { values: 3, depth: 1, bytes: 4 }],
])("measures %s", (text, size) => {
  expect(measureJsonSize(text)).toEqual(size);
});

it.each([
  ["a million empty objects", `[${"{},".repeat(999_999)}{}]`, 64_000_064 + 2 * 3_000_001],
  ["one long text beyond Latin-1", `"${"€".repeat(1_000_000)}"`, 64 + 4 * 1_000_002],
])("estimates the heap of %s", (_, text, bytes) => {
  expect(estimateJsonHeapBytes(measureJsonSize(text))).toBe(bytes);
});
