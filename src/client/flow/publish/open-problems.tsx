import { CircleAlert, TriangleAlert } from "lucide-react";
import type { Problem } from "#core/dataflow/problem.ts";
import type { StepKey } from "#core/flow-document.ts";
import { Button } from "#client/ui/button.tsx";
import { formatCount } from "#client/ui/format-count.ts";
import { joinClasses } from "#client/ui/join-classes.ts";

type OpenProblemsProps = {
  /** Worst first. */
  readonly problems: readonly Problem[];
  readonly isAccepted: boolean;
  /** Absent where they need not be accepted. */
  readonly onAccept: ((isAccepted: boolean) => void) | undefined;
  readonly onShowStep: ((key: StepKey) => void) | undefined;
};

/** Problems that are told at once; there may be hundreds. */
const SHOWN = 6;

/** What is wrong with what would go live, or run. Errors do not forbid it, but nobody passes them unseen. */
export function OpenProblems({ problems, isAccepted, onAccept, onShowStep }: OpenProblemsProps) {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const rest = problems.length - SHOWN;
  return (
    <section
      aria-label="Open problems"
      className={joinClasses(
        "flex flex-col gap-1.5 rounded-md px-3 py-2 text-sm",
        errors > 0 ? "bg-danger-soft" : "bg-warning-soft",
      )}
    >
      <ul className="flex flex-col gap-1">
        {problems.slice(0, SHOWN).map((problem, index) => {
          const { severity, message, step } = problem;
          const isError = severity === "error";
          const Drawing = isError ? CircleAlert : TriangleAlert;
          return (
            <li key={index} className="flex items-center gap-2">
              <Drawing
                aria-hidden="true"
                className={joinClasses("size-4 shrink-0", isError ? "text-danger" : "text-warning")}
              />
              <span className="min-w-0 flex-1 break-words">{message}</span>
              {step !== undefined && onShowStep && (
                <Button size="sm" onClick={() => onShowStep(step)}>
                  Show
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      {rest > 0 && <p className="text-muted">And {formatCount(rest, "more problem")}.</p>}
      {errors > 0 && onAccept && (
        <label className="flex items-start gap-2 border-t border-danger/25 pt-2 font-medium">
          <input
            type="checkbox"
            className="mt-0.5 size-4 shrink-0 accent-accent"
            checked={isAccepted}
            onChange={(event) => onAccept(event.target.checked)}
          />
          <span>
            {errors === 1 ? "I know of this error" : `I know of these ${errors} errors`}: the steps above may
            fail, or run without what they read.
          </span>
        </label>
      )}
    </section>
  );
}
