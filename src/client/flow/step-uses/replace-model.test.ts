import { expect, test } from "vitest";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { parseFlowDocument, toApiSteps } from "#core/document/flow-document.ts";
import { replaceModelInDocument } from "./replace-model.ts";

test("a model is replaced in nested steps and fallbacks, and nothing else changes", () => {
  const prompt = (id: string, model: string) =>
    buildStep(id, {
      type: "prompt",
      config: {
        model,
        userPrompt: "gpt-4o",
        unknown: [1, { model: "gpt-4o" }],
        errorHandling: {
          onError: "fallback",
          fallbacks: [{ type: "model", model: "gpt-4o" }, { type: "retry" }],
        },
      },
    });
  const flow = buildFlow("A", [prompt("a", "other"), buildConditional("b", [prompt("c", "gpt-4o")], [])]);
  const { document, steps } = replaceModelInDocument(parseFlowDocument(flow), "gpt-4o", "gpt-5");
  expect(steps).toBe(2);
  const text = JSON.stringify(flow.flowSteps)
    .replaceAll('{"type":"model","model":"gpt-4o"}', '{"type":"model","model":"gpt-5"}')
    .replace('"config":{"model":"gpt-4o"', '"config":{"model":"gpt-5"');
  expect(JSON.stringify(toApiSteps(document.steps))).toBe(text);
});
