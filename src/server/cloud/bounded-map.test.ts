import { expect, it } from "vitest";
import { BoundedMap } from "./bounded-map.ts";

it("a bounded map drops its oldest entries beyond the total size, but not the entry that was just set", () => {
  const map = new BoundedMap<string, string>(5, (text) => text.length);
  map.set("a", "11").set("b", "222").set("a", "1").set("c", "4");
  expect([...map]).toEqual([
    ["b", "222"],
    ["a", "1"],
    ["c", "4"],
  ]);
  map.set("d", "22");
  expect([...map.keys()]).toEqual(["a", "c", "d"]);
  map.set("long", "1234567");
  expect([...map.keys()]).toEqual(["long"]);
});

it("a bounded map without sizes has at most so many entries", () => {
  const map = new BoundedMap<string, undefined>(2);
  for (const key of ["a", "b", "b", "c"]) map.set(key, undefined);
  expect([...map.keys()]).toEqual(["b", "c"]);
});
