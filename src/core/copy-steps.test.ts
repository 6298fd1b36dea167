import * as fc from "fast-check";
import { expect, it } from "vitest";
import { anyFlow } from "./arbitrary-flow.ts";
import { copySteps, formatSteps } from "./copy-steps.ts";
import { buildConditional, buildFlow, buildStep } from "./flow-builder.ts";
import { type StepKey, parseFlow } from "./flow-document.ts";
import { moveSteps } from "./move-steps.ts";
import { readPastedSteps } from "./read-pasted-steps.ts";
import { locateSteps } from "./step-list.ts";

const key = (text: string) => text as StepKey;
const flow = parseFlow(
  buildFlow("f", [
    buildStep("fetch"),
    buildConditional("route", [buildStep("score", { order: 0 }), buildStep("clean", { order: 1 })]),
    buildStep("log", { retryPolicy: { attempts: 3 } }),
  ]),
);

it("steps are copied in the order of the page, once, with all that they hold", () => {
  const copied = copySteps(flow, [key("log"), key("score"), key("route"), key("gone")]);
  expect(copied).toEqual([
    buildConditional("route", [buildStep("score"), buildStep("clean")]),
    buildStep("log", { retryPolicy: { attempts: 3 } }),
  ]);
});

it("steps are copied as they stand now, not as their old numbers say", () => {
  const list = { type: "branch", step: key("route"), branch: "trueSteps" } as const;
  const moved = moveSteps(flow, [key("clean")], { list, index: 0 });
  const pasted = readPastedSteps(formatSteps(copySteps(moved, [key("route")])), 10);
  expect(pasted).toEqual({
    type: "steps",
    steps: [buildConditional("route", [buildStep("clean"), buildStep("score")])],
  });
});

it("what was copied pastes as it was, from any flow whose branches hold steps", () => {
  fc.assert(
    fc.property(anyFlow, fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), (source, picks) => {
      const document = parseFlow(source);
      const located = locateSteps(document);
      const isOpen = [...located.values()].every(
        ({ node }) => !node.branches || (node.branches.trueSteps && node.branches.falseSteps),
      );
      fc.pre(located.size > 0 && isOpen);
      const keys = picks.map((pick) => [...located.keys()][pick % located.size]!);
      const copied = copySteps(document, keys);
      expect(readPastedSteps(formatSteps(copied), 1000)).toEqual({ type: "steps", steps: copied });
    }),
    { numRuns: 300 },
  );
});
