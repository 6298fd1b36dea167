import { assert, property, string } from "fast-check";
import { expect, it } from "vitest";
import { parseUrlSearchParamsAsText, stringifyUrlSearchParams } from "./url-search-params.ts";

it("digits, booleans and JSON in a search parameter are parsed as plain text", () => {
  expect(parseUrlSearchParamsAsText('?search=2024&step=true&sort={"a":1}')).toEqual({
    search: "2024",
    step: "true",
    sort: '{"a":1}',
  });
});

it("a tag parameter is parsed as a list, even a single tag, and repeated in the URL for each tag", () => {
  expect(parseUrlSearchParamsAsText("?tag=a&tag=b%2C%20c&search=x&search=y")).toEqual({
    tag: ["a", "b, c"],
    search: "y",
  });
  expect(parseUrlSearchParamsAsText("?tag=a")).toEqual({ tag: ["a"] });
  expect(stringifyUrlSearchParams({ tag: ["a", "b, c"] })).toBe("?tag=a&tag=b%2C+c");
});

it("absent and empty parameters are omitted from the URL", () => {
  expect(stringifyUrlSearchParams({ search: "", status: undefined, sort: "name" })).toBe("?sort=name");
  expect(stringifyUrlSearchParams({})).toBe("");
});

it("every text that is written to the URL is parsed back unchanged", () => {
  assert(
    property(string({ unit: "grapheme", minLength: 1 }), (search) => {
      expect(parseUrlSearchParamsAsText(stringifyUrlSearchParams({ search }))).toEqual({ search });
    }),
  );
});
