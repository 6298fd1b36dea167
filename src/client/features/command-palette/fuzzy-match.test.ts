import * as fc from "fast-check";
import { expect, it } from "vitest";
import { foldText, matchFuzzily, splitQuery } from "./fuzzy-match.ts";

const match = (query: string, text: string) => matchFuzzily(splitQuery(query), foldText(text));

function highlight(query: string, text: string): string | undefined {
  const found = match(query, text);
  if (!found) return undefined;
  let marked = "";
  let end = 0;
  for (const [from, to] of found.ranges) {
    marked += `${text.slice(end, from)}[${text.slice(from, to)}]`;
    end = to;
  }
  return marked + text.slice(end);
}

it.each([
  ["dig", "Page digest", "Page [dig]est"],
  ["nf", "New flow", "[N]ew [f]low"],
  ["sumarize", "Summarize the page", "[Su]m[marize] the page"],
  ["page fetch", "Fetch page", "[Fetch] [page]"],
  ["ete", "Été à Paris", "[Été] à Paris"],
  ["straße", "Die STRASSE", undefined],
  ["رسالة", "إرسال رسالة", "إرسال [رسالة]"],
  ["😀 on", "Smile 😀 on", "Smile [😀] [on]"],
  ["dig", "Keyboard shortcuts", undefined],
])("a search for “%s” in “%s” highlights %j", (query, text, expected) => {
  expect(highlight(query, text)).toBe(expected);
});

it("ranks the whole name, its start, the start of a word, a part of a word and loose letters, in this order", () => {
  const texts = ["Run", "Run on records", "Dry run", "Prune", "Rename until now"];
  const scores = texts.map((text) => match("run", text)?.score ?? 0);
  expect(scores.every((score) => score > 0)).toBe(true);
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
});

it("finds every part of a text, and highlights only characters of the text", () => {
  const text = fc.string({ unit: "binary", minLength: 1, maxLength: 120 });
  fc.assert(
    fc.property(text, fc.nat(), fc.nat({ max: 20 }), (name, at, length) => {
      const start = at % name.length;
      const found = match(name.slice(start, start + length), name);
      expect(found).toBeDefined();
      let end = 0;
      for (const [from, to] of found?.ranges ?? []) {
        expect(from).toBeGreaterThanOrEqual(end);
        expect(to).toBeGreaterThanOrEqual(from);
        expect(to).toBeLessThanOrEqual(name.length);
        end = to;
      }
    }),
    { numRuns: 50 },
  );
});
