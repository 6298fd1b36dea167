import { CircleX, Info, TriangleAlert, CircleCheck, Unplug } from "lucide-react";
import { memo, useMemo } from "react";
import type { ProblemSeverity } from "#core/dataflow/problem.ts";
import type { StepProblemSummary } from "#core/dataflow/summarize-problems.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import { useFlowProblems } from "#client/editor/session/editor-provider.tsx";
import { PANEL_BUTTON_CLASSES, usePanelToggle } from "#client/editor/session/use-panel-toggle.ts";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { describeStepRowProblems, getStepRowProblemSummary } from "./row-problem-summary.ts";
import { countFlowErrorsAndWarnings } from "./fix-problem.ts";

type ProblemIconProps = {
  readonly severity: ProblemSeverity | StepProblemSummary["severity"];
  readonly className?: string;
};

export function ProblemSeverityIcon({ severity, className }: ProblemIconProps) {
  const Icon = icons[severity];
  return (
    <Icon
      aria-hidden="true"
      className={joinClasses("size-4 shrink-0", colors[severity] ?? "text-warning", className)}
    />
  );
}

const icons = { error: CircleX, environment: Unplug, warning: TriangleAlert, info: Info } as const;
const colors: Readonly<Record<string, string>> = { error: "text-danger", info: "text-muted" };

type RowProblemIndicatorProps = {
  readonly step: StepKey;
  readonly isFolded: boolean;
  /** Why the step cannot be saved. */
  readonly saveError: string | undefined;
  /** Id of the description of the problems, which labels the row. */
  readonly id: string;
};

/** Subscribes itself, so that a new analysis renders the marks of the rows instead of the rows. */
export const RowProblemIndicator = memo(function RowProblemIndicator(props: RowProblemIndicatorProps) {
  const { step, isFolded, saveError, id } = props;
  const marks = useFlowProblems((state) => state.marks.get(step));
  const mark = useMemo(() => getStepRowProblemSummary(marks, isFolded), [marks, isFolded]);
  const text = saveError ?? mark?.text;
  if (text === undefined) return null;
  // With its description in one element: each insertion restyles what is around it.
  return (
    <span
      {...getTooltipProps(text)}
      className={joinClasses("shrink-0 max-sm:ml-2", saveError !== undefined && "text-danger")}
    >
      {saveError === undefined ? (
        mark && <ProblemSeverityIcon severity={mark.severity} />
      ) : (
        <TriangleAlert aria-hidden="true" className="size-4" />
      )}
      {mark && (
        <span id={id} hidden>
          {describeStepRowProblems(mark)}
        </span>
      )}
    </span>
  );
});

export function ProblemsPanelToggleButton() {
  const { isShown, toggle } = usePanelToggle("problems");
  const isKnown = useFlowProblems((state) => state.analysis !== undefined);
  const count = useFlowProblems((state) => countFlowErrorsAndWarnings(state.problems));
  const hasErrors = useFlowProblems((state) => state.problems.some(({ severity }) => severity === "error"));
  // Has the same width as the button, so that the buttons beside it do not move under the pointer.
  if (!isKnown) return <span className="w-8 xs:w-29.5" />;
  return (
    <button
      type="button"
      data-panel-button="problems"
      aria-expanded={isShown}
      onClick={toggle}
      {...getTooltipProps(isShown ? "Hide problems and inputs" : "Show problems and inputs")}
      className={`${PANEL_BUTTON_CLASSES} xs:min-w-29.5`}
    >
      {count === 0 ? (
        <CircleCheck aria-hidden="true" className="size-4 text-success" />
      ) : (
        <ProblemSeverityIcon severity={hasErrors ? "error" : "warning"} />
      )}
      <span className={joinClasses("max-xs:sr-only", count > 0 && "font-medium text-ink tabular-nums")}>
        {count === 0 ? "No problems" : formatCount(count, "problem")}
      </span>
      {count > 0 && (
        <span aria-hidden="true" className="font-medium text-ink tabular-nums xs:hidden">
          {formatNumber(count)}
        </span>
      )}
    </button>
  );
}
