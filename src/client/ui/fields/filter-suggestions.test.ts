import { expect, it } from "vitest";
import { filterSuggestions } from "./filter-suggestions.ts";

const list = [
  { value: "gpt-4o", detail: "OpenAI · 128K context" },
  { value: "openai/gpt-4o-mini" },
  { value: "claude-sonnet-4-5", detail: "Anthropic" },
];
const values = (query: string, current = "") =>
  filterSuggestions(list, query, current).map(({ value }) => value);

it("finds suggestions with all words of the query, and lists first those that start with its first word", () => {
  expect(values("openai")).toEqual(["openai/gpt-4o-mini", "gpt-4o"]);
  expect(values("4o openai")).toEqual(["gpt-4o", "openai/gpt-4o-mini"]);
  expect(values("ANTHROPIC")).toEqual(["claude-sonnet-4-5"]);
  expect(values("none")).toEqual([]);
});

it("lists all suggestions without a query, the current value first", () => {
  expect(values("", "claude-sonnet-4-5")[0]).toBe("claude-sonnet-4-5");
  expect(values(" ", "unlisted")).toEqual(list.map(({ value }) => value));
});
