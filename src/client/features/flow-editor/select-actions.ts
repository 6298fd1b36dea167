import type { StepKey } from "#core/flow-document.ts";
import { findStep, locateSteps } from "#core/step-list.ts";
import { stepName } from "#core/step.ts";
import { announce } from "#client/ui/announce.ts";
import { formatCount } from "#client/ui/format-count.ts";
import type { ActionScope } from "./action-scope.ts";

export type ClickModifiers = Pick<MouseEvent, "shiftKey" | "ctrlKey" | "metaKey">;

/** What a person can do to the selection. */
export function createSelectActions({ selection, list, documentNow, focusStep }: ActionScope) {
  const visibleNow = () => list.current?.visibleKeys() ?? [];

  const sayWhatIsSelected = () => {
    const { keys } = selection.getState();
    const [only] = keys;
    const node = keys.size === 1 && only !== undefined ? findStep(documentNow(), only) : undefined;
    if (keys.size === 0) announce("No step is selected.");
    else
      announce(node ? `${stepName(node)} is selected.` : `${formatCount(keys.size, "step")} are selected.`);
  };

  return {
    /**
     * A press on a row: alone it opens the step in the inspector, with Shift it selects the range, with Ctrl or Cmd it
     * adds or takes away the one.
     */
    click: (key: StepKey, { shiftKey, ctrlKey, metaKey }: ClickModifiers) => {
      const isToggle = ctrlKey || metaKey;
      if (shiftKey) selection.extendTo(key, visibleNow(), { add: isToggle });
      else if (isToggle || selection.getState().isGathering) selection.toggle(key);
      else return selection.selectOnly(key);
      sayWhatIsSelected();
    },

    /** Selects from where the range began to the row above or below this one, which gets the focus. */
    extend: (from: StepKey, by: -1 | 1) => {
      const visible = visibleNow();
      const to = visible[visible.indexOf(from) + by];
      if (to === undefined) return;
      const { keys, anchor } = selection.getState();
      // A range begins where the focus is, unless one goes on from here.
      selection.extendTo(to, visible, { from: anchor !== undefined && keys.has(from) ? anchor : from });
      focusStep(to);
      sayWhatIsSelected();
    },

    /** Every row; where all of them are selected already, what is folded away as well. */
    selectAll: () => {
      const visible = visibleNow();
      const { keys } = selection.getState();
      const hasAll = visible.every((key) => keys.has(key));
      selection.selectMany(hasAll ? [...locateSteps(documentNow()).keys()] : visible);
      sayWhatIsSelected();
    },

    /** From now on plain taps add and take away, starting with this step. */
    gather: (key: StepKey) => {
      selection.gather(key);
      announce("Selecting. Tap a step to add it or take it away.");
    },

    clearSelection: () => {
      const { anchor } = selection.getState();
      // What is shown for several goes away, and with it the button that was pressed there.
      const isPaneFocused = document.activeElement?.closest("[data-selection-pane]") != null;
      selection.clear();
      if (isPaneFocused && anchor !== undefined) focusStep(anchor);
      announce("No step is selected.");
    },

    /** Shows the step in the inspector. */
    inspect: (key: StepKey) => selection.selectOnly(key),
  };
}
