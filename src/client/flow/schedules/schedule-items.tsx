import { Ellipsis } from "lucide-react";
import type { Schedule } from "#contract/schedule.ts";
import { MenuButton } from "#client/ui/controls/menu-button.tsx";
import { ScheduleSwitch, listScheduleMenuEntries } from "./schedule-switch.tsx";
import { type ScheduleDetails, describeSchedule, describeTarget } from "./describe-schedule.ts";
import { ScheduleOutcome } from "./schedule-outcome.tsx";
import { ScheduleTimes } from "./schedule-times.tsx";
import { useNewestRuns } from "./use-schedule-details.ts";
import type { ScheduleActions } from "./use-schedule-actions.tsx";

type ScheduleItemsProps = {
  readonly schedules: readonly Schedule[];
  readonly actions: ScheduleActions;
};

/** The schedules of one flow, for a narrow column. */
export function ScheduleItems({ schedules, actions }: ScheduleItemsProps) {
  const findRun = useNewestRuns(schedules);
  return (
    <ul aria-label="Schedules" className="flex flex-col gap-3">
      {schedules.map((schedule) => (
        <ScheduleItem key={schedule.id} schedule={schedule} run={findRun(schedule.id)} actions={actions} />
      ))}
    </ul>
  );
}

type ScheduleItemProps = Pick<ScheduleItemsProps, "actions"> & {
  readonly schedule: Schedule;
  readonly run: ScheduleDetails["run"];
};

function ScheduleItem({ schedule, run, actions }: ScheduleItemProps) {
  const sentence = describeSchedule(schedule);
  const title = schedule.name || sentence;
  const details = [title === sentence ? "" : sentence, describeTarget(schedule)].filter(Boolean).join(" · ");
  return (
    <li className="flex min-w-0 items-start gap-1 text-sm">
      <div className="flex min-w-0 flex-1 flex-col gap-0.5">
        <span dir="auto" className="font-medium break-words">
          {title}
        </span>
        <span className="break-words text-muted">{details}</span>
        <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-0.5 text-muted">
          <ScheduleTimes schedule={schedule} count={1} />
          <ScheduleOutcome schedule={schedule} run={run} />
        </span>
      </div>
      <ScheduleSwitch schedule={schedule} name={title} actions={actions} />
      <MenuButton
        label={`Actions for ${title}`}
        icon={Ellipsis}
        size="sm"
        entries={() => listScheduleMenuEntries(schedule, actions, undefined)}
        className="-mr-1.5"
      />
    </li>
  );
}
