import { expect, it } from "vitest";
import { type EditCommand, applyEditCommand } from "#core/commands/edit-command.ts";
import { buildDocument, buildConditional, buildStep } from "#core/testing/flow-builder.ts";
import { type StepKey, parseFlowDocument, createStepNodeFromJson } from "#core/document/flow-document.ts";
import { ROOT_STEP_LIST_REF } from "#core/document/step-list.ts";
import { describeTestRun, describeTestRunStatus, findOutdatedTestResults } from "./step-test-run-summary.tsx";

const steps = [
  buildStep("a"),
  buildConditional("route", [buildStep("yes")], [buildStep("no")]),
  buildStep("last", { enabled: false }),
];
const ran = buildDocument(...steps);
const key = (id: string) => id as StepKey;
const after = (command: EditCommand) => [...findOutdatedTestResults(ran, applyEditCommand(ran, command))];

it("no result is outdated while no step changes", () => {
  expect(after({ type: "renameFlow", name: "Other" })).toEqual([]);
  // Parses the flow again, as the response to a save does, so that step keys are numbered from 1.
  const saved = parseFlowDocument({
    name: "Digest",
    flowSteps: steps.map((step, index) => ({ ...step, order: index + 1 })),
  });
  expect([...findOutdatedTestResults(ran, saved)]).toEqual([]);
});

it("the results of a changed step and of all later steps are outdated", () => {
  expect(after({ type: "setEnabled", keys: [key("last")], enabled: true })).toEqual(["last"]);
  expect(after({ type: "setEnabled", keys: [key("no")], enabled: false })).toEqual(["no", "last"]);
  expect(after({ type: "setConfig", key: key("route"), path: ["condition"], value: "x" })).toEqual(
    "route yes no last".split(" "),
  );
});

it("all results are outdated from the place of a moved, added or removed step on", () => {
  const place = { list: ROOT_STEP_LIST_REF, index: 0 };
  expect(after({ type: "moveSteps", keys: [key("last")], place })).toEqual("a route yes no last".split(" "));
  expect(after({ type: "removeSteps", keys: [key("yes")], verb: "delete" })).toEqual(["yes", "no", "last"]);
  const added = [createStepNodeFromJson({ ...buildStep("new"), id: "new" })];
  expect(
    after({ type: "insertSteps", steps: added, place: { list: ROOT_STEP_LIST_REF, index: 1 }, verb: "add" }),
  ).toEqual(["route", "yes", "no", "last"]);
  expect(
    after({ type: "insertSteps", steps: added, place: { list: ROOT_STEP_LIST_REF, index: 3 }, verb: "add" }),
  ).toEqual([]);
});

it("no result is outdated once a change is reverted", () => {
  const off = applyEditCommand(ran, { type: "setEnabled", keys: [key("a")], enabled: false });
  expect(findOutdatedTestResults(ran, off).size).toBe(5);
  const back = applyEditCommand(off, { type: "setEnabled", keys: [key("a")], enabled: true });
  expect([...findOutdatedTestResults(ran, back)]).toEqual([]);
});

it("the status of a step omits the reason of a skip, and says that a step was not reached", () => {
  const skipped = {
    status: "skipped",
    text: "",
    skip: { type: "step_skip", executionId: "", seq: 0, id: "a", reason: "branch" },
  } as const;
  expect(describeTestRun(skipped)).toBe("Skipped: the other branch was taken.");
  expect(describeTestRunStatus(skipped, false)).toBe("Skipped");
  expect(describeTestRunStatus({ status: "waiting", text: "" }, false)).toBe("Not reached");
});
