import { expect, it } from "vitest";
import { STEP_TYPES } from "#contract/step-types.ts";
import { findStepIcon } from "./step-icon.tsx";

it("has a drawing for every step type of the catalogue", () => {
  expect(STEP_TYPES.filter(({ type }) => findStepIcon(type) === undefined)).toEqual([]);
});

it("has none for a type from the future", () => {
  expect(findStepIcon("send-telepathy")).toBeUndefined();
  expect(findStepIcon("constructor")).toBeUndefined();
});
