import { useMemo } from "react";
import type { StepKey } from "#core/flow-document.ts";
import { ROOT, findStep, locateSteps } from "#core/step-list.ts";
import { stepName } from "#core/step.ts";
import { useOpenFlow } from "#client/document/use-open-flow.tsx";
import { announce } from "#client/ui/announce.ts";
import type { RowPart } from "./step-list.tsx";

type FocusStep = (key: StepKey, part?: RowPart) => void;

/** What a person can do to a step, each one command, one announcement, and the focus where it is expected. */
export function useStepActions(focusStep: FocusStep) {
  const openFlow = useOpenFlow();
  return useMemo(() => {
    const nameOf = (key: StepKey) => {
      const node = findStep(openFlow.getState().history.document, key);
      return node ? stepName(node) : "Step";
    };
    const stepsNow = () => openFlow.getState().history.document.steps;

    /** `part` is the control it was moved with: the focus stays there. */
    const moveTo = (key: StepKey, gap: number, part: RowPart = "row") => {
      openFlow.edit({ type: "moveSteps", keys: [key], place: { list: ROOT, index: gap } });
      const position = (locateSteps(openFlow.getState().history.document).get(key)?.index ?? 0) + 1;
      announce(`Moved ${nameOf(key)} to position ${position} of ${stepsNow().length}.`, "assertive");
      focusStep(key, part);
    };

    return {
      moveTo,

      moveBy: (key: StepKey, by: -1 | 1, part: RowPart = "row") => {
        const index = stepsNow().findIndex((node) => node.key === key);
        const target = index + by;
        if (target < 0 || target >= stepsNow().length) {
          announce(`${nameOf(key)} is already ${by < 0 ? "first" : "last"}.`, "assertive");
          return;
        }
        moveTo(key, by < 0 ? target : target + 1, part);
      },

      setEnabled: (key: StepKey, enabled: boolean) => {
        openFlow.edit({ type: "setEnabled", keys: [key], enabled });
        announce(`${nameOf(key)} is ${enabled ? "on" : "off"}.`);
      },

      remove: (key: StepKey) => {
        const steps = stepsNow();
        const index = steps.findIndex((node) => node.key === key);
        const next = steps[index + 1] ?? steps[index - 1];
        announce(`Deleted ${nameOf(key)}. Undo brings it back.`);
        openFlow.edit({ type: "removeSteps", keys: [key] });
        if (next) focusStep(next.key);
        else requestAnimationFrame(() => document.querySelector<HTMLElement>("[data-add-step]")?.focus());
      },
    };
  }, [openFlow, focusStep]);
}
