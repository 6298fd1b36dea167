import { LoaderCircle } from "lucide-react";
import type { FlowListItem } from "#contract/flow.ts";
import { RelativeTime, VisuallyHidden } from "#client/ui/controls/inline-text.tsx";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";

type LastRunProps = {
  readonly row: FlowListItem;
  /** Whether the row has no column headings, and on a phone no room for the time. */
  readonly isCompact?: boolean;
};

/** The outcomes of the last runs as bars, and when the last one was. Other servers send only the time. */
export function LastRun({ row: flow, isCompact = false }: LastRunProps) {
  const timeClass = isCompact ? "max-sm:sr-only sm:min-w-21 text-right" : "";
  if (flow.lastRunAt === null)
    return (
      <span className={`text-faint ${timeClass}`}>
        <VisuallyHidden>Last run: </VisuallyHidden>
        {isCompact ? "Never run" : "Never"}
      </span>
    );
  const isRunning = flow.lastRunStatus === "running";
  const { recentOutcomes } = flow;
  const outcomes = recentOutcomes || findLetterOfLastRun(flow);
  const description = describeOutcomes(flow, outcomes);
  return (
    <span className="relative z-10 inline-flex items-center gap-1.5 whitespace-nowrap tabular-nums">
      {recentOutcomes !== undefined && <OutcomeBars outcomes={outcomes} description={description} />}
      {/* In a compact row, whose bars end at the right, it must not move them. */}
      {isRunning && (
        <LoaderCircle className={`size-3.5 animate-spin text-accent ${isCompact ? "order-first" : ""}`} />
      )}
      <VisuallyHidden>Last run </VisuallyHidden>
      <span className={timeClass}>
        {isCompact && !isRunning && <span aria-hidden="true">Ran </span>}
        <RelativeTime time={flow.lastRunAt} />
      </span>
      {description && <VisuallyHidden>{`: ${description}`}</VisuallyHidden>}
    </span>
  );
}

/** Runs of older servers are in no list of outcomes. */
function findLetterOfLastRun({ lastRunStatus, lastRunFailedRecords }: FlowListItem): string {
  if (lastRunStatus === "completed") return lastRunFailedRecords ? "p" : "c";
  return lastRunStatus === "failed" ? "f" : "";
}

/** Such as “failed. 18 of the last 20 runs completed.” */
export function describeOutcomes(flow: FlowListItem, outcomes: string): string {
  const failed = flow.lastRunFailedRecords ?? 0;
  const last =
    flow.lastRunStatus === "completed" && failed > 0
      ? `partly failed, ${formatNumber(failed)} of ${formatCount(flow.lastRunRecords ?? failed, "record")}`
      : (flow.lastRunStatus ?? "");
  if (outcomes.length < 2) return last;
  const completed = outcomes.replaceAll(/[^c]/g, "").length;
  return `${last}. ${completed} of the last ${outcomes.length} runs completed.`;
}

const SLOTS = 20;
const PITCH = 3;
const HEIGHT = 16;
const NO_RUN = "-";

/** Height and color by letter: a failure also differs by its height. */
const BARS = [
  [NO_RUN, 1, "stroke-line-strong"],
  ["x", 4, "stroke-muted"],
  ["c", 8, "stroke-success/75"],
  ["p", 12, "stroke-warning"],
  ["f", HEIGHT, "stroke-danger"],
] as const;

/** Returns the SVG path data of the bars of one outcome. The newest run is at the right. */
export function createOutcomeBarPath(outcomes: string, letter: string, height: number): string {
  return outcomes
    .padStart(SLOTS, NO_RUN)
    .split("")
    .map((slot, at) => (slot === letter ? `M${at * PITCH + 1} ${HEIGHT}v-${height}` : ""))
    .join("");
}

/** One path for each outcome, because a list draws hundreds of bars. */
function OutcomeBars({ outcomes, description }: { readonly outcomes: string; readonly description: string }) {
  return (
    <span {...getTooltipProps(`Last run ${description}`)}>
      <svg
        aria-hidden="true"
        width={SLOTS * PITCH}
        height={HEIGHT}
        strokeWidth="2"
        className="forced-colors:*:stroke-[CanvasText]"
      >
        {BARS.map(([letter, height, className]) => (
          <path key={letter} d={createOutcomeBarPath(outcomes, letter, height)} className={className} />
        ))}
      </svg>
    </span>
  );
}
