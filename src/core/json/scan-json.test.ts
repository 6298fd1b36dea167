import * as fc from "fast-check";
import { expect, it, test } from "vitest";
import { scanJsonValue } from "./scan-json.ts";

const parses = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
const scansWhole = (text: string) => {
  const scan = scanJsonValue(text, 0);
  return scan.type === "value" && text.slice(scan.end).trim() === "";
};

it("a JSON value is scanned to its end, regardless of the following text", () => {
  const text = 'See: {"a": ["}", 1e3]} — and so on';
  const scan = scanJsonValue(text, 5);
  expect(scan.type === "value" && text.slice(5, scan.end)).toBe('{"a": ["}", 1e3]}');
});

it("a JSON value is accepted exactly if JSON.parse accepts it", () => {
  const mutated = fc
    .tuple(
      fc.json({ maxDepth: 3 }),
      fc.nat(),
      fc.constantFrom(...Array.from("{}[]\",:\\ 0123-+.eEtfn\n'/")),
      fc.nat(2),
    )
    .map(([text, at, char, cut]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + char + text.slice(place + cut);
    });
  fc.assert(
    fc.property(fc.oneof(fc.json(), mutated), (text) => {
      expect(scansWhole(text)).toBe(parses(text));
    }),
    { numRuns: 3000 },
  );
});

test.each([
  ['[{"a":1},]', 8, "Remove the comma before ]."],
  ['{"a":1 "b":2}', 7, "Expected a comma or }."],
  ["{a:1}", 1, "Expected a name in double quotes."],
  ['{"a":}', 5, "Expected a value."],
  ["[“a”]", 1, "Use straight double quotes."],
  ["[1, // one\n2]", 4, "Comments are not allowed in JSON."],
  ["[True]", 1, "“True” is not a JSON value."],
  ['["a\nb"]', 3, "A string can’t span lines. Write a line break as \\n."],
  ['["C:\\dir"]', 4, "Invalid escape \\d. Write a backslash as \\\\."],
  ['["abc]', 1, "Missing closing double quote."],
  ['[{"a":1}', 8, "Unexpected end of JSON."],
  ["", 0, "Unexpected end of JSON."],
])("a syntax error in %j is reported with its position", (text, offset, message) => {
  expect(scanJsonValue(text, 0)).toEqual({ type: "fault", offset, message });
  expect(parses(text)).toBe(false);
});

it("a syntax error is reported for nesting beyond the maximum depth", () => {
  const nest = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
  expect(scanJsonValue(nest(100), 0).type).toBe("value");
  expect(scanJsonValue(nest(101), 0)).toMatchObject({ message: "Nested more than 100 levels deep." });
});
