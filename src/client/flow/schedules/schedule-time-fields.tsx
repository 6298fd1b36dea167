import { useMemo } from "react";
import { useController, useFormContext, useWatch } from "react-hook-form";
import { findCronProblem, listDueTimes } from "#core/schedule/cron.ts";
import { describeCron, describeTrigger } from "#core/schedule/describe-cron.ts";
import { parseRecurrence } from "#core/schedule/recurrence.ts";
import { fromLocalTime } from "#core/schedule/local-time.ts";
import { SuggestionField } from "#client/ui/fields/suggestion-field.tsx";
import { TextField } from "#client/ui/fields/text-field.tsx";
import { useMinuteClock } from "#client/ui/format/minute-clock.ts";
import { OWN_TIME_ZONE } from "./describe-schedule.ts";
import type { ScheduleFormValues } from "./schedule-form.ts";
import { RecurrenceFields } from "./recurrence-fields.tsx";
import { formatDueTime } from "./schedule-times.tsx";

const SHOWN_TIMES = 3;

/** When the schedule runs. The usual recurrences and the cron expression are the same value in two ways. */
export function ScheduleTimeFields() {
  const { register, setValue, formState } = useFormContext<ScheduleFormValues>();
  const [isOnce, cron] = useWatch<ScheduleFormValues, ["isOnce", "cron"]>({ name: ["isOnce", "cron"] });
  const { errors } = formState;
  return (
    <fieldset className="flex min-w-0 flex-col gap-3">
      <legend className="sr-only">When</legend>
      <RecurrenceFields />
      <div className="grid gap-3 sm:grid-cols-2">
        {isOnce ? (
          <TextField
            label="Date and time"
            type="datetime-local"
            error={errors.runAt?.message}
            {...register("runAt")}
          />
        ) : (
          <TextField
            label="Cron expression"
            spellCheck={false}
            autoCapitalize="off"
            className="[&_input]:font-mono"
            error={errors.cron?.message}
            hint={errors.cron ? undefined : describeCronFields(cron)}
            {...register("cron", {
              onChange: ({ target }: { readonly target: HTMLInputElement }) =>
                setValue("recurrence", parseRecurrence(target.value), { shouldDirty: true }),
            })}
          />
        )}
        <TimeZoneField />
      </div>
      <NextTimes />
    </fieldset>
  );
}

function TimeZoneField() {
  const { field, fieldState } = useController<ScheduleFormValues, "timezone">({ name: "timezone" });
  const zones = useMemo(
    () =>
      [...new Set([OWN_TIME_ZONE, "UTC", ...Intl.supportedValuesOf("timeZone")])].map((value) => ({ value })),
    [],
  );
  return (
    <SuggestionField
      label="Time zone"
      noun="time zone"
      value={field.value}
      onValueChange={field.onChange}
      onBlur={field.onBlur}
      suggestions={zones}
      error={fieldState.error?.message}
    />
  );
}

/** The schedule in a sentence with its next times. Empty while it is not valid. */
function NextTimes() {
  const [isOnce, cron, runAt, timezone] = useWatch<
    ScheduleFormValues,
    ["isOnce", "cron", "runAt", "timezone"]
  >({
    name: ["isOnce", "cron", "runAt", "timezone"],
  });
  const now = useMinuteClock();
  const problem = findCronProblem(isOnce ? "* * * * *" : cron, timezone, new Date(now));
  const time = problem || !isOnce ? undefined : fromLocalTime(runAt, timezone);
  if (problem || (isOnce && !time))
    return <div className="min-h-16 rounded-md bg-sunken" aria-hidden="true" />;
  const trigger = { cron: isOnce ? null : cron, timezone, runAt: time?.toISOString() ?? null };
  const times = time ? [time] : listDueTimes(cron, timezone, new Date(now), SHOWN_TIMES);
  return (
    <div className="min-h-16 rounded-md bg-sunken px-3 py-2 text-sm">
      <p className="font-medium break-words">{describeTrigger(trigger, OWN_TIME_ZONE)}</p>
      <ol aria-label="Next times" className="mt-1 flex flex-col text-muted tabular-nums">
        {times.map((next) => (
          <li key={next.getTime()}>{formatDueTime(next.getTime(), timezone)}</li>
        ))}
      </ol>
    </div>
  );
}

function describeCronFields(cron: string): string {
  const isWritten = cron.trim() !== "";
  return isWritten && parseRecurrence(cron) === undefined && describeCron(cron) !== cron
    ? "A custom expression."
    : "Minute, hour, day, month, weekday.";
}
