import { expect, test } from "vitest";
import { findText } from "#core/find-text.ts";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { parseFlow } from "#core/flow-document.ts";
import { describeMatch } from "./describe-match.ts";

const describeFirst = (query: string, fields: Parameters<typeof buildStep>[1]) => {
  const document = parseFlow(buildFlow("Flow", [buildStep("a", fields)]));
  const [match] = findText(document, query, { matchCase: true, wholeWord: false, limit: 1 });
  return describeMatch(match!);
};

test("names the field as a person would look for it", () => {
  expect(describeFirst("Score", { name: "Score" }).field).toBe("Name");
  expect(describeFirst("score", { when: "score > 3" }).field).toBe("When");
  expect(describeFirst("a.example", { config: { http: { url: "https://a.example" } } }).field).toBe(
    "http.url",
  );
  expect(describeFirst("Hi", { config: { messages: [{ content: "Hi" }] } }).field).toBe(
    "messages[0].content",
  );
  expect(describeFirst("X-Key", { config: { headers: { "X-Key": "" } } }).field).toBe(
    "headers.X-Key (name of the field)",
  );
});

test("shows a few words around what was found, on one line and without half a character", () => {
  const config = { prompt: `${"😀".repeat(30)}\n\n  the word  ${"😀".repeat(60)}` };
  const words = describeFirst("word", { config });
  expect(words.found).toBe("word");
  expect(words.before).toMatch(/^…😀+ the $/u);
  expect(words.after).toMatch(/^ 😀+…$/u);
  expect(`${words.before}${words.after}`).not.toMatch(/\p{Surrogate}/u);
});
