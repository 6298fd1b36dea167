import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type JsonPath, type JsonValue, getAtPath } from "./json.ts";
import { findJsonPlaces } from "./json-places.ts";

function pathsOf(value: JsonValue, path: JsonPath = []): readonly JsonPath[] {
  if (typeof value !== "object" || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, item]) =>
    pathsOf(item, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return [path, ...inner];
}

test("finds where every value of a text is written", () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ depthSize: "medium" }),
      fc.constantFrom(undefined, 1, "\t"),
      (value, indent) => {
        const text = `\n ${JSON.stringify(value, null, indent)} `;
        const parsed = JSON.parse(text) as JsonValue;
        const paths = pathsOf(parsed);
        const places = findJsonPlaces(text, paths);
        paths.forEach((path, index) => {
          const place = places[index];
          expect(JSON.parse(text.slice(place?.from, place?.to))).toEqual(getAtPath(parsed, path));
        });
      },
    ),
  );
});

test("says nothing of what is not there", () => {
  expect(findJsonPlaces('{"a": [1]}', [["b"], ["a", 1], ["a", 0, "c"]])).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
