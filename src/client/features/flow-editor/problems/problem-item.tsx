import { memo, useEffect, useRef, useState } from "react";
import type { Problem } from "#core/dataflow/problem.ts";
import { findStep } from "#core/step-list.ts";
import { isEnabled, stepName, stepType } from "#core/step.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { StepNode as Station } from "#client/flow/step-node.tsx";
import { Button } from "#client/ui/button.tsx";
import { joinClasses } from "#client/ui/join-classes.ts";
import { useFlowProblems } from "#client/features/flow-editor/editor-context.tsx";
import { withoutOwner } from "./without-owner.ts";
import { RepairButtons } from "./repair-buttons.tsx";

type ProblemItemProps = {
  readonly problem: Problem;
  readonly onGoTo: (problem: Problem) => void;
  readonly onMended: (item: HTMLElement) => void;
};

/** One problem: whose it is, what it is, the way there and the ways out of it. */
export const ProblemItem = memo(function ProblemItem({ problem, onGoTo, onMended }: ProblemItemProps) {
  const element = useRef<HTMLLIElement>(null);
  const isInView = useIsInView(element);
  const isCurrent = useFlowProblems((state) => state.current === problem);
  const node = useOpenFlowState(({ history }) =>
    problem.step === undefined ? undefined : findStep(history.document, problem.step),
  );
  return (
    <li
      ref={element}
      data-problem=""
      aria-current={isCurrent || undefined}
      className={joinClasses(
        "flex flex-col gap-1 py-1.5 pr-3 pl-4 [contain-intrinsic-size:auto_4.5rem] [content-visibility:auto]",
        isCurrent && "bg-accent-soft",
      )}
    >
      {node && (
        <div className="flex items-center gap-2.5">
          <Station type={stepType(node)} enabled={isEnabled(node)} />
          <span dir="auto" className="min-w-0 flex-1 truncate text-sm font-medium">
            {stepName(node)}
          </span>
          <Button
            size="sm"
            variant="ghost"
            data-go-to=""
            aria-label={`Go to ${stepName(node)}`}
            onClick={() => onGoTo(problem)}
            className="text-accent! pointer-coarse:-my-1"
          >
            Go to
          </Button>
        </div>
      )}
      <div className={joinClasses("flex flex-col gap-1.5", node && "pl-9.5")}>
        <p className="text-sm break-words text-muted">
          {node ? withoutOwner(problem.message, node) : problem.message}
        </p>
        <RepairButtons
          problem={problem}
          isWanted={isInView}
          onMended={() => element.current && onMended(element.current)}
        />
      </div>
    </li>
  );
});

/** Whether an element has come into view; it stays so once it has. */
function useIsInView(element: { readonly current: Element | null }): boolean {
  const [isInView, setInView] = useState(false);
  // Only the browser knows what is scrolled into view.
  useEffect(() => {
    if (isInView || !element.current) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setInView(true);
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element, isInView]);
  return isInView;
}
