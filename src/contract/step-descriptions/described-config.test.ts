import { describe, expect, it, test } from "vitest";
import * as z from "zod/mini";
import type { FieldDescription } from "#contract/step-description.ts";
import { STEP_TYPES } from "#contract/step-types.ts";
import type { JsonObject, JsonValue } from "#core/json.ts";
import { findFieldPath } from "./find-field-path.ts";
import { getDescription, listComplaints } from "./list-complaints.ts";

const fields = STEP_TYPES.flatMap(({ type }) =>
  getDescription(type).fields.map((field) => ({ field, at: `${type}: ${field.path.join(".")}` })),
);

describe("a value that does not fit", () => {
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
    [
      "prompt",
      { ...prompt, maxTokens: 0 },
      "maxTokens: Maximum tokens must be a whole number of at least 1.",
    ],
    ["prompt", { ...prompt, seed: 0.5 }, "seed: Seed must be a whole number."],
    [
      "prompt",
      { ...prompt, responseFormat: "yaml" },
      "responseFormat: Response format must be text, markdown, json, html or xml.",
    ],
    ["prompt", { ...prompt, streamOutput: "yes" }, "streamOutput: Stream the output must be true or false."],
    ["prompt", { ...prompt, systemPrompt: 5 }, "systemPrompt: System prompt must be text."],
    ["prompt", { model: "gpt-4o" }, "userPrompt: Prompt is needed: fill it in."],
    ["prompt", { model: "gpt-4o", text: "" }, "text: Prompt is needed: fill it in."],
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
      "tools.maxToolCalls: Maximum tool calls must be a whole number from 1 to 100.",
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
      "errorHandling.fallbacks.0.delay: The delay must be a whole number from 0 to 60000.",
    ],
    ["fetch-url", { http: { method: "GET" } }, "http.url: URL is needed: fill it in."],
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
    ["conditional", { condition: "" }, "condition: Condition is needed: fill it in."],
    ["set-variable", { variableName: "a" }, "valueTemplate: Value is needed: fill it in."],
    ["api-call", { http: { url: "https://a.b" } }, "outputVariable: Output variable is needed: fill it in."],
  ])("in %s, %o is told off in a sentence", (type, config, complaint) => {
    expect(listComplaints(type, config)).toEqual([complaint]);
  });

  test.each(fields.filter(({ field }) => field.control.type === "number"))(
    "$at takes its bounds and nothing beyond",
    ({ field }) => {
      const { min, max, step } = field.control as Extract<FieldDescription["control"], { type: "number" }>;
      const fits = (value: JsonValue) => z.safeParse(field.schema, value).success;
      for (const bound of [min, max]) if (bound !== undefined) expect(fits(bound)).toBe(true);
      if (min !== undefined) expect(fits(min - (step ?? 1))).toBe(false);
      if (max !== undefined) expect(fits(max + (step ?? 1))).toBe(false);
      expect(fits("5")).toBe(false);
    },
  );

  test.each(fields)("$at may be absent unless it is required", ({ field }) => {
    expect(z.safeParse(field.schema, undefined).success).toBe(field.required !== true);
  });

  test.each(fields.filter(({ field }) => field.control.type === "choice"))(
    "$at takes each of its options",
    ({ field }) => {
      const { options } = field.control as Extract<FieldDescription["control"], { type: "choice" }>;
      for (const { value, label } of options) {
        expect(z.safeParse(field.schema, value).success).toBe(true);
        expect(label).not.toBe("");
      }
    },
  );
});

describe("a value that fits", () => {
  test.each<readonly [string, JsonObject]>([
    ["prompt", { model: "gpt-4o", text: "the old spelling of the prompt" }],
    ["prompt", { model: "gpt-4o", userPrompt: "x", responseFormat: "JSON" }],
    ["prompt", { model: "gpt-4o", userPrompt: "x", responseFormat: "default" }],
    ["prompt", { model: "{{model}}", userPrompt: "x", temperature: "{{temperature}}" }],
    ["prompt", { model: "gpt-4o", userPrompt: "x", previousMessages: [{ role: "user", content: "Hi" }] }],
    ["prompt", { model: "gpt-4o", userPrompt: "x", reasoning: true }],
    ["prompt", { model: "gpt-4o", userPrompt: "x", errorHandling: "retry" }],
    ["prompt", { model: "gpt-4o", userPrompt: "x", nobodyKnows: { this: ["key"] } }],
    ["fetch-url", { http: { url: "https://a.b", method: "post", body: { a: 1 } } }],
    ["fetch-github", { repo: "example/product" }],
    ["set-variable", { variableName: "tone", value: "" }],
    ["set-variable", { variableName: "limits", value: { low: 1 } }],
    ["transform-data", { script: "return 1;", sandboxProvider: "cloudflare-sandbox" }],
    ["send-stream", { message: "Done" }],
    ["wait-until", { delayMs: 500 }],
  ])("%s takes %o", (type, config) => {
    expect(listComplaints(type, config)).toEqual([]);
  });

  it("keeps where it stands: in the old spelling if that is there", () => {
    const field = getDescription("prompt").fields.find(({ label }) => label === "Prompt");
    if (!field) throw new Error("No prompt");
    expect(findFieldPath(field, { text: "Hello" })).toEqual(["text"]);
    expect(findFieldPath(field, { text: "Hello", userPrompt: "" })).toEqual(["userPrompt"]);
    expect(findFieldPath(field, {})).toEqual(["userPrompt"]);
  });

  it("is the same afterwards", () => {
    const config = { model: "gpt-4o", userPrompt: "x", temperature: 3, more: { deep: [1] } };
    const text = JSON.stringify(config);
    listComplaints("prompt", config);
    expect(JSON.stringify(config)).toBe(text);
  });
});
