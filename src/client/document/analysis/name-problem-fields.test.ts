import { expect, it } from "vitest";
import { buildDocument, buildStep } from "#core/testing/flow-builder.ts";
import { dataflowAnalyzer } from "./dataflow.ts";

const later = buildStep("later", {
  type: "set-variable",
  config: { variableName: "page", valueTemplate: "x" },
});
const messagesOf = (config: object) => {
  const ask = buildStep("ask", { config: { model: "m", ...config } as never });
  const { problems } = dataflowAnalyzer.analyze(buildDocument(ask, later));
  return problems.filter(({ severity }) => severity === "error").map(({ message }) => message);
};

it("problems with the same text are distinguished by the label of their field", () => {
  const [first, second, ...others] = messagesOf({ userPrompt: "{{page}}", systemPrompt: "{{page}}" });
  expect(others).toEqual([]);
  expect(first).toMatch(/ Field: “Prompt”\.$/);
  expect(second).toMatch(/ Field: “System prompt”\.$/);
});

it("a problem with a unique text does not mention its field", () => {
  const messages = messagesOf({ userPrompt: "{{page}} and {{page}}" });
  expect(messages).toHaveLength(1);
  expect(messages[0]).not.toContain("Field:");
});
