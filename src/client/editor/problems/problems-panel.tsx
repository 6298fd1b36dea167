import { ChevronRight, ServerCog } from "lucide-react";
import { memo, useCallback, useId, useRef, useState } from "react";
import {
  type Problem,
  type ProblemSeverity,
  isServerDependentProblem,
  getProblemIdWithOffsets,
} from "#core/dataflow/problem.ts";
import { findStep } from "#core/document/step-list.ts";
import { isStepEnabled, getStepName, getStepType } from "#core/document/step.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { useFlowProblems } from "#client/editor/session/editor-provider.tsx";
import { usePanelColumns } from "#client/editor/session/panel-columns.ts";
import { findPanelHeading } from "#client/editor/session/focus.ts";
import { PanelFrame } from "#client/editor/session/panel-frame.tsx";
import type { EditorPanelProps } from "#client/editor/session/side-panels.ts";
import { EnvironmentLink } from "#client/page/environment-link.tsx";
import { StepNode as FlowNode } from "#client/flow/step-node.tsx";
import { StepUsesButton } from "#client/flow/step-uses/step-uses-button.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { ApiCheck } from "./api-check.tsx";
import { countFlowErrorsAndWarnings } from "./fix-problem.ts";
import { FlowInputList } from "./flow-inputs.tsx";
import { ProblemSeverityIcon } from "./row-problem-indicator.tsx";
import { QuickFixButtons } from "./quick-fix-buttons.tsx";

/** In a bottom sheet on narrow screens. Includes Radix: import only dynamically. */
export function ProblemsPanel({ panel, onClose, onGoTo }: EditorPanelProps) {
  const isSheet = usePanelColumns() === 0;
  const goTo = (problem: Problem) => {
    if (isSheet) onClose();
    onGoTo(problem);
  };
  return (
    <PanelFrame panel={panel} onClose={onClose}>
      <div className="-mx-4">
        <ProblemsContent onGoTo={goTo} />
      </div>
    </PanelFrame>
  );
}

type ProblemsContentProps = { readonly onGoTo: (problem: Problem) => void };

const KINDS: readonly ProblemKind[] = ["error", "warning", "api", "environment", "info"];

function kindOf(problem: Problem): ProblemKind {
  if (problem.code === "api-finding") return "api";
  return isServerDependentProblem(problem) ? "environment" : problem.severity;
}

function ProblemsContent({ onGoTo }: ProblemsContentProps) {
  const area = useRef<HTMLDivElement>(null);
  const problems = useFlowProblems((state) => state.problems);
  const isKnown = useFlowProblems((state) => state.analysis !== undefined);

  const focusNext = (fixed: HTMLElement) => {
    const index = itemsIn(area.current).findIndex((item) => item.contains(fixed));
    requestAnimationFrame(() => {
      if (fixed.isConnected && fixed.contains(document.activeElement)) return;
      const items = itemsIn(area.current);
      const next = items[Math.min(index, items.length - 1)]?.querySelector<HTMLElement>("[data-go-to]");
      (next ?? findPanelHeading("problems") ?? area.current)?.focus();
    });
  };

  if (!isKnown) return <p className="px-5 py-2 text-sm text-muted">Checking steps…</p>;
  return (
    <div ref={area} tabIndex={-1} className="flex flex-col outline-none">
      {countFlowErrorsAndWarnings(problems) === 0 && (
        <div className="flex flex-col items-center gap-3 px-5 py-6 text-center">
          <NoProblemsDrawing />
          <p className="text-sm text-muted">No problems.</p>
        </div>
      )}
      {KINDS.map((kind) => (
        <ProblemGroup
          key={kind}
          kind={kind}
          problems={problems.filter((problem) => kindOf(problem) === kind)}
          onGoTo={onGoTo}
          onFixed={focusNext}
        />
      ))}
      <ApiCheck />
      <FlowInputList onGoTo={onGoTo} onFixed={focusNext} />
    </div>
  );
}

function itemsIn(area: HTMLElement | null): readonly HTMLElement[] {
  return [...(area?.querySelectorAll<HTMLElement>("[data-problem]") ?? [])];
}

function NoProblemsDrawing() {
  return (
    <svg aria-hidden="true" width="132" height="36" fill="none" className="text-line-strong">
      <path d="M6 24H126" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
      <path d="M22 16C34 4 54 4 66 15M66 15C78 4 98 4 109 15" className="stroke-accent" strokeWidth="1.25" />
      {[22, 66, 110].map((x) => (
        <circle
          key={x}
          cx={x}
          cy="24"
          r="6"
          className="fill-surface"
          stroke="currentColor"
          strokeWidth="1.5"
        />
      ))}
    </svg>
  );
}

