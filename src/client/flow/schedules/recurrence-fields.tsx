import { useFormContext, useWatch } from "react-hook-form";
import { DAYS_OF_WEEK } from "#core/schedule/describe-cron.ts";
import { MINUTE_INTERVALS, type Recurrence, formatRecurrence } from "#core/schedule/recurrence.ts";
import { Select } from "#client/ui/controls/select.tsx";
import { fieldLabelClasses } from "#client/ui/fields/field.tsx";
import { TextField } from "#client/ui/fields/text-field.tsx";
import type { ScheduleFormValues } from "./schedule-form.ts";

type Choice = Recurrence["type"] | "once" | "custom";

const CHOICES: readonly { readonly value: Choice; readonly label: string }[] = [
  { value: "minutes", label: "Every few minutes" },
  { value: "hourly", label: "Every hour" },
  { value: "daily", label: "Every day" },
  { value: "weekdays", label: "Every weekday" },
  { value: "weekly", label: "On chosen days" },
  { value: "monthly", label: "Every month" },
  { value: "once", label: "Once" },
  { value: "custom", label: "Custom (cron)" },
];

const LAST_DAY_OF_EVERY_MONTH = 28;

/** A usual recurrence; choosing one writes the cron expression. */
export function RecurrenceFields() {
  const { setValue } = useFormContext<ScheduleFormValues>();
  const [isOnce, recurrence] = useWatch<ScheduleFormValues, ["isOnce", "recurrence"]>({
    name: ["isOnce", "recurrence"],
  });
  const change = (next: Recurrence | undefined) => {
    setValue("recurrence", next, { shouldDirty: true, shouldValidate: true });
    if (next)
      setValue("cron", formatRecurrence(next), {
        shouldDirty: true,
        shouldTouch: true,
        shouldValidate: true,
      });
  };
  const choose = (choice: Choice) => {
    setValue("isOnce", choice === "once", { shouldDirty: true });
    if (choice === "custom") change(undefined);
    else if (choice !== "once") change(createRecurrence(choice, recurrence));
  };
  const choice = isOnce ? "once" : (recurrence?.type ?? "custom");
  return (
    <div className="flex flex-wrap items-start gap-3">
      <Select
        label="Repeats"
        options={CHOICES}
        value={choice}
        onChange={({ target }) =>
          choose(CHOICES.find(({ value }) => value === target.value)?.value ?? "custom")
        }
        className="min-w-40 flex-1"
      />
      {!isOnce && recurrence && <RecurrenceDetails recurrence={recurrence} onChange={change} />}
    </div>
  );
}

type DetailsProps = {
  readonly recurrence: Recurrence;
  readonly onChange: (recurrence: Recurrence) => void;
};

function RecurrenceDetails({ recurrence, onChange }: DetailsProps) {
  if (recurrence.type === "minutes")
    return (
      <Select
        label="Minutes between runs"
        value={String(recurrence.every)}
        options={MINUTE_INTERVALS.map(toOption)}
        onChange={({ target }) => onChange({ type: "minutes", every: Number(target.value) })}
        className="min-w-32 flex-1"
      />
    );
  if (recurrence.type === "hourly")
    return (
      <Select
        label="At minute"
        value={String(recurrence.minute)}
        options={Array.from({ length: 60 }, (_, minute) => toOption(minute))}
        onChange={({ target }) => onChange({ type: "hourly", minute: Number(target.value) })}
        className="min-w-32 flex-1"
      />
    );
  return (
    <>
      {recurrence.type === "monthly" && (
        <Select
          label="On day"
          value={String(recurrence.day)}
          options={Array.from({ length: 31 }, (_, index) => toOption(index + 1))}
          hint={recurrence.day > LAST_DAY_OF_EVERY_MONTH ? "Skips shorter months." : undefined}
          onChange={({ target }) => onChange({ ...recurrence, day: Number(target.value) })}
          className="min-w-24 flex-1"
        />
      )}
      <TextField
        label="At"
        type="time"
        required
        value={recurrence.time}
        // An incomplete time is empty; the field then keeps the last one.
        onChange={({ target }) => target.value !== "" && onChange({ ...recurrence, time: target.value })}
        className="min-w-32 flex-1"
      />
      {recurrence.type === "weekly" && (
        <WeekDays days={recurrence.days} onChange={(days) => onChange({ ...recurrence, days })} />
      )}
    </>
  );
}

type WeekDaysProps = {
  readonly days: readonly number[];
  readonly onChange: (days: readonly number[]) => void;
};

/** The week starts on Monday. */
const WEEK = [1, 2, 3, 4, 5, 6, 0];

function WeekDays({ days, onChange }: WeekDaysProps) {
  const { formState } = useFormContext<ScheduleFormValues>();
  const error = formState.errors.recurrence?.message;
  return (
    <fieldset
      data-invalid={error === undefined ? undefined : ""}
      aria-describedby={error === undefined ? undefined : "schedule-days-error"}
      className="flex min-w-0 basis-full flex-col gap-1"
    >
      <legend className={`${fieldLabelClasses} mb-1`}>Days</legend>
      <div className="flex flex-wrap gap-1.5">
        {WEEK.map((day) => (
          <label
            key={day}
            className="inline-flex h-8 cursor-pointer items-center gap-1.5 rounded-md border border-line-strong px-2 text-sm has-checked:border-accent has-checked:bg-accent-soft has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-focus pointer-coarse:h-10"
          >
            <input
              type="checkbox"
              aria-label={DAYS_OF_WEEK[day]}
              checked={days.includes(day)}
              onChange={({ target }) =>
                onChange(
                  (target.checked ? [...days, day] : days.filter((one) => one !== day)).toSorted(
                    (a, b) => a - b,
                  ),
                )
              }
              className="size-4 accent-accent outline-none"
            />
            <span aria-hidden="true">{DAYS_OF_WEEK[day]?.slice(0, 3)}</span>
          </label>
        ))}
      </div>
      {error !== undefined && (
        <p id="schedule-days-error" className="text-xs text-danger">
          {error}
        </p>
      )}
    </fieldset>
  );
}

const toOption = (number: number) => ({ value: String(number), label: String(number) });

/** Keeps the time of day of the recurrence before. */
function createRecurrence(type: Recurrence["type"], before: Recurrence | undefined): Recurrence {
  const time = before && "time" in before ? before.time : "09:00";
  switch (type) {
    case "minutes":
      return { type, every: 15 };
    case "hourly":
      return { type, minute: 0 };
    case "weekly":
      return { type, time, days: [1] };
    case "monthly":
      return { type, time, day: 1 };
    default:
      return { type, time };
  }
}
