import { useRef } from "react";
import type { Problem, Severity } from "#core/dataflow/problem.ts";
import { useFlowProblems } from "#client/features/flow-editor/editor-context.tsx";
import { FlowInputs } from "./flow-inputs.tsx";
import { countProblems } from "./mend-problem.ts";
import { ProblemGroup } from "./problem-group.tsx";

type ProblemsContentProps = { readonly onGoTo: (problem: Problem) => void };

const SEVERITIES: readonly Severity[] = ["error", "warning", "info"];

/** All that is told of the flow, the worst first, and what its runs must supply. */
export function ProblemsContent({ onGoTo }: ProblemsContentProps) {
  const area = useRef<HTMLDivElement>(null);
  const problems = useFlowProblems((state) => state.problems);
  const isKnown = useFlowProblems((state) => state.analysis !== undefined);

  /** What was mended goes from the list, and the focus on to what takes its place. */
  const focusNext = (mended: HTMLElement) => {
    const index = itemsIn(area.current).findIndex((item) => item.contains(mended));
    requestAnimationFrame(() => {
      if (mended.isConnected && mended.contains(document.activeElement)) return;
      const items = itemsIn(area.current);
      const next = items[Math.min(index, items.length - 1)]?.querySelector<HTMLElement>("[data-go-to]");
      (next ?? document.querySelector<HTMLElement>("[data-problems-heading]") ?? area.current)?.focus();
    });
  };

  if (!isKnown) return <p className="px-5 py-2 text-sm text-muted">Looking through the steps…</p>;
  return (
    <div ref={area} tabIndex={-1} className="flex flex-col outline-none">
      {countProblems(problems) === 0 && (
        <div className="flex flex-col items-center gap-3 px-5 py-6 text-center">
          <SoundLine />
          <p className="text-sm text-muted">No problems: every step finds what it reads.</p>
        </div>
      )}
      {SEVERITIES.map((severity) => (
        <ProblemGroup
          key={severity}
          severity={severity}
          problems={problems.filter((problem) => problem.severity === severity)}
          onGoTo={onGoTo}
          onMended={focusNext}
        />
      ))}
      <FlowInputs onGoTo={onGoTo} onMended={focusNext} />
    </div>
  );
}

function itemsIn(area: HTMLElement | null): readonly HTMLElement[] {
  return [...(area?.querySelectorAll<HTMLElement>("[data-problem]") ?? [])];
}

/** A line of three stations, and threads between them that all arrive. */
function SoundLine() {
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
