import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergeText, mergeTextOverMine } from "./merge-text.ts";

const base = "Read the page.\nKeep it short.\n\nAnswer in French.";

describe("two changes of one text", () => {
  test("in different lines are both there", () => {
    const mine = base.replace("short", "very short");
    const theirs = base.replace("French", "German");
    expect(mergeText(base, mine, theirs)).toBe("Read the page.\nKeep it very short.\n\nAnswer in German.");
  });

  test("in the same line, or in lines that touch, are for a person to decide", () => {
    const mine = base.replace("short", "very short");
    expect(mergeText(base, mine, base.replace("short", "long"))).toBeUndefined();
    expect(mergeText(base, mine, base.replace("the page", "it all"))).toBeUndefined();
  });

  test("put together by hand begin with all that is no question, and with mine where it is", () => {
    const mine = base.replace("short", "very short");
    const theirs = base.replace("short", "long").replace("French", "German");
    expect(mergeTextOverMine(base, mine, theirs)).toBe(
      "Read the page.\nKeep it very short.\n\nAnswer in German.",
    );
    expect(mergeTextOverMine("gpt-4", "gpt-5", "gpt-4o")).toBe("gpt-5");
  });

  test("that say the same are one", () => {
    const both = base.replace("French", "German");
    const mine = both.replace("Read", "First read");
    expect(mergeText(base, mine, both)).toBe(mine);
  });

  test("of a single line are never mixed", () => {
    expect(mergeText("gpt-4", "gpt-5", "gpt-4o")).toBeUndefined();
  });

  test("that both remove lines keep the rest", () => {
    const lines = ["a", "b", "c", "d", "e"];
    const without = (gone: string) => lines.filter((line) => line !== gone).join("\n");
    expect(mergeText(lines.join("\n"), without("a"), without("e"))).toBe("b\nc\nd");
  });
});

const text = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 8 }).map((lines) => lines.join("\n"));

test("a merge of texts is the same from both sides, and one-sided changes are taken as they are", () => {
  fc.assert(
    fc.property(text, text, text, (was, mine, theirs) => {
      expect(mergeText(was, mine, theirs)).toBe(mergeText(was, theirs, mine));
      expect(mergeText(was, mine, was)).toBe(mine);
      expect(mergeText(was, mine, mine)).toBe(mine);
    }),
    { numRuns: 5000 },
  );
});
