import { expect, it } from "vitest";
import { buildDocument, buildConditional, buildStep } from "#core/testing/flow-builder.ts";
import { type FlowDocument } from "./flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { findStepByRunId, getStepRunId } from "./run-ids.ts";
import { getLocationsOfAllSteps } from "./step-list.ts";

const FORM = /^step_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

function bare(name: string): JsonObject {
  const { id: _, ...step } = buildStep(name);
  return step;
}
const parse = (...steps: readonly JsonObject[]) => buildDocument(...steps);
const idsOf = (document: FlowDocument) =>
  [...getLocationsOfAllSteps(document).values()].map(({ node }) => getStepRunId(document, node));

it("a run uses a step's own id if the id is unique", () => {
  expect(idsOf(parse(buildStep("fetch"), buildConditional("route", [buildStep("queue")], [])))).toEqual([
    "fetch",
    "route",
    "queue",
  ]);
});

it("a run uses a generated id for a step whose id is missing, duplicate or invalid", () => {
  const document = parse(
    buildStep("a"),
    buildConditional("route", [bare("queue"), buildStep("a")], [bare("queue")]),
    { ...buildStep("odd"), id: "an odd id" },
  );
  const [a, route, ...others] = idsOf(document);
  expect([a, route]).toEqual(["a", "route"]);
  expect(others).toHaveLength(4);
  for (const id of others) expect(id).toMatch(FORM);
  expect(new Set(others).size).toBe(4);
});

it("the generated id is the same for the same step in another document", () => {
  const [, , queue] = idsOf(parse(buildStep("a"), buildConditional("route", [bare("queue")], [])));
  const [, first, again] = idsOf(
    parse(buildConditional("route", [bare("new"), bare("queue")], []), buildStep("b")),
  );
  expect(again).toBe(queue);
  expect(first).not.toBe(queue);
});

it("a step is found by the id that a run reported", () => {
  const document = parse(buildConditional("route", [bare("queue"), bare("queue")], [buildStep("hide")]));
  for (const { node } of getLocationsOfAllSteps(document).values())
    expect(findStepByRunId(document, getStepRunId(document, node))).toBe(node.key);
  expect(findStepByRunId(document, "gone")).toBeUndefined();
  expect(findStepByRunId(document, "~2")).toBeUndefined();
});
