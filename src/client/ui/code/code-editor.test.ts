import { expect, it } from "vitest";
import { mapCaretToReformattedText } from "./code-editor.tsx";

const typed = '{"name":"Weekly digest","steps":[{"id":"a"},{"id":"b"}]}';
const formatted = JSON.stringify(JSON.parse(typed), null, 2);

it("the cursor keeps its place in the JSON when the text is reformatted", () => {
  for (const mark of ["Weekly", '"b"', "digest", "}]"]) {
    const [at, there] = [typed.indexOf(mark), formatted.search(mark === "}]" ? /\}\s*\]/ : mark)];
    expect(mapCaretToReformattedText(typed, formatted, at + 1)).toBe(there + 1);
    expect(mapCaretToReformattedText(formatted, typed, there + 1)).toBe(at + 1);
  }
  expect(mapCaretToReformattedText(typed, formatted, typed.length)).toBe(formatted.length);
  expect(mapCaretToReformattedText(typed, formatted, 0)).toBe(0);
});

it("the cursor keeps its line and column if the text before it changed", () => {
  const before = "one\ntwo\nthree";
  expect(mapCaretToReformattedText(before, "zero\ntwo\nthree", before.indexOf("ree"))).toBe(
    "zero\ntwo\nth".length,
  );
  expect(mapCaretToReformattedText(before, "zero\ntwo", before.length)).toBe("zero\ntwo".length);
  expect(mapCaretToReformattedText(before, "", 5)).toBe(0);
});
