import { useMemo } from "react";
import { joinClasses } from "#client/ui/join-classes.ts";
import { tooltip } from "#client/ui/tooltip.ts";
import { useFlowProblems } from "#client/features/flow-editor/editor-context.tsx";
import type { StepKey } from "#core/flow-document.ts";
import { type ProblemMark, markOfRow } from "./mark-steps.ts";
import { ProblemIcon } from "./problem-icon.tsx";

/** The marker of a row with problems. Whoever does not see it finds its sentences in the row's description. */
export function ProblemMarker({
  mark,
  className,
}: {
  readonly mark: ProblemMark;
  readonly className?: string;
}) {
  return (
    <span {...tooltip(mark.text)} className={joinClasses("shrink-0", className)}>
      <ProblemIcon severity={mark.severity} />
    </span>
  );
}

/** What the row of a step shows. It stays the very same while it says the same. */
export function useStepMark(key: StepKey, isFolded: boolean): ProblemMark | undefined {
  const marks = useFlowProblems((state) => state.marks.get(key));
  return useMemo(() => markOfRow(marks, isFolded), [marks, isFolded]);
}
