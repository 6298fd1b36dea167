import { expect, it } from "vitest";
import { truncateText } from "./truncate-text.ts";

it("truncateText counts the length in UTF-16 units, and cuts a surrogate pair that crosses the limit", () => {
  expect(["abc", "ab", "\u{1F600}"].map((text) => truncateText(text, 2))).toEqual(["ab…", "ab", "\u{1F600}"]);
  expect(truncateText("a\u{1F600}", 2)).toBe("a\uD83D…");
});
