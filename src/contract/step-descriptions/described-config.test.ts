import { describe, expect, it, test } from "vitest";
import * as z from "zod/mini";
import type { StepConfigFieldDescription } from "#contract/step-description.ts";
import { STEP_TYPES } from "#contract/step-types.ts";
import type { JsonObject, JsonValue } from "#core/json/json.ts";
import { findFieldPathInStepConfig } from "./find-field-path.ts";
import { getStepTypeDescription, listStepConfigErrors } from "#contract/testing/list-complaints.ts";

const fields = STEP_TYPES.flatMap(({ type }) =>
  getStepTypeDescription(type).fields.map((field) => ({ field, at: `${type}: ${field.path.join(".")}` })),
);

describe("the check of a config value", () => {
  const prompt = { model: "gpt-4o", userPrompt: "Hello" };

  test.each<readonly [string, string, JsonObject]>([
    ["prompt", "temperature: Temperature must be a number from 0 to 2.", { ...prompt, temperature: 2.1 }],
    ["prompt", "temperature: Temperature must be a number from 0 to 2.", { ...prompt, temperature: -0.1 }],
    ["prompt", "temperature: Temperature must be a number from 0 to 2.", { ...prompt, temperature: "hot" }],
    ["prompt", "temperature: Temperature must be a number from 0 to 2.", { ...prompt, temperature: "" }],
    ["prompt", "temperature: Temperature must be a number from 0 to 2.", { ...prompt, temperature: null }],
    ["prompt", "topP: Top P must be a number from 0 to 1.", { ...prompt, topP: 1.01 }],
    ["prompt", "topK: Top K must be a whole number from 1 to 500.", { ...prompt, topK: 0 }],
    ["prompt", "topK: Top K must be a whole number from 1 to 500.", { ...prompt, topK: 1.5 }],
    [
      "prompt",
      "presencePenalty: Presence penalty must be a number from -2 to 2.",
      { ...prompt, presencePenalty: -2.5 },
    ],
    ["prompt", "maxTokens: Max tokens must be a whole number of at least 1.", { ...prompt, maxTokens: 0 }],
    ["prompt", "seed: Seed must be a whole number.", { ...prompt, seed: 0.5 }],
    [
      "prompt",
      "responseFormat: Response format must be text, markdown, json, html or xml.",
      { ...prompt, responseFormat: "yaml" },
    ],
    ["prompt", "streamOutput: Stream the output must be true or false.", { ...prompt, streamOutput: "yes" }],
    ["prompt", "systemPrompt: System prompt must be text.", { ...prompt, systemPrompt: 5 }],
    ["prompt", "userPrompt: Prompt must be text.", { model: "gpt-4o", userPrompt: 5 }],
    [
      "prompt",
      "outputVariable: The result’s name must be a name without spaces, dots, quotes or brackets.",
      { ...prompt, outputVariable: "my answer" },
    ],
    [
      "prompt",
      "reasoning.reasoningEffort: reasoningEffort must be minimal, low, medium, high or xhigh.",
      { ...prompt, reasoning: { reasoningEffort: "huge" } },
    ],
    [
      "prompt",
      "reasoning.budgetTokens: budgetTokens must be a whole number from 1000 to 100000.",
      { ...prompt, reasoning: { budgetTokens: 999 } },
    ],
    [
      "prompt",
      'reasoning: Reasoning must be true, false or an object such as { "reasoningEffort": "high" }.',
      { ...prompt, reasoning: "much" },
    ],
    [
      "prompt",
      "previousMessages: Previous messages must be {{messages}} or a list of messages.",
      { ...prompt, previousMessages: 3 },
    ],
    ["prompt", "tools.toolIds: Tools must be a list of texts.", { ...prompt, tools: { toolIds: ["a", 1] } }],
    [
      "prompt",
      "tools.maxToolCalls: Max tool calls must be a whole number from 1 to 100.",
      { ...prompt, tools: { maxToolCalls: 101 } },
    ],
    [
      "prompt",
      "tools.mcpServers: MCP servers must be a list of JSON objects.",
      { ...prompt, tools: { mcpServers: {} } },
    ],
    [
      "prompt",
      "errorHandling: Error handling must be fail, continue or retry, or an object that names onError.",
      { ...prompt, errorHandling: "give-up" },
    ],
    [
      "prompt",
      "errorHandling.fallbacks.0.delay: Delay must be a whole number from 0 to 60000.",
      { ...prompt, errorHandling: { onError: "fallback", fallbacks: [{ type: "retry", delay: 60_001 }] } },
    ],
    ["fetch-url", "http.url: URL is required.", { http: { method: "GET" } }],
    [
      "fetch-url",
      "http.method: Method must be GET, POST, PUT, PATCH or DELETE.",
      { http: { method: "FETCH", url: "https://a.b" } },
    ],
    [
      "fetch-url",
      "http.headers: Headers must be an object of texts.",
      { http: { url: "https://a.b", headers: { Accept: 1 } } },
    ],
    ["send-email", "to: To is required.", { from: "a@b.c", to: "", subject: "News" }],
    ["send-email", "subject: Subject is required.", { from: "a@b.c", to: "a@b.c", html: "Hi" }],
    ["send-text", "to: To is required.", { from: "+15550100", message: "Hi" }],
    ["tool-call", "parameters: Parameters must be a JSON object.", { toolId: "tool_1", parameters: [] }],
    ["conditional", "condition: Condition is required.", { condition: "" }],
    ["set-variable", "valueTemplate: Value is required.", { variableName: "a" }],
    ["api-call", "outputVariable: The result’s name is required.", { http: { url: "https://a.b" } }],
  ])("reports an invalid value in a %s step in a sentence: %s", (type, complaint, config) => {
    expect(listStepConfigErrors(type, config)).toEqual([complaint]);
  });

  test.each(fields.filter(({ field }) => field.control.type === "number"))(
    "accepts the minimum and maximum of $at, and rejects values outside that range",
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

  test.each(fields)("requires $at only if the field is described as required", ({ field }) => {
    expect(z.safeParse(field.schema, undefined).success).toBe(field.required !== true);
  });

  test.each(fields.filter(({ field }) => field.control.type === "choice"))(
    "accepts each option of $at",
    ({ field }) => {
      const { options } = field.control as Extract<StepConfigFieldDescription["control"], { type: "choice" }>;
      for (const { value, label } of options) {
        expect(z.safeParse(field.schema, value).success).toBe(true);
        expect(label).not.toBe("");
      }
    },
  );
});

describe("a valid value", () => {
  test.each<readonly [string, string, JsonObject]>([
    ["prompt", "the old spelling of the prompt", { model: "gpt-4o", text: "the old spelling of the prompt" }],
    ["prompt", "a response format in capitals", { model: "gpt-4o", userPrompt: "x", responseFormat: "JSON" }],
    [
      "prompt",
      "the old response format “default”",
      { model: "gpt-4o", userPrompt: "x", responseFormat: "default" },
    ],
    [
      "prompt",
      "variables for a choice and a number",
      { model: "{{model}}", userPrompt: "x", temperature: "{{temperature}}" },
    ],
    [
      "prompt",
      "a list of previous messages",
      { model: "gpt-4o", userPrompt: "x", previousMessages: [{ role: "user", content: "Hi" }] },
    ],
    ["prompt", "reasoning as a boolean", { model: "gpt-4o", userPrompt: "x", reasoning: true }],
    ["prompt", "error handling as one word", { model: "gpt-4o", userPrompt: "x", errorHandling: "retry" }],
    ["prompt", "an unknown key", { model: "gpt-4o", userPrompt: "x", unknownKey: { this: ["key"] } }],
    [
      "fetch-url",
      "a method in lower case, and an object as body",
      { http: { url: "https://a.b", method: "post", body: { a: 1 } } },
    ],
    ["fetch-github", "the old key of the repository", { repo: "example/product" }],
    ["set-variable", "an empty text", { variableName: "tone", value: "" }],
    ["set-variable", "an object", { variableName: "limits", value: { low: 1 } }],
    [
      "transform-data",
      "an old sandbox provider",
      { script: "return 1;", sandboxProvider: "cloudflare-sandbox" },
    ],
    ["send-stream", "only a message", { message: "Done" }],
    ["wait-until", "only a delay", { delayMs: 500 }],
  ])("of a %s step is accepted: %s", (type, _, config) => {
    expect(listStepConfigErrors(type, config)).toEqual([]);
  });

  it("is found under the current or the legacy key, whichever the config contains", () => {
    const field = getStepTypeDescription("prompt").fields.find(({ label }) => label === "Prompt");
    if (!field) throw new Error("No prompt");
    expect(findFieldPathInStepConfig(field, { text: "Hello" })).toEqual(["text"]);
    expect(findFieldPathInStepConfig(field, { text: "Hello", userPrompt: "" })).toEqual(["userPrompt"]);
    expect(findFieldPathInStepConfig(field, {})).toEqual(["userPrompt"]);
  });

  it("is not changed by the check", () => {
    const config = { model: "gpt-4o", userPrompt: "x", temperature: 3, more: { deep: [1] } };
    const text = JSON.stringify(config);
    listStepConfigErrors("prompt", config);
    expect(JSON.stringify(config)).toBe(text);
  });
});
