import type { Command } from "#core/command.ts";
import { describeCommand } from "#core/describe-command.ts";
import type { StepKey, StepNode } from "#core/flow-document.ts";
import { topmostSteps } from "#core/move-steps.ts";
import { type Place, findStep } from "#core/step-list.ts";
import { describePosition } from "#core/step-place.ts";
import { isEnabled } from "#core/step.ts";
import type { TextEdit } from "#core/text-edit.ts";
import { announce } from "#client/ui/announce.ts";
import { formatCount } from "#client/ui/format-count.ts";
import { toasts } from "#client/ui/toasts.ts";
import { type ActionScope, focusAddStep } from "./action-scope.ts";
import { hasDependents } from "./dependents/dependents-edit.ts";
import { createSwitchActions } from "./dependents/switch-actions.ts";
import { describeFull, explainNoRoom, roomFor } from "./explain-no-room.ts";
import { findNeighbour } from "./find-neighbour.ts";

const DONE = { add: "Added", duplicate: "Duplicated", paste: "Pasted" } as const;

/** Switching, adding and removing steps. */
export function createEditActions(scope: ActionScope) {
  const { selection, documentNow, nameOf, focusStep, openDialog } = scope;
  const switches = createSwitchActions(scope);

  /** Takes steps away and, as the same edit, mends the texts of those who read from them. */
  const removeAndMend = (
    keys: readonly StepKey[],
    verb: "delete" | "cut",
    edits: readonly TextEdit[],
  ): void => {
    const next = findNeighbour(documentNow(), keys);
    const them = topmostSteps(documentNow(), keys).length === 1 ? "it" : "them";
    const readers = new Set(edits.map(({ key }) => key)).size;
    const also = readers > 0 ? `, and mended ${formatCount(readers, "step")}` : "";
    announce(`${verb === "cut" ? "Cut" : "Deleted"} ${nameOf(keys)}${also}. Undo brings ${them} back.`);
    const removal: Command = { type: "removeSteps", keys, verb };
    const label = describeCommand(documentNow(), removal);
    scope.editAndSelect(
      edits.length === 0
        ? removal
        : { type: "sequence", commands: [removal, { type: "replaceText", edits }], label },
    );
    if (next === undefined) focusAddStep();
    else focusStep(next);
  };

  const add = (place: Place) => {
    if (roomFor(documentNow()) > 0) openDialog({ type: "add", place });
    else toasts.show({ text: describeFull(documentNow(), 1), tone: "danger" });
  };

  return {
    ...switches,

    /** The step, and with it the selection that it is part of, becomes what it was not. */
    toggle: (key: StepKey) => {
      const node = findStep(documentNow(), key);
      if (node) switches.setEnabled(scope.targetsOf(key), !isEnabled(node));
    },

    /** At once where nobody reads from the steps; else what others would miss is shown first. */
    remove: (keys: readonly StepKey[], verb: "delete" | "cut" = "delete") => {
      const edit = { type: "remove", keys, verb } as const;
      if (hasDependents(scope.analysis, edit)) openDialog({ type: "dependents", edit });
      else removeAndMend(keys, verb, []);
    },

    removeAndMend,

    /** Asks for the type of a new step for this place. */
    add,

    addHere: () => add(scope.placeHere()),

    /**
     * Puts new steps into a place as one edit, says so and selects them. Returns the sentence why that cannot be; then
     * nothing has changed.
     */
    insert: (steps: readonly StepNode[], place: Place, verb: keyof typeof DONE): string | undefined => {
      const [first] = steps;
      const refusal = explainNoRoom(documentNow(), steps, place);
      if (refusal !== undefined || !first) return refusal;
      const keys = steps.map((node) => node.key);
      scope.editAndSelect({ type: "insertSteps", steps, place, verb }, () => {
        // Alone it is shown where something is shown already: a sheet that opens by itself would cover the list.
        if (keys.length > 1) selection.selectMany(keys);
        else if (selection.getState().keys.size > 0) selection.selectOnly(first.key);
      });
      announce(`${DONE[verb]} ${nameOf(keys)} at ${describePosition(documentNow(), first.key)}.`);
      if (verb !== "add") focusStep(first.key);
      return undefined;
    },
  };
}
