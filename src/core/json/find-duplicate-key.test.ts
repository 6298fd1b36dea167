import { expect, test } from "vitest";
import { findDuplicateJsonKey } from "./find-duplicate-key.ts";

test("finds the second occurrence of a key in the same object", () => {
  const text = '{"a": 1, "b": {"c": 1, "c": 2}}';
  expect(findDuplicateJsonKey(text)).toEqual({ key: "c", offset: text.lastIndexOf('"c"') });
});

test("treats an escaped key as equal to the same key without escapes", () => {
  expect(findDuplicateJsonKey(String.raw`{"a": 1, "\u0061": 2}`)?.key).toBe("a");
});

test("allows equal keys in different objects, equal strings in arrays, and keys equal to values", () => {
  for (const text of [
    '[{"a": 1}, {"a": 2}]',
    '{"a": {"a": 1}, "b": {"a": 1}}',
    '["a", "a", {"a": "a"}, "a"]',
    '{"a": "b", "b": ["a", "b"], "c": "}{,\\"a\\":"}',
    '{"a": [{"x": 1}], "b": 2}',
    '"a"',
    "1",
  ])
    expect(findDuplicateJsonKey(text), text).toBeUndefined();
});
