import { describe, expect, it } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import { summarizeStepConfig } from "./step-hint.ts";

describe("a step's hint", () => {
  it.each<[string, JsonObject, string | undefined]>([
    [
      "prompt",
      { model: "gpt-4o-mini", userPrompt: "\n  Sum this up.\nIn two lines." },
      "gpt-4o-mini · Sum this up.",
    ],
    ["prompt", { text: "An old prompt" }, "An old prompt"],
    ["fetch-url", { http: { url: "https://me:pw@example.org/a?b" } }, "GET example.org"],
    [
      "api-call",
      { http: { url: "https://api.example.org:8443/{{id}}", method: "post" } },
      "POST api.example.org:8443",
    ],
    ["api-call", { http: { url: "{{base}}/orders", method: "PUT" } }, "PUT {{base}}/orders"],
    ["paginate-api", { url: "https://example.org/items" }, "GET example.org"],
    ["crawl", { url: "https://docs.example.org/start" }, "docs.example.org"],
    ["transform-data", { script: "return input.items;\n" }, "return input.items;"],
    ["set-variable", { variableName: "tone", value: "calm" }, "tone = calm"],
    ["set-variable", { variableName: "tone" }, "tone"],
    ["send-email", { to: "{{user.email}}", subject: "Hello" }, "{{user.email}} · Hello"],
    ["wait-until", { delayMs: 5000 }, "5000"],
    ["conditional", { condition: "ticket.urgency > 3", trueSteps: [] }, "ticket.urgency > 3"],
    ["send-telepathy", { outputVariable: "x", to: "everyone" }, "everyone"],
    ["constructor", {}, undefined],
    ["prompt", { model: 3, userPrompt: ["odd"] }, "3"],
    ["api-call", { http: null }, undefined],
    ["template", {}, undefined],
  ])("of %s with %j is %j", (type, config, hint) => {
    expect(summarizeStepConfig(type, config)).toBe(hint);
  });

  it("is truncated to 160 characters for a long prompt", () => {
    const hint = summarizeStepConfig("prompt", { userPrompt: "word ".repeat(20_000) });
    expect(hint).toHaveLength(160);
    expect(hint?.endsWith("…")).toBe(true);
  });
});
