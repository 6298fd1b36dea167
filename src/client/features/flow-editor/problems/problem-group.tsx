import { ChevronRight } from "lucide-react";
import { useId, useState } from "react";
import type { Problem, Severity } from "#core/dataflow/problem.ts";
import { Button } from "#client/ui/button.tsx";
import { formatNumber } from "#client/ui/format-count.ts";
import { joinClasses } from "#client/ui/join-classes.ts";
import { strictId } from "./find-same-problem.ts";
import { ProblemIcon } from "./problem-icon.tsx";
import { ProblemItem } from "./problem-item.tsx";

type ProblemGroupProps = {
  readonly severity: Severity;
  readonly problems: readonly Problem[];
  readonly onGoTo: (problem: Problem) => void;
  /** Given the item that was mended. */
  readonly onMended: (item: HTMLElement) => void;
};

const TITLES = { error: "Errors", warning: "Warnings", info: "Notes" } as const;

/** As many as are added to the page at a time, so that a thousand cost what these do. */
const PORTION = 50;

/** The problems of one severity; notes are folded away until they are wanted. */
export function ProblemGroup({ severity, problems, onGoTo, onMended }: ProblemGroupProps) {
  const id = useId();
  const [isOpen, setOpen] = useState(severity !== "info");
  const [limit, setLimit] = useState(PORTION);
  if (problems.length === 0) return null;
  const shown = isOpen ? problems.slice(0, limit) : [];
  const more = problems.length - shown.length;

  return (
    <section aria-labelledby={id} className="flex flex-col">
      <h3 className="flex px-2.5">
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          className="flex min-h-8 flex-1 items-center gap-1.5 rounded-md px-1.5 text-sm font-medium hover:bg-hover pointer-coarse:min-h-10"
        >
          <ChevronRight
            aria-hidden="true"
            className={joinClasses("size-4 text-muted transition-transform", isOpen && "rotate-90")}
          />
          <ProblemIcon severity={severity} />
          <span id={id}>{TITLES[severity]}</span>
          <span className="text-xs font-normal text-muted tabular-nums">{formatNumber(problems.length)}</span>
        </button>
      </h3>
      {isOpen && (
        <ul aria-labelledby={id} className="flex flex-col pb-2">
          {shown.map((problem) => (
            <ProblemItem key={strictId(problem)} problem={problem} onGoTo={onGoTo} onMended={onMended} />
          ))}
        </ul>
      )}
      {isOpen && more > 0 && (
        <div className="px-4 pb-3">
          <Button size="sm" onClick={() => setLimit(limit + PORTION)}>
            {more > PORTION
              ? `Show ${PORTION} of ${formatNumber(more)} more`
              : `Show all ${formatNumber(problems.length)}`}
          </Button>
        </div>
      )}
    </section>
  );
}
