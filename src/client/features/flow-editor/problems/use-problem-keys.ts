import { useEffect, useEffectEvent } from "react";
import type { Problem } from "#core/dataflow/problem.ts";
import { locateSteps } from "#core/step-list.ts";
import { announce } from "#client/ui/announce.ts";
import type { Editor } from "#client/features/flow-editor/editor-context.tsx";
import { isCovered } from "#client/features/flow-editor/is-typing.ts";
import { useDragState } from "#client/features/flow-editor/step-list/drag-state.ts";
import { onlySelected } from "#client/features/flow-editor/step-selection.ts";
import { findNextProblem, listProblemStops } from "./find-next-problem.ts";

/** F8 goes to the next problem and Shift+F8 to the one before, from anywhere in the editor, also while typing. */
export function useProblemKeys(
  { openFlow, analysis, problems, selection }: Editor,
  goTo: (problem: Problem) => void,
): void {
  const walk = (by: 1 | -1) => {
    openFlow.settle();
    const now = analysis.now();
    if (!now) return;
    const { problems: told, current } = problems.getState();
    const stops = listProblemStops(told);
    const known = locateSteps(now.analysis.document);
    const next = findNextProblem(
      stops,
      {
        current,
        step: onlySelected(selection.getState()),
        ordinalOf: (key) => known.get(key)?.ordinal ?? -1,
      },
      by,
    );
    if (!next) return announce("No problems.");
    goTo(next);
    announce(`Problem ${stops.indexOf(next) + 1} of ${stops.length}: ${next.message}`);
  };

  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== "F8" || event.altKey || event.ctrlKey || event.metaKey) return;
    // The sheet of the inspector covers the page too, and is where a problem is mended on a narrow one.
    const isInSheet = document.querySelector("[role=dialog] :is([data-inspector], [data-problems])") !== null;
    if ((isCovered() && !isInSheet) || useDragState.getState().type !== "none") return;
    event.preventDefault();
    walk(event.shiftKey ? -1 : 1);
  });
  // The capture phase, since fields and sheets keep their keys to themselves.
  useEffect(() => {
    addEventListener("keydown", onKeyDown, { capture: true });
    return () => removeEventListener("keydown", onKeyDown, { capture: true });
  }, []);
}
