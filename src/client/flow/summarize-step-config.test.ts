import { expect, it } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import { summarizeStepConfig } from "./summarize-step-config.ts";

it.each<[hint: string | undefined, name: string, type: string, config: JsonObject]>([
  [
    "gpt-4o-mini · Sum this up.",
    "a prompt with a model",
    "prompt",
    { model: "gpt-4o-mini", userPrompt: "\n  Sum this up.\nIn two lines." },
  ],
  ["An old prompt", "a prompt with the old field name", "prompt", { text: "An old prompt" }],
  [
    "GET example.org",
    "a URL with a password",
    "fetch-url",
    { http: { url: "https://me:pw@example.org/a?b" } },
  ],
  [
    "PUT {{base}}/orders",
    "a URL that starts with a variable",
    "api-call",
    { http: { url: "{{base}}/orders", method: "PUT" } },
  ],
  ["GET example.org", "a URL outside “http”", "paginate-api", { url: "https://example.org/items" }],
  ["return input.items;", "a script", "transform-data", { script: "return input.items;\n" }],
  ["tone = calm", "a variable with a value", "set-variable", { variableName: "tone", value: "calm" }],
  ["tone", "a variable without a value", "set-variable", { variableName: "tone" }],
  ["{{user.email}} · Hello", "an email", "send-email", { to: "{{user.email}}", subject: "Hello" }],
  ["ticket.urgency > 3", "a conditional", "conditional", { condition: "ticket.urgency > 3", trueSteps: [] }],
  ["everyone", "an unknown step type", "send-telepathy", { outputVariable: "x", to: "everyone" }],
  [undefined, "a step type named like a property of all objects", "constructor", {}],
  [undefined, "a request that is null", "api-call", { http: null }],
  [undefined, "an empty template", "template", {}],
])("a step's hint is %j for %s", (hint, _, type, config) => {
  expect(summarizeStepConfig(type, config)).toBe(hint);
});

it("a step's hint is truncated to 160 characters for a long prompt", () => {
  const hint = summarizeStepConfig("prompt", { userPrompt: "word ".repeat(20_000) });
  expect(hint).toHaveLength(160);
  expect(hint?.endsWith("…")).toBe(true);
});
