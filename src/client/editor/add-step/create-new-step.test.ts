import { expect, it } from "vitest";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import { createNewStep } from "./create-new-step.ts";

const apiCall = { type: "api-call", name: undefined, config: { outputVariable: "response" } };

it("createNewStep keeps the suggested output variable if no step uses it", () => {
  const { fields } = createNewStep(apiCall, parseFlowDocument({ name: "", flowSteps: [] }));
  expect(fields).toMatchObject({ name: "API call", config: { outputVariable: "response" } });
});

it("createNewStep numbers the suggested output variable if steps use it, also in branches", () => {
  const nested = { id: "b", type: "api-call", config: { outputVariable: "response_2" } };
  const document = parseFlowDocument({
    name: "",
    flowSteps: [
      { id: "a", type: "api-call", config: { outputVariable: "response" } },
      { id: "c", type: "conditional", config: { trueSteps: [nested] } },
    ],
  });
  expect(createNewStep(apiCall, document).fields["config"]).toEqual({ outputVariable: "response_3" });
});

it("createNewStep leaves an output variable empty that has no suggestion", () => {
  const prompt = { type: "prompt", name: "Ask", config: { outputVariable: "" } };
  const { fields } = createNewStep(prompt, parseFlowDocument({ name: "", flowSteps: [] }));
  expect(fields["config"]).toEqual({ outputVariable: "" });
});
