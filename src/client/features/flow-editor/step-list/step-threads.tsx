import { memo, useMemo } from "react";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { joinClasses } from "#client/ui/join-classes.ts";
import { useFlowAnalysis, useStepSelection } from "#client/features/flow-editor/editor-context.tsx";
import { findStepLinks } from "#client/features/flow-editor/problems/step-links.ts";
import { onlySelected } from "#client/features/flow-editor/step-selection.ts";
import { type Thread, type ThreadDrawing, drawThread } from "./draw-threads.ts";
import { findThreads } from "./find-threads.ts";
import { trackWidth } from "./lanes.ts";
import type { StepListRow } from "./step-rows.ts";

type StepThreadsProps = {
  readonly rows: readonly StepListRow[];
  readonly rowHeight: number;
  readonly indent: number;
};

/**
 * Fine threads from what the selected step reads to it, and from it to what reads it. They are drawn once for the whole
 * list, so that scrolling draws nothing: what leads out of the view runs to its edge.
 */
export const StepThreads = memo(function StepThreads({ rows, rowHeight, indent }: StepThreadsProps) {
  const key = useStepSelection(onlySelected);
  const analysis = useFlowAnalysis((state) => state.analysis);
  const document = useOpenFlowState(({ history }) => history.document);
  const threads = useMemo(
    () => (key && analysis ? findThreads(document, rows, key, findStepLinks(analysis, key)) : []),
    [key, analysis, document, rows],
  );
  if (threads.length === 0) return null;
  const drawn = threads.map((thread) => ({ ...thread, ...drawThread(thread, { rowHeight, indent }) }));
  return (
    <svg
      key={key}
      aria-hidden="true"
      width={trackWidth(0, indent)}
      height={rows.length * rowHeight}
      fill="none"
      className="pointer-events-none absolute top-0 left-0 z-10 animate-veil-in overflow-visible"
    >
      {STATES.map((state) => (
        <Threads key={state} state={state} drawn={drawn.filter((thread) => thread.state === state)} />
      ))}
    </svg>
  );
});

/** What never arrives is drawn last, over the others. */
const STATES: readonly Thread["state"][] = ["maybe", "surely", "unset"];

type ThreadsProps = { readonly state: Thread["state"]; readonly drawn: readonly ThreadDrawing[] };

/** One path for all threads of a kind: where they run together they are no darker. */
function Threads({ state, drawn }: ThreadsProps) {
  if (drawn.length === 0) return null;
  const isBroken = state === "unset";
  return (
    <g
      data-threads={state}
      className={joinClasses(
        isBroken
          ? "fill-danger stroke-danger forced-colors:fill-[CanvasText] forced-colors:stroke-[CanvasText]"
          : "fill-accent stroke-accent forced-colors:fill-[Highlight] forced-colors:stroke-[Highlight]",
      )}
    >
      <path
        d={drawn.map(({ path }) => path).join("")}
        fill="none"
        strokeWidth="1.25"
        strokeDasharray={dashes[state]}
        strokeLinecap={state === "maybe" ? "round" : "butt"}
      />
      <path d={distinct(drawn.map(({ start }) => dotAt(start))).join("")} stroke="none" />
      <path
        d={distinct(drawn.map(({ end }) => (isBroken ? crossAt(end) : arrowAt(end)))).join("")}
        strokeWidth={isBroken ? 1.5 : 0}
        strokeLinecap="round"
      />
    </g>
  );
}

const dashes = { surely: undefined, maybe: "0.5 3.5", unset: "4 3" } as const;

type End = ThreadDrawing["start"];

function dotAt({ x, y }: End): string {
  return `M${x - 1.5} ${y}a2 2 0 1 0 4 0a2 2 0 1 0 -4 0`;
}

function arrowAt({ x, y }: End): string {
  return `M${x + 2} ${y}l-5 -2.75v5.5z`;
}

function crossAt({ x, y }: End): string {
  return `M${x - 4} ${y - 2.5}l5 5m0 -5l-5 5`;
}

function distinct(paths: readonly string[]): readonly string[] {
  return [...new Set(paths)];
}
