import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compareLinesThenCharacters } from "./compare-lines.ts";

const text = fc
  .array(fc.constantFrom("a", "b", "one two", "one three", "", "{", "}"), { maxLength: 12 })
  .chain((lines) => fc.boolean().map((ends) => lines.join("\n") + (ends ? "\n" : "")));

test("the changes transform one text into the other, in order without overlap", () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      let [result, atA, atB] = ["", 0, 0];
      for (const { fromA, toA, fromB, toB } of compareLinesThenCharacters(before, after)) {
        expect(fromA >= atA && toA >= fromA && fromB >= atB && toB >= fromB).toBe(true);
        expect(toA > fromA || toB > fromB).toBe(true);
        result += before.slice(atA, fromA) + after.slice(fromB, toB);
        [atA, atB] = [toA, toB];
      }
      expect(result + before.slice(atA)).toBe(after);
    }),
    { numRuns: 2000 },
  );
});

test("a word changed in thousands of places results in one minimal change per place", () => {
  const places = (word: string) =>
    Array.from({ length: 3_000 }, (_, index) => `"id": ${index}\n"text": "says ${word}"\n`).join("");
  const [before, after] = [places("this"), places("that")];
  const changes = compareLinesThenCharacters(before, after);
  expect(changes).toHaveLength(3_000);
  expect(new Set(changes.map(({ fromA, toA }) => before.slice(fromA, toA)))).toEqual(new Set(["is"]));
});
