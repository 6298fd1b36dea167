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

  test.each<readonly [string, JsonObject, string]>([
    ["prompt", { ...prompt, temperature: 2.1 }, "temperature: Temperature must be a number from 0 to 2."],
    ["prompt", { ...prompt, temperature: -0.1 }, "temperature: Temperature must be a number from 0 to 2."],
    ["prompt", { ...prompt, temperature: "hot" }, "temperature: Temperature must be a number from 0 to 2."],
    ["prompt", { ...prompt, temperature: "" }, "temperature: Temperature must be a number from 0 to 2."],
    ["prompt", { ...prompt, temperature: null }, "temperature: Temperature must be a number from 0 to 2."],
    ["prompt", { ...prompt, topP: 1.01 }, "topP: Top P must be a number from 0 to 1."],
    ["prompt", { ...prompt, topK: 0 }, "topK: Top K must be a whole number from 1 to 500."],
    ["prompt", { ...prompt, topK: 1.5 }, "topK: Top K must be a whole number from 1 to 500."],
    [
      "prompt",
      { ...prompt, presencePenalty: -2.5 },
      "presencePenalty: Presence penalty must be a number from -2 to 2.",
    ],
    ["prompt", { ...prompt, maxTokens: 0 }, "maxTokens: Max tokens must be a whole number of at least 1."],
    ["prompt", { ...prompt, seed: 0.5 }, "seed: Seed must be a whole number."],
    [
      "prompt",
      { ...prompt, responseFormat: "yaml" },
      "responseFormat: Response format must be text, markdown, json, html or xml.",
    ],
    ["prompt", { ...prompt, streamOutput: "yes" }, "streamOutput: Stream the output must be true or false."],
    ["prompt", { ...prompt, systemPrompt: 5 }, "systemPrompt: System prompt must be text."],
    ["prompt", { model: "gpt-4o", userPrompt: 5 }, "userPrompt: Prompt must be text."],
    [
      "prompt",
      { ...prompt, outputVariable: "my answer" },
      "outputVariable: Output variable must be a name without spaces, dots, quotes or brackets.",
    ],
    [
      "prompt",
      { ...prompt, reasoning: { reasoningEffort: "huge" } },
      "reasoning.reasoningEffort: reasoningEffort must be minimal, low, medium, high or xhigh.",
    ],
    [
      "prompt",
      { ...prompt, reasoning: { budgetTokens: 999 } },
      "reasoning.budgetTokens: budgetTokens must be a whole number from 1000 to 100000.",
    ],
    [
      "prompt",
      { ...prompt, reasoning: "much" },
      'reasoning: Reasoning must be true, false or an object such as { "reasoningEffort": "high" }.',
    ],
    [
      "prompt",
      { ...prompt, previousMessages: 3 },
      "previousMessages: Previous messages must be {{messages}} or a list of messages.",
    ],
    ["prompt", { ...prompt, tools: { toolIds: ["a", 1] } }, "tools.toolIds: Tools must be a list of texts."],
    [
      "prompt",
      { ...prompt, tools: { maxToolCalls: 101 } },
      "tools.maxToolCalls: Max tool calls must be a whole number from 1 to 100.",
    ],
    [
      "prompt",
      { ...prompt, tools: { mcpServers: {} } },
      "tools.mcpServers: MCP servers must be a list of JSON objects.",
    ],
    [
      "prompt",
      { ...prompt, errorHandling: "give-up" },
      "errorHandling: Error handling must be fail, continue or retry, or an object that names onError.",
    ],
    [
      "prompt",
      { ...prompt, errorHandling: { onError: "fallback", fallbacks: [{ type: "retry", delay: 60_001 }] } },
      "errorHandling.fallbacks.0.delay: Delay must be a whole number from 0 to 60000.",
    ],
    ["fetch-url", { http: { method: "GET" } }, "http.url: URL is required."],
    [
      "fetch-url",
      { http: { method: "FETCH", url: "https://a.b" } },
      "http.method: Method must be GET, POST, PUT, PATCH or DELETE.",
    ],
    [
      "fetch-url",
      { http: { url: "https://a.b", headers: { Accept: 1 } } },
      "http.headers: Headers must be an object of texts.",
    ],
    ["tool-call", { toolId: "tool_1", parameters: [] }, "parameters: Parameters must be a JSON object."],
    ["conditional", { condition: "" }, "condition: Condition is required."],
    ["set-variable", { variableName: "a" }, "valueTemplate: Value is required."],
    ["api-call", { http: { url: "https://a.b" } }, "outputVariable: Output variable is required."],
  ])("reports an invalid value of %s, %o, in a sentence", (type, config, complaint) => {
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
  test.each<readonly [string, JsonObject]>([
    ["prompt", { model: "gpt-4o", text: "the old spelling of the prompt" }],
    ["prompt", { model: "gpt-4o", userPrompt: "x", responseFormat: "JSON" }],
    ["prompt", { model: "gpt-4o", userPrompt: "x", responseFormat: "default" }],
    ["prompt", { model: "{{model}}", userPrompt: "x", temperature: "{{temperature}}" }],
    ["prompt", { model: "gpt-4o", userPrompt: "x", previousMessages: [{ role: "user", content: "Hi" }] }],
    ["prompt", { model: "gpt-4o", userPrompt: "x", reasoning: true }],
    ["prompt", { model: "gpt-4o", userPrompt: "x", errorHandling: "retry" }],
    ["prompt", { model: "gpt-4o", userPrompt: "x", unknownKey: { this: ["key"] } }],
    ["fetch-url", { http: { url: "https://a.b", method: "post", body: { a: 1 } } }],
    ["fetch-github", { repo: "example/product" }],
    ["set-variable", { variableName: "tone", value: "" }],
    ["set-variable", { variableName: "limits", value: { low: 1 } }],
    ["transform-data", { script: "return 1;", sandboxProvider: "cloudflare-sandbox" }],
    ["send-stream", { message: "Done" }],
    ["wait-until", { delayMs: 500 }],
  ])("is accepted in %s: %o", (type, config) => {
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
