import * as fc from "fast-check";
import { expect, test } from "vitest";
import { mergeText, mergeTextPreferringMine } from "./merge-text.ts";

const base = "Read the page.\nKeep it short.\n\nAnswer in French.";

test("two changes of one text are merged if they are in different lines", () => {
  const mine = base.replace("short", "very short");
  const theirs = base.replace("French", "German");
  expect(mergeText(base, mine, theirs)).toBe("Read the page.\nKeep it very short.\n\nAnswer in German.");
});

test("two changes of one text conflict if they are in the same or adjacent lines", () => {
  const mine = base.replace("short", "very short");
  expect(mergeText(base, mine, base.replace("short", "long"))).toBeUndefined();
  expect(mergeText(base, mine, base.replace("the page", "it all"))).toBeUndefined();
});

test("two changes of one text conflict if one removes a line that the other empties, or removes an empty line that the other fills", () => {
  for (const [was, mine, theirs] of [
    ["a\nx\nb", "a\nb", "a\n\nb"],
    ["a\n\nb", "a\nb", "a\nx\nb"],
  ] as const) {
    expect(mergeText(was, mine, theirs)).toBeUndefined();
    expect(mergeText(was, theirs, mine)).toBeUndefined();
  }
});

test("two changes of one text start manual merging from the merged text, with the local lines where both sides changed", () => {
  const mine = base.replace("short", "very short");
  const theirs = base.replace("short", "long").replace("French", "German");
  expect(mergeTextPreferringMine(base, mine, theirs)).toBe(
    "Read the page.\nKeep it very short.\n\nAnswer in German.",
  );
  expect(mergeTextPreferringMine("gpt-4", "gpt-5", "gpt-4o")).toBe("gpt-5");
});

const text = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 8 }).map((lines) => lines.join("\n"));

test("merging texts is symmetric, and applies one-sided changes unchanged", () => {
  fc.assert(
    fc.property(text, text, text, (was, mine, theirs) => {
      expect(mergeText(was, mine, theirs)).toBe(mergeText(was, theirs, mine));
      expect(mergeText(was, mine, was)).toBe(mine);
      expect(mergeText(was, mine, mine)).toBe(mine);
    }),
    { numRuns: 5000 },
  );
});
