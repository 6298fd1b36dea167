import { X } from "lucide-react";
import { useMemo } from "react";
import { STEP_RESULT_SORTS, STEP_STATUSES } from "#contract/run.ts";
import type { FlowDocument } from "#core/flow-document.ts";
import { cutName } from "#core/quote-name.ts";
import { locateSteps } from "#core/step-list.ts";
import { stepName } from "#core/step.ts";
import { RESULT_AGES, type ResultAge, type StepResultFilters } from "#client/data/result-filters.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { wishFocus } from "#client/ui/focus-wish.ts";
import { Select } from "#client/ui/select.tsx";
import { statusLabel } from "./run-status.tsx";

type ResultFiltersProps = {
  readonly filters: StepResultFilters;
  readonly onChange: (filters: StepResultFilters) => void;
};

const statuses = [
  { value: "", label: "Any status" },
  ...STEP_STATUSES.map((status) => ({ value: status, label: statusLabel(status) })),
];
const ages = [
  { value: "", label: "Any time" },
  { value: "hour", label: "Last hour" },
  { value: "day", label: "Last 24 hours" },
  { value: "week", label: "Last 7 days" },
];
const orders = [
  { value: "", label: "Newest first" },
  { value: "createdAt asc", label: "Oldest first" },
  { value: "durationMs desc", label: "Slowest first" },
  { value: "durationMs asc", label: "Fastest first" },
  { value: "stepName asc", label: "By step name" },
];

/** Which step results are shown, and in which order. What a link narrowed them to is taken away here. */
export function ResultFilters({ filters, onChange }: ResultFiltersProps) {
  const document = useOpenFlowState(({ history }) => history.document);
  const steps = useMemo(() => listSteps(document, filters.stepId), [document, filters.stepId]);
  const { sortBy, sortOrder } = filters;
  const narrowings = [
    { key: "recordId", label: "One record" },
    { key: "batchId", label: "One run" },
    { key: "executionId", label: "One execution" },
  ] as const;
  const isOne = filters.executionId !== undefined;
  return (
    <div
      role="group"
      aria-label="Filters"
      data-result-filters=""
      className="grid grid-cols-2 items-center gap-2 max-sm:w-full sm:flex sm:flex-wrap"
    >
      {!isOne && (
        <>
          <Select
            label="Status"
            labelHidden
            options={statuses}
            value={filters.status ?? ""}
            onChange={({ target }) =>
              onChange({ ...filters, status: STEP_STATUSES.find((one) => one === target.value) })
            }
            className="sm:w-36"
          />
          <Select
            label="Step"
            labelHidden
            options={steps}
            value={filters.stepId ?? ""}
            onChange={({ target }) => onChange({ ...filters, stepId: target.value })}
            className="min-w-0 sm:w-48"
          />
          <Select
            label="Time"
            labelHidden
            options={ages}
            value={filters.age ?? ""}
            onChange={({ target }) =>
              onChange({
                ...filters,
                age: (Object.keys(RESULT_AGES) as ResultAge[]).find((one) => one === target.value),
              })
            }
            className="sm:w-36"
          />
          <Select
            label="Order"
            labelHidden
            options={orders}
            value={sortBy ? `${sortBy} ${sortOrder ?? "desc"}` : ""}
            onChange={({ target }) => {
              const [by, order] = target.value.split(" ");
              onChange({
                ...filters,
                sortBy: STEP_RESULT_SORTS.find((one) => one === by),
                sortOrder: order === "asc" || order === "desc" ? order : undefined,
              });
            }}
            className="sm:w-36"
          />
        </>
      )}
      {narrowings.map(
        ({ key, label }) =>
          filters[key] !== undefined && (
            <button
              key={key}
              type="button"
              aria-label={`${label} only: show all again`}
              onClick={({ currentTarget }) => {
                // It goes with the press, and the focus stays among the filters.
                const group = currentTarget.parentElement;
                onChange({ ...filters, [key]: undefined });
                wishFocus(() => group?.querySelector<HTMLElement>("button, select"));
              }}
              className="inline-flex h-7 items-center gap-1 justify-self-start rounded-full bg-accent-soft px-2.5 text-sm font-medium text-accent pointer-coarse:h-10"
            >
              {label}
              <X aria-hidden="true" className="size-3.5" />
            </button>
          ),
      )}
    </div>
  );
}

/** The steps of the flow, and the one that is asked for where it is no longer among them. */
function listSteps(document: FlowDocument, asked: string | undefined) {
  const options = [{ value: "", label: "Any step" }];
  for (const { node, level } of locateSteps(document).values()) {
    const { id } = node.fields;
    if (typeof id === "string")
      options.push({ value: id, label: `${"\u2003".repeat(level)}${cutName(stepName(node))}` });
  }
  if (asked !== undefined && !options.some(({ value }) => value === asked))
    options.push({ value: asked, label: "A step that is gone" });
  return options;
}
