import { expect, test } from "vitest";
import { buildConditional, buildFlow, buildStep } from "#core/flow-builder.ts";
import { type StepKey, parseFlow } from "#core/flow-document.ts";
import { findNeighbour } from "./find-neighbour.ts";

const document = parseFlow(
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
])("after a delete one goes on with %s", (_, keys, next) => {
  expect(findNeighbour(document, keys as readonly string[] as readonly StepKey[])).toBe(next);
});
