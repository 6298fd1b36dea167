import { expect, it } from "vitest";
import { STEP_TYPES } from "#contract/step-types.ts";
import { getStepTypeIcon } from "./step-node.tsx";

it("every step type of the catalog has an icon", () => {
  expect(STEP_TYPES.filter(({ type }) => getStepTypeIcon(type) === undefined)).toEqual([]);
});

it("an unknown step type has no icon", () => {
  expect(getStepTypeIcon("send-telepathy")).toBeUndefined();
  expect(getStepTypeIcon("constructor")).toBeUndefined();
});
