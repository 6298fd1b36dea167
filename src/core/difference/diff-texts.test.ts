import * as fc from "fast-check";
import { expect, it } from "vitest";
import { diffTextsByWord } from "./diff-texts.ts";

const draw = (before: string, after: string) =>
  diffTextsByWord(before, after)
    .map(({ type, text }) => (type === "same" ? text : type === "removed" ? `[-${text}-]` : `{+${text}+}`))
    .join("");

it("the difference of two texts marks only the changed words", () => {
  expect(draw("Sum up the page.", "Sum up every page.")).toBe("Sum up [-the-]{+every+} page.");
  expect(draw("Be kind.", "Be kind and brief.")).toBe("Be kind{+ and brief+}.");
  expect(draw("Be kind and brief.", "Be kind.")).toBe("Be kind[- and brief-].");
  expect(draw("same", "same")).toBe("same");
  expect(draw("", "new")).toBe("{+new+}");
  expect(draw("old", "")).toBe("[-old-]");
});

it("marks only the changed lines of a long text", () => {
  const lines = Array.from({ length: 5000 }, (_, index) => `line ${index}`);
  const changed = lines.with(10, "line ten").toSpliced(4000, 1);
  const pieces = diffTextsByWord(lines.join("\n"), changed.join("\n"));
  expect(pieces.filter(({ type }) => type !== "same")).toEqual([
    { type: "removed", text: "10" },
    { type: "added", text: "ten" },
    { type: "removed", text: "line 4000\n" },
  ]);
});

it("the difference of two texts never splits a character", () => {
  expect(draw("a 👍🏽 b", "a 👍🏿 b")).toBe("a 👍[-🏽-]{+🏿+} b");
});

it("the difference of two texts contains both texts completely", () => {
  const text = fc.array(fc.constantFrom("a", "b", " ", "\n", "word", ".", "é", "👍"), { maxLength: 40 });
  fc.assert(
    fc.property(text, text, (one, other) => {
      const [before, after] = [one.join(""), other.join("")];
      const pieces = diffTextsByWord(before, after);
      const without = (gone: string) =>
        pieces.flatMap(({ type, text }) => (type === gone ? [] : [text])).join("");
      expect(without("added")).toBe(before);
      expect(without("removed")).toBe(after);
    }),
    { numRuns: 2000 },
  );
});
