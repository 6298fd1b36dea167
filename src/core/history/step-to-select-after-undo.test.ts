import { expect, it } from "vitest";
import { findStepToSelectAfterUndo } from "./step-to-select-after-undo.ts";
import type { EditCommand } from "#core/commands/edit-command.ts";
import { parseOutline } from "#core/testing/flow-builder.ts";
import { type StepKey, createStepNodeFromJson } from "#core/document/flow-document.ts";
import {
  recordCommandInHistory,
  redoHistoryEntry,
  createEditHistory,
  undoHistoryEntry,
} from "./edit-history.ts";
import { ROOT_STEP_LIST_REF } from "#core/document/step-list.ts";

const key = (text: string) => text as StepKey;
const flow = parseOutline("fetch route(queue) log");
const then = { type: "branch", step: key("route"), branch: "trueSteps" } as const;

function affected(command: EditCommand) {
  const done = recordCommandInHistory(
    createEditHistory({ document: flow, version: { token: undefined, updatedAt: "" } }),
    command,
  );
  const entry = done.entries[0]!;
  return {
    undone: findStepToSelectAfterUndo(entry, undoHistoryEntry(done).document),
    redone: findStepToSelectAfterUndo(entry, redoHistoryEntry(undoHistoryEntry(done)).document),
  };
}

it("the step to show after an undo or redo is the edited step, or the first of several", () => {
  const rename = affected({ type: "renameStep", key: key("queue"), name: "x" });
  expect(rename).toEqual({ undone: "queue", redone: "queue" });
  const edits = ["log", "fetch"].map((id) => ({ key: key(id), at: ["name"], text: "x" }));
  expect(affected({ type: "replaceText", edits }).undone).toBe("log");
  expect(affected({ type: "renameVariable", from: "a", to: "b", edits }).redone).toBe("log");
});

it("the step to show after an undo or redo is the step after a removed step, or the last step if there is none after it", () => {
  const remove = (id: string) => affected({ type: "removeSteps", keys: [key(id)] });
  expect(remove("fetch")).toEqual({ undone: "fetch", redone: "route" });
  expect(remove("log")).toEqual({ undone: "log", redone: "route" });
});

it("the step to show after an undo or redo is the conditional of a list that became empty", () => {
  expect(affected({ type: "removeSteps", keys: [key("queue")] }).redone).toBe("route");
  const steps = [createStepNodeFromJson({ id: "new", type: "prompt" })];
  const list = { ...then, branch: "falseSteps" } as const;
  expect(affected({ type: "insertSteps", steps, place: { list, index: 0 } })).toEqual({
    undone: "route",
    redone: "new",
  });
});

it("the step to show after an undo or redo is undefined for an edit of the flow itself, and in an empty flow", () => {
  expect(affected({ type: "renameFlow", name: "x" })).toEqual({ undone: undefined, redone: undefined });
  const keys = flow.steps.map((node) => node.key);
  expect(affected({ type: "removeSteps", keys }).redone).toBeUndefined();
  expect(
    affected({ type: "moveSteps", keys: [key("log")], place: { list: ROOT_STEP_LIST_REF, index: 0 } }).undone,
  ).toBe("log");
});
