import * as fc from "fast-check";
import { expect, it } from "vitest";
import { diffTexts } from "./diff-texts.ts";

/** “Sum up [-the page-]{+{{page}}+}.” */
const draw = (before: string, after: string) =>
  diffTexts(before, after)
    .map(({ type, text }) => (type === "same" ? text : type === "removed" ? `[-${text}-]` : `{+${text}+}`))
    .join("");

it("marks the words that changed, and those alone", () => {
  expect(draw("Sum up the page.", "Sum up every page.")).toBe("Sum up [-the-]{+every+} page.");
  expect(draw("Be kind.", "Be kind and brief.")).toBe("Be kind{+ and brief+}.");
  expect(draw("Be kind and brief.", "Be kind.")).toBe("Be kind[- and brief-].");
  expect(draw("same", "same")).toBe("same");
  expect(draw("", "new")).toBe("{+new+}");
  expect(draw("old", "")).toBe("[-old-]");
});

it("takes changed words that only a blank divides as one change", () => {
  expect(draw("the quick brown fox", "the slow red fox")).toBe("the [-quick brown-]{+slow red+} fox");
});

it("leaves lines that both have alone, however many there are", () => {
  const lines = Array.from({ length: 5000 }, (_, index) => `line ${index}`);
  const changed = lines.with(10, "line ten").toSpliced(4000, 1);
  const pieces = diffTexts(lines.join("\n"), changed.join("\n"));
  expect(pieces.filter(({ type }) => type !== "same")).toEqual([
    { type: "removed", text: "10" },
    { type: "added", text: "ten" },
    { type: "removed", text: "line 4000\n" },
  ]);
});

it("never halves a letter", () => {
  expect(draw("a 👍🏽 b", "a 👍🏿 b")).toBe("a 👍[-🏽-]{+🏿+} b");
});

it("gives both texts back, whatever they are", () => {
  const text = fc.array(fc.constantFrom("a", "b", " ", "\n", "word", ".", "é", "👍"), { maxLength: 40 });
  fc.assert(
    fc.property(text, text, (one, other) => {
      const [before, after] = [one.join(""), other.join("")];
      const pieces = diffTexts(before, after);
      const without = (gone: string) =>
        pieces.flatMap(({ type, text }) => (type === gone ? [] : [text])).join("");
      expect(without("added")).toBe(before);
      expect(without("removed")).toBe(after);
    }),
    { numRuns: 2000 },
  );
});
