import { expect, test } from "vitest";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { type StepKey, parseFlowDocument } from "#core/document/flow-document.ts";
import { findStepToFocusAfterRemoval } from "#client/editor/actions/delete.ts";

const document = parseFlowDocument(
  buildFlow("f", [
    buildStep("a"),
    buildStep("b"),
    buildConditional("route", [buildStep("x"), buildStep("y")], [buildStep("z")]),
    buildStep("c"),
  ]),
);

test.each([
  ["the next one of the list", ["a"], "b"],
  ["the next one that stays", ["a", "b"], "route"],
  ["the one before, at the end of the list", ["c"], "route"],
  ["the one before, at the end of a branch", ["y"], "x"],
  ["the conditional, where its branch is empty then", ["z"], "route"],
  ["the next one, when the conditional goes with what is inside it", ["route", "x", "z"], "c"],
  ["none, when all go", ["a", "b", "route", "c"], undefined],
  ["none, for steps that are not there", ["nothing"], undefined],
])("after a delete the focus moves to %s", (_, keys, next) => {
  expect(findStepToFocusAfterRemoval(document, keys as readonly string[] as readonly StepKey[])).toBe(next);
});
