import { RUN_OUTCOMES, RUN_START_CAUSES } from "#contract/run-statuses.ts";
import { type RunFilters, parseRunFilters } from "#client/data/queries/run-filters.ts";
import { Select } from "#client/ui/controls/select.tsx";
import { RUN_CAUSE_LABELS } from "./run-cause.tsx";

type RunFilterControlsProps = {
  readonly filters: RunFilters;
  readonly onChange: (filters: RunFilters) => void;
};

export const OUTCOME_LABELS = {
  active: "Waiting and running",
  failed: "Failed",
  completed: "Completed",
  cancelled: "Cancelled",
} as const;

export const START_LABELS = { hour: "Last hour", day: "Last 24 hours", week: "Last 7 days" } as const;

const FILTERS = [
  {
    key: "outcome",
    label: "Outcome",
    options: [
      { value: "", label: "All outcomes" },
      ...RUN_OUTCOMES.map((value) => ({ value, label: OUTCOME_LABELS[value] })),
    ],
  },
  {
    key: "by",
    label: "Started by",
    options: [
      { value: "", label: "Started by anyone" },
      ...RUN_START_CAUSES.map((value) => ({ value, label: RUN_CAUSE_LABELS[value] })),
    ],
  },
  {
    key: "age",
    label: "Started",
    options: [
      { value: "", label: "Any time" },
      ...Object.entries(START_LABELS).map(([value, label]) => ({ value, label })),
    ],
  },
] as const;

export function RunFilterControls({ filters, onChange }: RunFilterControlsProps) {
  return (
    <div data-run-filters="" className="flex flex-wrap gap-2">
      {FILTERS.map(({ key, label, options }) => (
        <Select
          key={key}
          label={label}
          labelHidden
          options={options}
          value={filters[key] ?? ""}
          onChange={({ target }) => onChange(parseRunFilters({ ...filters, [key]: target.value }))}
          className="w-44 max-sm:w-auto max-sm:flex-1 max-sm:basis-2/5"
        />
      ))}
    </div>
  );
}
