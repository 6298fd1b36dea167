import type { StepKey, StepNode } from "#core/flow-document.ts";
import { topmostSteps } from "#core/move-steps.ts";
import { type Place, findStep } from "#core/step-list.ts";
import { describePosition } from "#core/step-place.ts";
import { isEnabled, stepName } from "#core/step.ts";
import { announce } from "#client/ui/announce.ts";
import { formatCount } from "#client/ui/format-count.ts";
import { toasts } from "#client/ui/toasts.ts";
import { type ActionScope, focusAddStep } from "./action-scope.ts";
import { describeFull, explainNoRoom, roomFor } from "./explain-no-room.ts";
import { findNeighbour } from "./find-neighbour.ts";

const DONE = { add: "Added", duplicate: "Duplicated", paste: "Pasted" } as const;

/** Switching, adding and removing steps. */
export function createEditActions(scope: ActionScope) {
  const { openFlow, selection, documentNow, nameOf, focusStep, openDialog } = scope;

  const setEnabled = (keys: readonly StepKey[], enabled: boolean) => {
    openFlow.edit({ type: "setEnabled", keys, enabled });
    const only = keys.length === 1 && keys[0] !== undefined ? findStep(documentNow(), keys[0]) : undefined;
    const what = only ? `${stepName(only)} is` : `${formatCount(keys.length, "step")} are`;
    announce(`${what} ${enabled ? "on" : "off"}.`);
  };

  const add = (place: Place) => {
    if (roomFor(documentNow()) > 0) openDialog({ type: "add", place });
    else toasts.show({ text: describeFull(documentNow(), 1), tone: "danger" });
  };

  return {
    setEnabled,

    /** The step, and with it the selection that it is part of, becomes what it was not. */
    toggle: (key: StepKey) => {
      const node = findStep(documentNow(), key);
      if (node) setEnabled(scope.targetsOf(key), !isEnabled(node));
    },

    remove: (keys: readonly StepKey[], verb: "delete" | "cut" = "delete") => {
      const next = findNeighbour(documentNow(), keys);
      const them = topmostSteps(documentNow(), keys).length === 1 ? "it" : "them";
      announce(`${verb === "cut" ? "Cut" : "Deleted"} ${nameOf(keys)}. Undo brings ${them} back.`);
      scope.editAndSelect({ type: "removeSteps", keys, verb });
      if (next === undefined) focusAddStep();
      else focusStep(next);
    },

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
