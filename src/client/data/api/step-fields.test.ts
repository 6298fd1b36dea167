import { expect, test } from "vitest";
import { dismissStepFields, dismissedStepFields, findStepFieldsToReport } from "./step-fields.ts";

const find = (flow: Parameters<typeof dismissStepFields>[0]) =>
  findStepFieldsToReport(flow, dismissedStepFields.getState());

test("a dismissed problem or difference is not reported again, but another one is", () => {
  const difference = (path: string) => ({ step: { id: "a", type: "prompt" }, path: ["config", path] });
  const flow = { id: "flow_1", stepFields: { problem: "Limited.", differences: [difference("model")] } };
  expect(find(flow)).toEqual(flow.stepFields);
  dismissStepFields(flow);
  expect(find(flow)).toEqual({ differences: [] });
  expect(find({ ...flow, id: "flow_2" })).toEqual(flow.stepFields);
  const changed = { problem: "Not found.", differences: [difference("model"), difference("text")] };
  expect(find({ ...flow, stepFields: changed })).toEqual({
    problem: "Not found.",
    differences: [difference("text")],
  });
});

test("a flow whose fields were all read has nothing to report", () => {
  expect(find({ id: "flow_3" })).toEqual({ differences: [] });
});
