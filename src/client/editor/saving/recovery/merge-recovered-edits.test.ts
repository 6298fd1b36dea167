import { expect, it } from "vitest";
import { applyEditCommand } from "#core/commands/edit-command.ts";
import { buildDocument, buildConditional, buildStep } from "#core/testing/flow-builder.ts";
import { type FlowDocument, type StepKey } from "#core/document/flow-document.ts";
import { recordCommandInHistory, createEditHistory } from "#core/history/edit-history.ts";
import { ROOT_STEP_LIST_REF, getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { mergeRecoveredEdits } from "./create-recovery.ts";

const key = (text: string) => text as StepKey;
const inside = [buildStep("x", { order: 0 }), buildStep("y", { order: 1 })];
const base = buildDocument(buildStep("a"), buildStep("b"), buildConditional("if", inside));
const start = createEditHistory({
  document: base,
  version: { token: "1", updatedAt: "2026-01-01T00:00:00.000Z" },
});
const order = (document: FlowDocument | undefined) =>
  document && [...getLocationsOfAllSteps(document).keys()];

it("recovered edits keep their order of steps after a merge, regardless of the `order` numbers stored in the steps", () => {
  const list = { type: "branch", step: key("if"), branch: "trueSteps" } as const;
  const moves = [
    { type: "moveSteps", keys: [key("b")], place: { list: ROOT_STEP_LIST_REF, index: 0 } },
    { type: "moveSteps", keys: [key("y")], place: { list, index: 0 } },
  ] as const;
  const recoverable = moves.reduce((history, move) => recordCommandInHistory(history, move), start);
  const here = recordCommandInHistory(start, { type: "renameStep", key: key("a"), name: "First" });
  const merged = mergeRecoveredEdits(here, recoverable);
  expect(order(merged)).toEqual(["b", "a", "if", "y", "x"]);
  expect(merged && applyEditCommand(merged, { type: "renameStep", key: key("a"), name: "First" })).toBe(
    merged,
  );
});
