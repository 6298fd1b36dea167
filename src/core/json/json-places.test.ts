import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type JsonPath, type JsonValue, getJsonAtPath } from "./json.ts";
import { findJsonValueOffsets } from "./json-places.ts";

function pathsOf(value: JsonValue, path: JsonPath = []): readonly JsonPath[] {
  if (typeof value !== "object" || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, item]) =>
    pathsOf(item, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return [path, ...inner];
}

test("finds the position of every value in a JSON text", () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ depthSize: "medium" }),
      fc.constantFrom(undefined, 1, "\t"),
      (value, indent) => {
        const text = `\n ${JSON.stringify(value, null, indent)} `;
        const parsed = JSON.parse(text) as JsonValue;
        const paths = pathsOf(parsed);
        const places = findJsonValueOffsets(text, paths);
        paths.forEach((path, index) => {
          const place = places[index];
          expect(JSON.parse(text.slice(place?.from, place?.to))).toEqual(getJsonAtPath(parsed, path));
        });
      },
    ),
  );
});

test("returns undefined as the position of a missing value", () => {
  expect(findJsonValueOffsets('{"a": [1]}', [["b"], ["a", 1], ["a", 0, "c"]])).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
