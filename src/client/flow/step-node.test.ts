import { expect, it } from "vitest";
import { STEP_TYPES } from "#contract/step-types.ts";
import { getStepTypeIcon } from "./step-node.tsx";

it("the flow preview has a drawing for every step type of the catalog", () => {
  expect(STEP_TYPES.filter(({ type }) => getStepTypeIcon(type) === undefined)).toEqual([]);
});

it("the flow preview has no drawing for an unknown step type", () => {
  expect(getStepTypeIcon("send-telepathy")).toBeUndefined();
  expect(getStepTypeIcon("constructor")).toBeUndefined();
});
