import { Ban, CircleAlert, CircleCheck, CircleDashed, CircleX, Clock, LoaderCircle } from "lucide-react";
import type { IconComponent } from "#client/ui/controls/button.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";

interface StatusStyle {
  readonly icon: IconComponent;
  readonly label: string;
  readonly color: string;
}

const statusStyles: Readonly<Record<string, StatusStyle>> = {
  scheduled: { icon: Clock, label: "Waiting", color: "text-muted" },
  waiting: { icon: Clock, label: "Waiting", color: "text-muted" },
  running: { icon: LoaderCircle, label: "Running", color: "text-accent" },
  completed: { icon: CircleCheck, label: "Completed", color: "text-success" },
  failed: { icon: CircleX, label: "Failed", color: "text-danger" },
  cancelled: { icon: Ban, label: "Cancelled", color: "text-muted" },
  skipped: { icon: CircleDashed, label: "Skipped", color: "text-muted" },
};

type RunStatusProps = {
  readonly status: string;
  readonly hasFailures?: boolean;
  readonly className?: string;
};

export function RunStatus({ status, hasFailures = false, className }: RunStatusProps) {
  const look = findStatusStyle(status, hasFailures);
  return (
    <span className={joinClasses("inline-flex min-w-0 items-center gap-1.5 text-sm", look.color, className)}>
      <RunStatusIcon status={status} hasFailures={hasFailures} />
      <span className="truncate">{look.label}</span>
    </span>
  );
}

/** Draws the status as an icon that is hidden from screen readers, so the caller has to add the status as text. */
export function RunStatusIcon({ status, hasFailures = false }: Omit<RunStatusProps, "className">) {
  const { icon: Drawing, color } = findStatusStyle(status, hasFailures);
  return (
    <Drawing className={joinClasses("size-4 shrink-0", color, status === "running" && "animate-spin")} />
  );
}

export function formatRunStatus(status: string, hasFailures = false): string {
  return findStatusStyle(status, hasFailures).label;
}

function findStatusStyle(status: string, hasFailures: boolean): StatusStyle {
  const look = statusStyles[status] ?? { icon: CircleDashed, label: status, color: "text-muted" };
  if (!hasFailures || status !== "completed") return look;
  return { icon: CircleAlert, label: "Partly failed", color: "text-warning" };
}
