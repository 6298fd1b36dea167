import { expect, it } from "vitest";
import { buildConditional, buildStep } from "#core/testing/flow-builder.ts";
import type { JsonObject } from "#core/json/json.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import { listStepSettings } from "./print-flow.tsx";

function settingsOf(step: JsonObject) {
  const [node] = parseFlowDocument({ name: "Printed", flowSteps: [step] }).steps;
  return node ? listStepSettings(node).map(({ label, text }) => `${label} = ${text}`) : [];
}

it("every value of a step is listed once: condition, fields, error handling, and keys without a form field", () => {
  const config = {
    http: { method: "POST", url: "https://a.example", headers: { A: "1", B: "{{secret:KEY}}" }, retries: 2 },
    outputVariable: "answer",
    streamOutput: false,
    future: { deep: [1] },
    errorHandling: { onError: "continue" },
  };
  const step = buildStep("call", { type: "api-call", config });
  expect(settingsOf({ ...step, when: "total > 5", owner: "ada" })).toEqual([
    "Run if = total > 5",
    "Method = POST",
    "URL = https://a.example",
    "Headers = A: 1\nB: {{secret:KEY}}",
    "Save result as = answer",
    expect.stringMatching(/ = Off$/),
    "Error handling = onError: continue",
    "http.retries = 2",
    'future = {\n  "deep": [\n    1\n  ]\n}',
    "owner = ada",
  ]);
});

it("the config of an unknown type is listed, without nested steps, which have their own entries", () => {
  expect(settingsOf({ type: "later", name: "L", config: { a: "b", c: null, d: {} } })).toEqual([
    "a = b",
    "d = {}",
  ]);
  expect(settingsOf({ type: "later", name: "L", config: "text" })).toEqual(["config = text"]);
  expect(settingsOf(buildConditional("if", [buildStep("a")], []))).toEqual([
    expect.stringMatching(/^Condition = /),
  ]);
});
