import { expect, it } from "vitest";
import { summarizeInputs } from "./summarize-inputs.ts";

it.each([
  ["{}", undefined],
  [
    '{"topic":"news\\n of today","days":7,"deep":{"a":[1]}}',
    'topic: news of today, days: 7, deep: {"a":[1]}',
  ],
  ['{"topic":"ne', '{"topic":"ne'],
  [`{"a":"${"x".repeat(200)}"}`, `a: ${"x".repeat(116)}…`],
])("summarizes the inputs %s", (json, text) => {
  expect(summarizeInputs(json)).toBe(text);
});