type ProblemKind = ProblemSeverity | "api" | "environment";

type ProblemGroupProps = {
  readonly kind: ProblemKind;
  readonly problems: readonly Problem[];
  readonly onGoTo: (problem: Problem) => void;
  readonly onFixed: (item: HTMLElement) => void;
};

const NOUNS = {
  error: "error",
  warning: "warning",
  api: "validation problem",
  environment: "environment problem",
  info: "hint",
} as const;

const PORTION = 50;

function ProblemGroup({ kind, problems, onGoTo, onFixed }: ProblemGroupProps) {
  const id = useId();
  const [isOpen, setOpen] = useState(kind !== "info");
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
          {kind === "api" ? (
            <ServerCog aria-hidden="true" className="size-4 shrink-0 text-muted" />
          ) : (
            <ProblemSeverityIcon severity={kind} />
          )}
          <span id={id} className="tabular-nums">
            {formatCount(problems.length, NOUNS[kind])}
          </span>
        </button>
      </h3>
      {isOpen && (
        <ul aria-labelledby={id} className="flex flex-col pb-2">
          {shown.map((problem) => (
            <ProblemItem
              key={getProblemIdWithOffsets(problem)}
              problem={problem}
              onGoTo={onGoTo}
              onFixed={onFixed}
            />
          ))}
        </ul>
      )}
      {isOpen && kind === "environment" && (
        <div className="px-4 pb-2">
          <EnvironmentLink />
        </div>
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

type ProblemItemProps = {
  readonly problem: Problem;
  readonly onGoTo: (problem: Problem) => void;
  readonly onFixed: (item: HTMLElement) => void;
};

const ProblemItem = memo(function ProblemItem({ problem, onGoTo, onFixed }: ProblemItemProps) {
  const { element, isInView, watch } = useIsInView();
  const { steps = [] } = problem;
  const isCurrent = useFlowProblems((state) => state.current === problem);
  const node = useOpenFlowState(({ history }) =>
    problem.step === undefined ? undefined : findStep(history.document, problem.step),
  );
  return (
    <li
      ref={watch}
      data-problem=""
      aria-current={isCurrent || undefined}
      className={joinClasses(
        "relative flex flex-col gap-1 py-1.5 pr-3 pl-4 [contain-intrinsic-size:auto_4.5rem] [content-visibility:auto]",
        isCurrent && "selected-row",
      )}
    >
      {node && (
        <div className="flex items-center gap-2.5">
          <FlowNode type={getStepType(node)} enabled={isStepEnabled(node)} />
          <span dir="auto" className="min-w-0 flex-1 truncate text-sm font-medium">
            {getStepName(node)}
          </span>
          <Button
            size="sm"
            variant="ghost"
            data-go-to=""
            aria-label={`Go to ${getStepName(node)}`}
            onClick={() => onGoTo(problem)}
            className="text-accent! pointer-coarse:-my-1"
          >
            Go to
          </Button>
        </div>
      )}
      <div className={joinClasses("flex flex-col gap-1.5", node && "pl-9.5")}>
        <p className="text-sm break-words text-muted">
          {problem.code === "api-finding" && (
            <ProblemSeverityIcon severity={problem.severity} className="mr-1.5 inline align-text-bottom" />
          )}
          {problem.messageAtStep}
          {problem.field !== undefined && ` Field: “${problem.field}”.`}
          {steps.length > 1 && ` Affects ${formatCount(steps.length, "step")}.`}
        </p>
        {/^(?:missing|refused|revoked)-secret$/.test(problem.code) && problem.name !== undefined && (
          <StepUsesButton kind="secret" name={problem.name} className="-ml-2 self-start">
            Uses in all flows…
          </StepUsesButton>
        )}
        <QuickFixButtons
          problem={problem}
          isWanted={isInView}
          onFixed={() => element.current && onFixed(element.current)}
        />
      </div>
    </li>
  );
});

function useIsInView() {
  const element = useRef<HTMLLIElement>(null);
  const [isInView, setInView] = useState(false);
  const watch = useCallback((item: HTMLLIElement) => {
    element.current = item;
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      setInView(true);
      observer.disconnect();
    });
    observer.observe(item);
    return () => {
      element.current = null;
      observer.disconnect();
    };
  }, []);
  return { element, isInView, watch };
}
