import { assert, property, string } from "fast-check";
import { expect, it } from "vitest";
import { parseSearch, stringifySearch } from "./search-codec.ts";

it("keeps a search for digits, booleans or JSON as the text it is", () => {
  expect(parseSearch('?search=2024&step=true&sort={"a":1}')).toEqual({
    search: "2024",
    step: "true",
    sort: '{"a":1}',
  });
});

it("leaves what is absent or empty out of the address", () => {
  expect(stringifySearch({ search: "", status: undefined, sort: "name" })).toBe("?sort=name");
  expect(stringifySearch({})).toBe("");
});

it("brings any text through the address unharmed", () => {
  assert(
    property(string({ unit: "grapheme", minLength: 1 }), (search) => {
      expect(parseSearch(stringifySearch({ search }))).toEqual({ search });
    }),
  );
});
