import { expect, test } from "vitest";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import { getStepName } from "#core/document/step.ts";
import { measureFlowJsonSize } from "./steps-section.tsx";

test("the size of a flow is that of the JSON of a save, including nested steps and multi-byte text", () => {
  const flow = {
    ...buildFlow("Größe", [
      buildStep("a", { config: { userPrompt: "שלום".repeat(100) } }),
      buildConditional(
        "route",
        [buildStep("b"), buildStep("c")],
        [buildConditional("inner", [buildStep("d")])],
      ),
    ]),
    description: "Says hello.",
  };
  const { bytes, largest } = measureFlowJsonSize(parseFlowDocument(flow));
  const exact = new TextEncoder().encode(JSON.stringify(flow)).length;
  // Allows a few bytes more: `measureFlowJsonSize` counts a comma after each step, also after the last step of a list, which
  // has none in JSON.
  expect(bytes - exact).toBeGreaterThanOrEqual(0);
  expect(bytes - exact).toBeLessThanOrEqual(8);
  expect(largest && getStepName(largest.node)).toBe("A");
});

test("the size of a conditional does not include its nested steps when the largest step is determined", () => {
  const flow = buildFlow("Nested", [
    buildConditional("route", [buildStep("big", { config: { userPrompt: "x".repeat(5_000) } })]),
  ]);
  const { largest } = measureFlowJsonSize(parseFlowDocument(flow));
  expect(largest && getStepName(largest.node)).toBe("Big");
});
