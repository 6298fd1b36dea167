import { expect, test } from "vitest";
import { parseOutline } from "#core/testing/flow-builder.ts";
import { type StepKey } from "#core/document/flow-document.ts";
import { findStepToFocusAfterRemoval } from "#client/editor/actions/delete.ts";

const document = parseOutline("a b route(x y|z) c");

test.each([
  ["the next step of the list", ["a"], "b"],
  ["the next step that is not deleted", ["a", "b"], "route"],
  ["the previous step, at the end of the list", ["c"], "route"],
  ["the previous step, at the end of a branch", ["y"], "x"],
  ["the conditional whose branch is now empty", ["z"], "route"],
  ["the step after a conditional that was deleted with its nested steps", ["route", "x", "z"], "c"],
  ["no step, when all steps were deleted", ["a", "b", "route", "c"], undefined],
  ["no step, when the deleted steps do not exist", ["nothing"], undefined],
])("after a delete the focus moves to %s", (_, keys, next) => {
  expect(findStepToFocusAfterRemoval(document, keys as readonly string[] as readonly StepKey[])).toBe(next);
});
