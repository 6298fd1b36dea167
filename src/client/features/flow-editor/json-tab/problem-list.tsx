import { CircleAlert, TriangleAlert } from "lucide-react";
import type { FlowReading, FlowTextProblem } from "./read-flow-text.ts";

type ProblemListProps = {
  readonly reading: FlowReading;
  readonly onGoTo: (problem: FlowTextProblem) => void;
};

/** What is wrong with the text, each a press away from its place. */
export function ProblemList({ reading, onGoTo }: ProblemListProps) {
  return (
    <ul
      aria-label="Problems"
      className="max-h-[30%] min-h-9 shrink-0 overflow-y-auto border-t border-line bg-canvas px-1 py-1 sm:px-2"
    >
      {reading.problems.map((problem, index) => {
        const isError = problem.severity === "error";
        const Icon = isError ? CircleAlert : TriangleAlert;
        return (
          <li key={index}>
            <button
              type="button"
              onClick={() => onGoTo(problem)}
              className="flex w-full items-start gap-2 rounded-md px-2 py-1 text-left text-sm focus-inset hover:bg-hover pointer-coarse:py-2.5"
            >
              <Icon
                aria-hidden="true"
                className={
                  isError ? "mt-0.5 size-4 shrink-0 text-danger" : "mt-0.5 size-4 shrink-0 text-warning"
                }
              />
              <span className="min-w-0 flex-1 break-words">
                {!isError && <span className="text-muted">Warning: </span>}
                {problem.message}
              </span>
              <span className="shrink-0 text-xs text-muted tabular-nums">
                Line {problem.line}, column {problem.column}
              </span>
            </button>
          </li>
        );
      })}
      {reading.moreProblems > 0 && (
        <li className="px-2 py-1 text-sm text-muted">and {reading.moreProblems.toLocaleString()} more</li>
      )}
    </ul>
  );
}
