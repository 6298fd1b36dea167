import type { Problem } from "#core/dataflow/problem.ts";
import { useViewOnlyReason } from "#client/document/use-open-flow.tsx";
import { WrappingButton } from "#client/ui/controls/wrapping-button.tsx";
import { useEditor, useFlowProblems } from "#client/editor/session/editor-provider.tsx";
import { applyQuickFixForProblem, findCurrentQuickFixes } from "./fix-problem.ts";
import { useEffect, useState } from "react";
import type { ProblemQuickFix } from "#core/dataflow/find-quick-fixes.ts";
import { runAfterPointerPress } from "#client/ui/focus/pointer-press.ts";

type QuickFixButtonsProps = {
  readonly problem: Problem;
  readonly isWanted?: boolean;
  readonly onFixed: () => void;
};

export function QuickFixButtons({ problem, isWanted = true, onFixed }: QuickFixButtonsProps) {
  const editor = useEditor();
  const quickFixes = useQuickFixes(problem, isWanted);
  const viewOnlyReason = useViewOnlyReason();
  if (quickFixes.length === 0) return null;
  return (
    <span className="flex flex-wrap gap-1.5">
      {quickFixes.map(({ label }) => (
        <WrappingButton
          key={label}
          size="sm"
          disabledReason={viewOnlyReason}
          onClick={() => applyQuickFixForProblem(editor, problem, label) && onFixed()}
        >
          {label}
        </WrappingButton>
      ))}
    </span>
  );
}

const NONE: readonly ProblemQuickFix[] = [];

/** Tests each quick fix on the whole flow, so one problem at a time, and only while `isWanted`. */
function useQuickFixes(problem: Problem, isWanted: boolean): readonly ProblemQuickFix[] {
  const editor = useEditor();
  const analysis = useFlowProblems((state) => state.analysis);
  const [quickFixes, setQuickFixes] = useState(NONE);

  useEffect(() => {
    if (!isWanted || !analysis) return;
    return runInTurn(() => setQuickFixes(findCurrentQuickFixes(editor, problem)));
  }, [editor, analysis, problem, isWanted]);
  return quickFixes;
}

const waiting = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Each task has its own macrotask, so that the page stays responsive. Returns the function to cancel. */
function runInTurn(task: () => void): () => void {
  waiting.add(task);
  timer ??= setTimeout(runNext);
  return () => void waiting.delete(task);
}

/** Waits until no pointer is pressed, because a new quick fix would shift the button under the pointer. */
const runNext = () => void runAfterPointerPress(runFirst);

function runFirst(): void {
  const [task] = waiting;
  timer = undefined;
  if (!task) return;
  waiting.delete(task);
  task();
  if (waiting.size > 0) timer = setTimeout(runNext);
}
