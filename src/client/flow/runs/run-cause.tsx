import { Link } from "@tanstack/react-router";
import { CalendarClock, Code, RotateCw, User } from "lucide-react";
import type { BatchState } from "#contract/run.ts";
import type { RunStartCause } from "#contract/run-statuses.ts";
import type { IconComponent } from "#client/ui/controls/button.tsx";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import { useRunLinks } from "./run-place.ts";

export const RUN_CAUSE_LABELS: Readonly<Record<RunStartCause, string>> = {
  person: "Person",
  api: "API",
  retry: "Retry",
  schedule: "Schedule",
};

const icons: Readonly<Record<string, IconComponent>> = {
  person: User,
  api: Code,
  retry: RotateCw,
  schedule: CalendarClock,
};

type RunCauseProps = Pick<BatchState, "startCause" | "keyName" | "retryOf" | "scheduleId"> & {
  readonly tabIndex: number;
};

/** What started a run. Links a retry to the run that it repeats, and a schedule's run to the schedule. */
export function RunCause({ startCause, keyName, retryOf, scheduleId, tabIndex }: RunCauseProps) {
  const { toRun } = useRunLinks();
  if (startCause == null) return null;
  const label = RUN_CAUSE_LABELS[startCause as RunStartCause] ?? startCause;
  const Icon = icons[startCause];
  const text = keyName == null ? label : `${label}, ${keyName}`;
  return (
    <span className="flex min-w-0 items-center gap-1.5 text-sm text-muted" {...getTooltipProps(text)}>
      {Icon && <Icon aria-hidden="true" className="size-3.5 shrink-0" />}
      {retryOf != null ? (
        <Link {...toRun(retryOf)} tabIndex={tabIndex} className={LINK_CLASSES}>
          {label}
        </Link>
      ) : scheduleId != null ? (
        <Link
          to="/runs/schedules"
          search={{ schedule: scheduleId }}
          tabIndex={tabIndex}
          className={LINK_CLASSES}
        >
          {text}
        </Link>
      ) : (
        <span className="truncate">{text}</span>
      )}
    </span>
  );
}

const LINK_CLASSES =
  "relative z-10 truncate underline decoration-line-strong underline-offset-2 hover:text-ink";
