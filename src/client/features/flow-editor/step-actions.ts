import type { StepKey } from "#core/flow-document.ts";
import { type Place, ROOT, findList, findStep, locateSteps } from "#core/step-list.ts";
import { stepName } from "#core/step.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import { announce } from "#client/ui/announce.ts";
import type { EditorDialog } from "./editor-dialogs.tsx";
import type { RowPart } from "./step-list/step-list.tsx";
import type { StepSelection } from "./step-selection.ts";
import { visibleSteps } from "./visible-steps.ts";

export interface StepActionsOptions {
  readonly openFlow: OpenFlow;
  readonly selection: StepSelection;
  /** Scrolls the step into view and focuses a part of its row. */
  readonly focusStep: (key: StepKey, part?: RowPart) => void;
  readonly openDialog: (dialog: EditorDialog) => void;
}

export type ClickModifiers = Pick<MouseEvent, "shiftKey" | "ctrlKey" | "metaKey">;

/** What a person can do to steps, each one command, one announcement, and the focus where it is expected. */
export function createStepActions({ openFlow, selection, focusStep, openDialog }: StepActionsOptions) {
  const documentNow = () => openFlow.getState().history.document;
  const nameOf = (keys: readonly StepKey[]) => {
    const only = keys.length === 1 && keys[0] !== undefined ? findStep(documentNow(), keys[0]) : undefined;
    return only ? stepName(only) : `${keys.length} steps`;
  };

  /** `part` is the control it was moved with: the focus stays there. */
  const move = (keys: readonly StepKey[], place: Place, part: RowPart = "row") => {
    const lead = keys[0];
    if (lead === undefined) return;
    openFlow.edit({ type: "moveSteps", keys, place });
    const at = locateSteps(documentNow()).get(lead);
    const count = at && findList(documentNow(), at.list)?.length;
    announce(`Moved ${nameOf(keys)} to position ${(at?.index ?? 0) + 1} of ${count}.`, "assertive");
    focusStep(lead, part);
  };

  return {
    focusStep,
    move,

    /** What an action on this row is about: the whole selection if the row is part of one, else the row alone. */
    targetsOf: (key: StepKey): readonly StepKey[] => {
      const { keys } = selection.getState();
      return keys.has(key) ? [...keys] : [key];
    },

    /**
     * A press on a row: alone it opens the step in the inspector, with Shift it selects the range, with Ctrl or Cmd it
     * adds or takes away the one.
     */
    click: (key: StepKey, { shiftKey, ctrlKey, metaKey }: ClickModifiers) => {
      const { isGathering, folded } = selection.getState();
      const isToggle = ctrlKey || metaKey;
      if (shiftKey) selection.extendTo(key, visibleSteps(documentNow(), folded), isToggle);
      else if (isToggle || isGathering) selection.toggle(key);
      else selection.selectOnly(key);
    },

    /** Shows the step in the inspector. */
    inspect: (key: StepKey) => selection.selectOnly(key),

    shift: (keys: readonly StepKey[], direction: "up" | "down" | "top" | "bottom", part: RowPart = "row") => {
      const key = keys[0];
      const at = key === undefined ? undefined : locateSteps(documentNow()).get(key);
      const count = documentNow().steps.length;
      if (!at) return;
      const gaps = { up: at.index - 1, down: at.index + 2, top: 0, bottom: count };
      const gap = gaps[direction];
      if (gap < 0 || gap > count) {
        announce(`${nameOf(keys)} is already ${direction === "up" ? "first" : "last"}.`, "assertive");
        return;
      }
      move(keys, { list: ROOT, index: gap }, part);
    },

    setEnabled: (keys: readonly StepKey[], enabled: boolean) => {
      openFlow.edit({ type: "setEnabled", keys, enabled });
      announce(`${nameOf(keys)} ${keys.length === 1 ? "is" : "are"} ${enabled ? "on" : "off"}.`);
    },

    remove: (keys: readonly StepKey[]) => {
      const { steps } = documentNow();
      const index = steps.findIndex((node) => keys.includes(node.key));
      const next = steps.slice(index).find((node) => !keys.includes(node.key)) ?? steps[index - 1];
      announce(`Deleted ${nameOf(keys)}. Undo brings ${keys.length === 1 ? "it" : "them"} back.`);
      openFlow.edit({ type: "removeSteps", keys });
      if (next) focusStep(next.key);
      else requestAnimationFrame(() => document.querySelector<HTMLElement>("[data-add-step]")?.focus());
    },

    /** Asks for the type of a new step for this place. */
    add: (place: Place) => openDialog({ type: "add", place }),
  };
}

export type StepActions = ReturnType<typeof createStepActions>;
