import { useCallback } from "react";
import type { Problem } from "#core/dataflow/problem.ts";
import { wishFocus } from "#client/ui/focus-wish.ts";
import { selectRange } from "#client/ui/select-range.ts";
import type { Editor } from "#client/features/flow-editor/editor-context.tsx";
import type { useShowTab } from "#client/features/flow-editor/use-show-tab.ts";
import { type FoundField, findProblemField } from "./find-problem-field.ts";

/** Leads to a problem from wherever one is: its step is shown and opened, and the field that holds it has the focus. */
export function useGoToProblem(
  { problems, actions, list }: Editor,
  showTab: ReturnType<typeof useShowTab>,
): (problem: Problem) => void {
  return useCallback(
    (problem) => {
      const { step, at, from, to } = problem;
      if (step === undefined) return;
      problems.markCurrent(problem);
      // Selecting writes the address of the view that is shown, so the other view is gone to after it.
      actions.inspect(step);
      showTab("steps", step);
      let found: FoundField | undefined;
      let isShown = false;
      wishFocus(
        () => {
          // Coming from another view, the list is only there a moment later.
          if (!isShown && list.current) {
            list.current.showStep(step);
            isShown = true;
          }
          found = findProblemField(step, at);
          return isShown ? found?.control : undefined;
        },
        { onGiven: (control) => found?.isExact && to > from && selectRange(control, from, to) },
      );
    },
    [problems, actions, list, showTab],
  );
}
