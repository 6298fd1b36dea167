import { expect, it } from "vitest";
import { ContentCache } from "./content-cache.ts";

const content = { members: '"name":"A"}', terms: [] };

it("the cache of step contents drops first what was not used for longest", () => {
  const cache = new ContentCache(100);
  const text = (name: string) => name.padEnd(20, "-");
  for (const name of ["a", "b", "c"]) cache.add(text(name), content);
  expect(cache.find(text("a"))).toBe(content);
  for (const name of ["d", "e"]) cache.add(text(name), content);
  expect(cache.find(text("b"))).toBeUndefined();
  expect(cache.find(text("a"))).toBe(content);
});
