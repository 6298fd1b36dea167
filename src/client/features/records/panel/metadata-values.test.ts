import { expect, it } from "vitest";
import { formatMetadataText, getMetadataValueType } from "./metadata-values.ts";

it.each([
  ["1.50", "number", "1.50"],
  ["-2e3", "number", "-2e3"],
  ["", "number", '""'],
  ["1,5", "number", '"1,5"'],
  ["01", "number", '"01"'],
  [" 1", "number", '" 1"'],
  ["12345678901234567890", "number", '"12345678901234567890"'],
  ["12", "text", '"12"'],
  ['a "b"\n', "text", String.raw`"a \"b\"\n"`],
  ["x", "null", "null"],
  ["x", "false", "false"],
] as const)("writes %s as %s: %s", (text, type, json) => {
  expect(formatMetadataText(text, type)).toBe(json);
});

it.each([
  ["a", "text"],
  ["a\r\nb", "json"],
  [1, "number"],
  [false, "false"],
  [null, "null"],
  [[], "json"],
  [{}, "json"],
])("%j is edited as %s", (value, type) => {
  expect(getMetadataValueType(value)).toBe(type);
});
