import { formatDuration } from "#client/ui/format-duration.ts";
import { RelativeTime } from "#client/ui/relative-time.tsx";
import { tooltip } from "#client/ui/tooltip.ts";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";
import type { LastStepRun } from "./last-runs.ts";
import { StatusIcon, statusLabel } from "./run-status.tsx";

/** When a step ran last and how that ended: small, since a row is about what the step is. */
export function LastRunMark({ run }: { readonly run: LastStepRun }) {
  const status = statusLabel(run.status).toLowerCase();
  const took =
    run.durationMs === null || run.status === "skipped" ? "" : ` in ${formatDuration(run.durationMs)}`;
  return (
    <span
      className="ml-2 inline-flex shrink-0 items-center gap-1 text-xs text-faint tabular-nums"
      {...tooltip(`Last run: ${status}${took}`)}
    >
      <span aria-hidden="true" className="contents [&_svg]:size-3.5">
        <StatusIcon status={run.status} />
      </span>
      <VisuallyHidden>Last run {status} </VisuallyHidden>
      <RelativeTime time={run.completedAt} className="whitespace-nowrap max-xl:hidden" />
    </span>
  );
}
