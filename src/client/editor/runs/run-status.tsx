import { Ban, CircleAlert, CircleCheck, CircleDashed, CircleX, Clock, LoaderCircle } from "lucide-react";
import type { IconComponent } from "#client/ui/controls/button.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";

interface Look {
  readonly icon: IconComponent;
  readonly label: string;
  readonly colour: string;
}

const looks: Readonly<Record<string, Look>> = {
  scheduled: { icon: Clock, label: "Waiting", colour: "text-muted" },
  waiting: { icon: Clock, label: "Waiting", colour: "text-muted" },
  running: { icon: LoaderCircle, label: "Running", colour: "text-accent" },
  completed: { icon: CircleCheck, label: "Completed", colour: "text-success" },
  failed: { icon: CircleX, label: "Failed", colour: "text-danger" },
  cancelled: { icon: Ban, label: "Cancelled", colour: "text-muted" },
  skipped: { icon: CircleDashed, label: "Skipped", colour: "text-muted" },
};

type RunStatusProps = {
  readonly status: string;
  readonly hasFailures?: boolean;
  readonly className?: string;
};

export function RunStatus({ status, hasFailures = false, className }: RunStatusProps) {
  const look = findLook(status, hasFailures);
  return (
    <span className={joinClasses("inline-flex min-w-0 items-center gap-1.5 text-sm", look.colour, className)}>
      <RunStatusIcon status={status} hasFailures={hasFailures} />
      <span className="truncate">{look.label}</span>
    </span>
  );
}

/** Draws the status as an icon that is hidden from screen readers, so the caller has to add the status as text. */
export function RunStatusIcon({ status, hasFailures = false }: Omit<RunStatusProps, "className">) {
  const { icon: Drawing, colour } = findLook(status, hasFailures);
  return (
    <Drawing className={joinClasses("size-4 shrink-0", colour, status === "running" && "animate-spin")} />
  );
}

export function formatRunStatus(status: string, hasFailures = false): string {
  return findLook(status, hasFailures).label;
}

function findLook(status: string, hasFailures: boolean): Look {
  const look = looks[status] ?? { icon: CircleDashed, label: status, colour: "text-muted" };
  if (!hasFailures || status !== "completed") return look;
  return { icon: CircleAlert, label: "Partly failed", colour: "text-warning" };
}
