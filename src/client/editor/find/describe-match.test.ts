import { expect, test } from "vitest";
import { findSearchMatchesInStepTexts } from "#core/search/find-text.ts";
import { buildDocument, buildStep } from "#core/testing/flow-builder.ts";
import { describeFindMatch } from "./create-find.ts";

const describeFirst = (query: string, fields: Parameters<typeof buildStep>[1]) => {
  const document = buildDocument(buildStep("a", fields));
  const [match] = findSearchMatchesInStepTexts(document, query, {
    matchCase: true,
    wholeWord: false,
    limit: 1,
  });
  return describeFindMatch(match!);
};

test("the description of a match names the field by label or path", () => {
  expect(describeFirst("Score", { name: "Score" }).field).toBe("Name");
  expect(describeFirst("score", { when: "score > 3" }).field).toBe("Run if");
  expect(describeFirst("a.example", { config: { http: { url: "https://a.example" } } }).field).toBe(
    "http.url",
  );
  expect(describeFirst("Hi", { config: { messages: [{ content: "Hi" }] } }).field).toBe(
    "messages[0].content",
  );
  expect(describeFirst("X-Key", { config: { headers: { "X-Key": "" } } }).field).toBe(
    "headers.X-Key (field name)",
  );
});

test("the description of a match shows the surrounding words on one line, without splitting a character", () => {
  const config = { prompt: `${"😀".repeat(30)}\n\n  the word  ${"😀".repeat(60)}` };
  const words = describeFirst("word", { config });
  expect(words.found).toBe("word");
  expect(words.before).toMatch(/^…😀+ the $/u);
  expect(words.after).toMatch(/^ 😀+…$/u);
  expect(`${words.before}${words.after}`).not.toMatch(/\p{Surrogate}/u);
});
