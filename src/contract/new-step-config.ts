import type { JsonObject } from "#core/json.ts";

/** The config that a new step of a type starts with: what its type demands, still to be filled in. */
export function newStepConfig(type: string): JsonObject {
  switch (type) {
    case "prompt":
      return { model: "claude-sonnet-4-5", userPrompt: "", outputVariable: "" };
    case "fetch-url":
    case "api-call":
      return { http: { method: "GET", url: "" }, outputVariable: "" };
    case "transform-data":
      return { script: "return {};", outputVariable: "" };
    case "template":
      return { template: "", outputFormat: "text", outputVariable: "" };
    case "conditional":
      return { condition: "", trueSteps: [], falseSteps: [] };
    case "set-variable":
      return { variableName: "", valueTemplate: "" };
    case "send-email":
      return { from: "", to: "", subject: "", html: "" };
    default:
      return { outputVariable: "" };
  }
}
