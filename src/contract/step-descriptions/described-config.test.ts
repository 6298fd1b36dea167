import { expect, it, test } from "vitest";
import * as z from "zod/mini";
import type { StepConfigFieldDescription } from "#contract/step-description.ts";
import { STEP_TYPES } from "#contract/step-types.ts";
import type { JsonObject, JsonValue } from "#core/json/json.ts";
import { findFieldPathInStepConfig } from "./find-field-path.ts";
import { getStepTypeDescription, listStepConfigErrors } from "#contract/testing/list-complaints.ts";

const fields = STEP_TYPES.flatMap(({ type }) =>
  getStepTypeDescription(type).fields.map((field) => ({ field, at: `${type}: ${field.path.join(".")}` })),
);

const prompt = { model: "gpt-4o", userPrompt: "Hello" };

test.each<readonly [complaint: string, config: JsonObject]>([
  ["temperature: Temperature must be a number from 0 to 2.", { temperature: 2.1 }],
  ["temperature: Temperature must be a number from 0 to 2.", { temperature: null }],
  ["topK: Top K must be a whole number from 1 to 500.", { topK: 1.5 }],
  ["maxTokens: Max tokens must be a whole number of at least 1.", { maxTokens: 0 }],
  ["responseFormat: Response format must be text, markdown, json, html or xml.", { responseFormat: "yaml" }],
  ["streamOutput: Stream the output must be true or false.", { streamOutput: "yes" }],
  ["userPrompt: Prompt must be text.", { userPrompt: 5 }],
  [
    "outputVariable: The result’s name must be a name without spaces, dots, quotes or brackets.",
    { outputVariable: "my answer" },
  ],
  [
    "reasoning.reasoningEffort: reasoningEffort must be minimal, low, medium, high or xhigh.",
    { reasoning: { reasoningEffort: "huge" } },
  ],
  [
    'reasoning: Reasoning must be true, false or an object such as { "reasoningEffort": "high" }.',
    { reasoning: "much" },
  ],
  [
    "previousMessages: Previous messages must be {{messages}} or a list of messages.",
    { previousMessages: 3 },
  ],
  ["tools.mcpServers: MCP servers must be a list of JSON objects.", { tools: { mcpServers: {} } }],
  [
    "errorHandling: Error handling must be fail, continue or retry, or an object that names onError.",
    { errorHandling: "give-up" },
  ],
  [
    "errorHandling.fallbacks.0.delay: Delay must be a whole number from 0 to 60000.",
    { errorHandling: { onError: "fallback", fallbacks: [{ type: "retry", delay: 60_001 }] } },
  ],
])(
  "the check of a config value reports an invalid value in a prompt in a sentence: %s",
  (complaint, config) => {
    expect(listStepConfigErrors("prompt", { ...prompt, ...config })).toEqual([complaint]);
  },
);

test.each<readonly [string, string, JsonObject]>([
  ["fetch-url", "http.url: URL is required.", { http: { method: "GET" } }],
  ["send-email", "to: To is required.", { from: "a@b.c", to: "", subject: "News" }],
  ["tool-call", "parameters: Parameters must be a JSON object.", { toolId: "tool_1", parameters: [] }],
  ["conditional", "condition: Condition is required.", { condition: "" }],
  ["set-variable", "valueTemplate: Value is required.", { variableName: "a" }],
])(
  "the check of a config value reports an invalid value in a %s step in a sentence: %s",
  (type, complaint, config) => {
    expect(listStepConfigErrors(type, config)).toEqual([complaint]);
  },
);

test.each(fields.filter(({ field }) => field.control.type === "number"))(
  "the check of a config value accepts the minimum and maximum of $at, and rejects values outside that range",
  ({ field }) => {
    const { min, max, step } = field.control as Extract<
      StepConfigFieldDescription["control"],
      { type: "number" }
    >;
    const fits = (value: JsonValue) => z.safeParse(field.schema, value).success;
    for (const bound of [min, max]) if (bound !== undefined) expect(fits(bound)).toBe(true);
    if (min !== undefined) expect(fits(min - (step ?? 1))).toBe(false);
    if (max !== undefined) expect(fits(max + (step ?? 1))).toBe(false);
    expect(fits("5")).toBe(false);
  },
);

test.each(fields)(
  "the check of a config value requires $at only if the field is described as required",
  ({ field }) => {
    expect(z.safeParse(field.schema, undefined).success).toBe(field.required !== true);
  },
);

test.each(fields.filter(({ field }) => field.control.type === "choice"))(
  "the check of a config value accepts each option of $at",
  ({ field }) => {
    const { options } = field.control as Extract<StepConfigFieldDescription["control"], { type: "choice" }>;
    for (const { value, label } of options) {
      expect(z.safeParse(field.schema, value).success).toBe(true);
      expect(label).not.toBe("");
    }
  },
);

test.each<readonly [string, JsonObject]>([
  ["a response format in capitals", { responseFormat: "JSON" }],
  ["the old response format “default”", { responseFormat: "default" }],
  ["variables for a choice and a number", { model: "{{model}}", temperature: "{{temperature}}" }],
  ["a list of previous messages", { previousMessages: [{ role: "user", content: "Hi" }] }],
  ["reasoning as a boolean", { reasoning: true }],
  ["error handling as one word", { errorHandling: "retry" }],
  ["an unknown key", { unknownKey: { this: ["key"] } }],
])("a valid value of a prompt is accepted: %s", (_, config) => {
  expect(listStepConfigErrors("prompt", { model: "gpt-4o", userPrompt: "x", ...config })).toEqual([]);
});

test.each<readonly [string, string, JsonObject]>([
  ["prompt", "the old spelling of the prompt", { model: "gpt-4o", text: "the old spelling" }],
  ["fetch-url", "an object as body", { http: { url: "https://a.b", method: "post", body: { a: 1 } } }],
  ["fetch-github", "the old key of the repository", { repo: "example/product" }],
  ["set-variable", "an empty text", { variableName: "tone", value: "" }],
  ["set-variable", "an object", { variableName: "limits", value: { low: 1 } }],
  ["transform-data", "an old sandbox", { script: "return 1;", sandboxProvider: "cloudflare-sandbox" }],
  ["send-stream", "only a message", { message: "Done" }],
  ["wait-until", "only a delay", { delayMs: 500 }],
])("a valid value of a %s step is accepted: %s", (type, _, config) => {
  expect(listStepConfigErrors(type, config)).toEqual([]);
});

it("a valid value is found under the current or the legacy key, whichever the config contains", () => {
  const field = getStepTypeDescription("prompt").fields.find(({ label }) => label === "Prompt");
  if (!field) throw new Error("No prompt");
  expect(findFieldPathInStepConfig(field, { text: "Hello" })).toEqual(["text"]);
  expect(findFieldPathInStepConfig(field, { text: "Hello", userPrompt: "" })).toEqual(["userPrompt"]);
  expect(findFieldPathInStepConfig(field, {})).toEqual(["userPrompt"]);
});

it("a valid value is not changed by the check", () => {
  const config = { model: "gpt-4o", userPrompt: "x", temperature: 3, more: { deep: [1] } };
  const text = JSON.stringify(config);
  listStepConfigErrors("prompt", config);
  expect(JSON.stringify(config)).toBe(text);
});
