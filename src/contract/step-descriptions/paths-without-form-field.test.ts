import { expect, test } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import { listPathsWithoutFormField } from "./paths-without-form-field.ts";
import { getStepTypeDescription } from "#contract/testing/list-complaints.ts";

test.each<readonly [string, readonly string[], JsonObject]>([
  ["prompt", [], { model: "gpt-4o", userPrompt: "x", errorHandling: "fail" }],
  ["prompt", ["temprature", "output_variable"], { text: "x", temprature: 1, output_variable: "a" }],
  ["prompt", ["text"], { text: "x", userPrompt: "y" }],
  ["set-variable", ["value"], { variableName: "a", valueTemplate: "", value: 1 }],
  ["prompt", ["tools.newKey"], { reasoning: { any: "thing" }, tools: { toolIds: [], newKey: 1 } }],
  ["fetch-url", ["http.retries"], { http: { url: "x", retries: { count: 3 } } }],
  ["fetch-url", ["http"], { http: "https://a.b" }],
  ["fetch-url", [], { http: {} }],
  ["conditional", ["errorHandling"], { condition: "a", trueSteps: [], falseSteps: 5, errorHandling: "fail" }],
  ["prompt", ["trueSteps"], { userPrompt: "x", trueSteps: [] }],
  ["loop", ["over", "steps"], { over: "leads", steps: [{}], outputVariable: "x" }],
  ["prompt", [], {}],
])("the config paths of a %s step without a form field are listed: %j", (type, others, config) => {
  expect(
    listPathsWithoutFormField(getStepTypeDescription(type), config).map((path) => path.join(".")),
  ).toEqual(others);
});
