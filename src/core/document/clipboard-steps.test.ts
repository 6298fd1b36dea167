import * as fc from "fast-check";
import { expect, it } from "vitest";
import { flowArbitrary } from "#core/testing/arbitrary-flow.ts";
import { toClipboardSteps, formatStepsAsJson } from "./clipboard-steps.ts";
import { buildDocument, buildConditional, buildStep } from "#core/testing/flow-builder.ts";
import { type StepKey, parseFlowDocument } from "./flow-document.ts";
import { applyMoveStepsCommand } from "#core/testing/apply-move.ts";
import { parsePastedSteps } from "./parse-pasted-steps.ts";
import { getLocationsOfAllSteps } from "./step-list.ts";

const key = (text: string) => text as StepKey;
const flow = buildDocument(
  buildStep("fetch"),
  buildConditional("route", [buildStep("score", { order: 0 }), buildStep("clean", { order: 1 })]),
  buildStep("log", { retryPolicy: { attempts: 3 } }),
);

it("copies each step once, in the order of the list, with all fields and nested steps", () => {
  const copied = toClipboardSteps(flow, [key("log"), key("score"), key("route"), key("gone")]);
  expect(copied).toEqual([
    buildConditional("route", [buildStep("score"), buildStep("clean")]),
    buildStep("log", { retryPolicy: { attempts: 3 } }),
  ]);
});

it("copies steps in their current order, ignoring stale order numbers", () => {
  const list = { type: "branch", step: key("route"), branch: "trueSteps" } as const;
  const moved = applyMoveStepsCommand(flow, [key("clean")], { list, index: 0 });
  const pasted = parsePastedSteps(formatStepsAsJson(toClipboardSteps(moved, [key("route")])), 10);
  expect(pasted).toEqual({
    type: "steps",
    steps: [buildConditional("route", [buildStep("clean"), buildStep("score")])],
  });
});

it("steps copied from any flow are pasted unchanged", () => {
  fc.assert(
    fc.property(flowArbitrary, fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), (source, picks) => {
      const document = parseFlowDocument(source);
      const located = getLocationsOfAllSteps(document);
      const isOpen = [...located.values()].every(
        ({ node }) => !node.branches || (node.branches.trueSteps && node.branches.falseSteps),
      );
      fc.pre(located.size > 0 && isOpen);
      const keys = picks.map((pick) => [...located.keys()][pick % located.size]!);
      const copied = toClipboardSteps(document, keys);
      expect(parsePastedSteps(formatStepsAsJson(copied), 1000)).toEqual({ type: "steps", steps: copied });
    }),
    { numRuns: 300 },
  );
});
