import { CircleCheck } from "lucide-react";
import { formatCount, formatNumber } from "#client/ui/format-count.ts";
import { joinClasses } from "#client/ui/join-classes.ts";
import { tooltip } from "#client/ui/tooltip.ts";
import { useFlowProblems } from "#client/features/flow-editor/editor-context.tsx";
import { countProblems } from "./mend-problem.ts";
import { ProblemIcon } from "./problem-icon.tsx";

type ProblemsButtonProps = { readonly isOpen: boolean; readonly onToggle: () => void };

/** How many errors and warnings the flow has. Notes do not count, and are found in the panel that it opens. */
export function ProblemsButton({ isOpen, onToggle }: ProblemsButtonProps) {
  const isKnown = useFlowProblems((state) => state.analysis !== undefined);
  const count = useFlowProblems((state) => countProblems(state.problems));
  const hasErrors = useFlowProblems((state) => state.problems.some(({ severity }) => severity === "error"));
  if (!isKnown) return null;
  return (
    <button
      type="button"
      data-problems-button=""
      aria-expanded={isOpen}
      onClick={onToggle}
      {...tooltip(isOpen ? "Hide problems and inputs" : "Show problems and inputs")}
      className="inline-flex h-7 items-center gap-1.5 rounded-md px-2 text-sm text-muted hover:bg-hover hover:text-ink aria-expanded:bg-hover aria-expanded:text-ink pointer-coarse:h-9"
    >
      {count === 0 ? (
        <CircleCheck aria-hidden="true" className="size-4 text-success" />
      ) : (
        <ProblemIcon severity={hasErrors ? "error" : "warning"} />
      )}
      <span className={joinClasses("max-[519px]:sr-only", count > 0 && "font-medium text-ink tabular-nums")}>
        {count === 0 ? "No problems" : formatCount(count, "problem")}
      </span>
      {count > 0 && (
        <span aria-hidden="true" className="font-medium text-ink tabular-nums min-[520px]:hidden">
          {formatNumber(count)}
        </span>
      )}
    </button>
  );
}
