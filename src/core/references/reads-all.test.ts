import { describe, expect, test } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import { createStepNodeFromJson } from "#core/document/flow-document.ts";
import { readStepReferences } from "./read-step-references.ts";
import { sampleStepTypeLookup } from "#core/testing/sample-step-types.ts";

const readsAll = (type: string, config: JsonObject, more: JsonObject = {}) =>
  readStepReferences(createStepNodeFromJson({ id: "a", type, config, ...more }), sampleStepTypeLookup)
    .readsAll;

test.each([
  "return JSON.stringify(input)",
  "for (const name in variables) use(name)",
  "const { page, ...rest } = input",
  "const { [key]: page } = input",
  "const all = input; return all.page",
  "return eval(code)",
])("code that uses the variables as one object reads all of them such as %s", (script) => {
  expect(readsAll("transform-data", { script })).toBe(true);
});

test.each([
  "const { page, title: t = 'none' } = input; return page",
  "return input.hasOwnProperty('page')",
  "const input = { a: 1 }; return Object.keys(input)",
  "return ((input) => input[key])({})",
  "return '{{page}}'",
])("code that names its variables does not read all of them such as %s", (script) => {
  expect(readsAll("transform-data", { script })).toBe(false);
});

describe("text whose variables are unknown counts as reading all variables", () => {
  test.each<[what: string, type: string, config: JsonObject, more?: JsonObject]>([
    ["code that does not parse", "transform-data", { script: "return (" }],
    ["code in another language", "transform-data", { script: "print(page)", language: "python" }],
    ["a condition that does not parse", "prompt", {}, { when: "page >" }],
    ["Liquid that does not parse", "template", { template: "{% if page %}" }],
    ["a computed variable name in Liquid", "template", { template: "{{ [name] }}" }],
    ["a Handlebars template", "prompt", { userPrompt: "{{#if page}}yes{{/if}}" }],
    ["two names in a field for one name", "upsert-record", { sourceVariable: "page, title" }],
    ["the steps of a loop", "loop", { steps: [{ type: "transform-data", config: { script: "page" } }] }],
  ])("such as %s", (_, type, config, more) => {
    expect(readsAll(type, config, more)).toBe(true);
  });

  test.each<[what: string, type: string, config: JsonObject]>([
    ["a filter in a prompt that still names its variable", "prompt", { userPrompt: "{{ page | upcase }}" }],
    [
      "Liquid that names all its variables",
      "template",
      { template: "{{ page[name] }}{{ ['page'].x }}{{ (1..n) }}" },
    ],
    ["an empty field for a variable name", "upsert-record", { sourceVariable: " " }],
    ["a list of tools, which are no steps", "prompt", { tools: [{ type: "function", name: "a" }] }],
  ])("except: %s", (_, type, config) => {
    expect(readsAll(type, config)).toBe(false);
  });
});
