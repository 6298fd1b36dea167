import { expect, test } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import { listConfigPathsWithoutFormField } from "./find-other-paths.ts";
import { getStepTypeDescription } from "#contract/testing/list-complaints.ts";

test.each<readonly [string, JsonObject, readonly string[]]>([
  ["prompt", { model: "gpt-4o", userPrompt: "x", errorHandling: "fail" }, []],
  ["prompt", { text: "x", temprature: 1, output_variable: "a" }, ["temprature", "output_variable"]],
  ["prompt", { text: "x", userPrompt: "y" }, ["text"]],
  ["set-variable", { variableName: "a", valueTemplate: "", value: 1 }, ["value"]],
  ["prompt", { reasoning: { any: "thing" }, tools: { toolIds: [], newKey: 1 } }, ["tools.newKey"]],
  ["fetch-url", { http: { url: "x", retries: { count: 3 } } }, ["http.retries"]],
  ["fetch-url", { http: "https://a.b" }, ["http"]],
  ["fetch-url", { http: {} }, []],
  ["conditional", { condition: "a", trueSteps: [], falseSteps: 5, errorHandling: "fail" }, ["errorHandling"]],
  ["prompt", { userPrompt: "x", trueSteps: [] }, ["trueSteps"]],
  ["loop", { over: "leads", steps: [{}], outputVariable: "x" }, ["over", "steps"]],
  ["prompt", {}, []],
])("finds the keys of %s that no form field shows, in %o: %j", (type, config, others) => {
  expect(
    listConfigPathsWithoutFormField(getStepTypeDescription(type), config).map((path) => path.join(".")),
  ).toEqual(others);
});
