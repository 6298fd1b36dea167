import { CircleCheck, CircleX } from "lucide-react";
import type { FlowListItem } from "#contract/flow.ts";
import { RelativeTime } from "#client/ui/relative-time.tsx";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";

/** When the flow ran last and how that ended, as far as the server says; nothing for one that never ran. */
export function LastRun({ flow }: { readonly flow: FlowListItem }) {
  if (flow.lastRunAt === null) return null;
  return (
    <span className="relative z-10 inline-flex items-center gap-1.5 whitespace-nowrap tabular-nums">
      {flow.lastRunStatus === "completed" && <CircleCheck className="size-3.5 text-success" />}
      {flow.lastRunStatus === "failed" && <CircleX className="size-3.5 text-danger" />}
      <VisuallyHidden>Last run {flow.lastRunStatus ?? ""} </VisuallyHidden>
      <RelativeTime time={flow.lastRunAt} />
    </span>
  );
}
