import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { scanJson } from "./scan-json.ts";

const parses = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
const scansWhole = (text: string) => {
  const scan = scanJson(text, 0);
  return scan.type === "value" && text.slice(scan.end).trim() === "";
};

describe("a JSON value", () => {
  it("is found to its end, whatever follows", () => {
    const text = 'See: {"a": ["}", 1e3]} — and so on';
    const scan = scanJson(text, 5);
    expect(scan.type === "value" && text.slice(5, scan.end)).toBe('{"a": ["}", 1e3]}');
  });

  it("is scanned exactly when JSON.parse takes it", () => {
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
    "[]",
    "{}",
    " [ ] ",
    '{"a":{}}',
    "[[],[{}]]",
    "-0",
    "1.5E-3",
    '"\\u00e9\\\\"',
    "null",
    "\t[1,\r\n2]",
  ])("%j is one", (text) => {
    expect(parses(text) && scansWhole(text)).toBe(true);
  });
});

describe("a fault", () => {
  test.each([
    ['[{"a":1},]', 8, "There is a comma too many before ]."],
    ['{"a":1 "b":2}', 7, "A comma or } is expected here."],
    ['{"a":1]', 6, "A comma or } is expected here."],
    ["{a:1}", 1, "A name in double quotes is expected here."],
    ['{"a" 1}', 5, "A colon is expected here, after the name."],
    ['{"a":}', 5, "A value is expected here."],
    ["['a']", 1, "Texts are in straight double quotes."],
    ["[“a”]", 1, "Texts are in straight double quotes."],
    ["[1, // one\n2]", 4, "JSON has no comments."],
    ["[True]", 1, "“True” is no JSON value."],
    ["[01]", 1, "“01” is no JSON value."],
    ['["a\nb"]', 3, "A text may not go over several lines: \\n stands for a line break."],
    ['["C:\\dir"]', 4, "\\d stands for nothing: a backslash is written \\\\."],
    ['["abc]', 1, "This text has no closing double quote."],
    ['[{"a":1}', 8, "The JSON ends too early: something is missing."],
    ["", 0, "The JSON ends too early: something is missing."],
  ])("in %j is told with its place", (text, offset, message) => {
    expect(scanJson(text, 0)).toEqual({ type: "fault", offset, message });
    expect(parses(text)).toBe(false);
  });

  it("is nesting that no walk through the value would survive", () => {
    const nest = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
    expect(scanJson(nest(100), 0).type).toBe("value");
    expect(scanJson(nest(101), 0)).toMatchObject({ message: "This is nested more than 100 levels deep." });
  });
});

// Each would take minutes, or overflow, if the work were not in step with the text; the test's time limit is the check.
test.each([
  ["brackets", "[".repeat(5_000_000)],
  ["one text", `"${"\\n".repeat(2_500_000)}"`],
  ["spaces", `[${" ".repeat(5_000_000)}`],
  ["digits", "1".repeat(5_000_000)],
])(
  "five megabytes of %s are scanned",
  (_name, text) => expect(scanJson(text, 0).type).toMatch(/value|fault/),
  5_000,
);
