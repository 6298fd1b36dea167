import { Ban, CircleAlert, CircleCheck, CircleDashed, CircleX, Clock, LoaderCircle } from "lucide-react";
import type { Icon } from "#client/ui/icon.ts";
import { joinClasses } from "#client/ui/join-classes.ts";

interface Look {
  readonly icon: Icon;
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
  /** It came to its end, though not all in it went well. */
  readonly hasFailures?: boolean;
  readonly className?: string;
};

/** How a run, a record or a step stands: by shape, colour and word. A status that is not known says itself. */
export function RunStatus({ status, hasFailures = false, className }: RunStatusProps) {
  const look = findLook(status, hasFailures);
  return (
    <span className={joinClasses("inline-flex min-w-0 items-center gap-1.5 text-sm", look.colour, className)}>
      <StatusIcon status={status} hasFailures={hasFailures} />
      <span className="truncate">{look.label}</span>
    </span>
  );
}

/** Decorative: whoever draws it also says the status. */
export function StatusIcon({ status, hasFailures = false }: Omit<RunStatusProps, "className">) {
  const { icon: Drawing, colour } = findLook(status, hasFailures);
  return (
    <Drawing className={joinClasses("size-4 shrink-0", colour, status === "running" && "animate-spin")} />
  );
}

/** The word for a status, as a person reads it. */
export function statusLabel(status: string): string {
  return looks[status]?.label ?? status;
}

function findLook(status: string, hasFailures: boolean): Look {
  const look = looks[status] ?? { icon: CircleDashed, label: status, colour: "text-muted" };
  if (!hasFailures || status !== "completed") return look;
  return { ...look, icon: CircleAlert, colour: "text-warning" };
}
