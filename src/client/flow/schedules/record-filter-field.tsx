import { useQuery } from "@tanstack/react-query";
import { useDeferredValue } from "react";
import { useController, useWatch } from "react-hook-form";
import { RECORD_FILTER_OPERATORS } from "#contract/record.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { recordFilterQueries } from "#client/data/queries/record-filter-queries.ts";
import { Select } from "#client/ui/controls/select.tsx";
import { EditableRows } from "#client/ui/fields/editable-rows.tsx";
import { TextArea, TextField } from "#client/ui/fields/text-field.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import {
  type ConditionForm,
  NO_CONDITION,
  OPERATOR_LABELS,
  type RecordFilterForm,
  hasOperatorList,
  hasOperatorValue,
  readRecordFilterForm,
  toOperator,
} from "./record-filter-form.ts";
import type { ScheduleFormValues } from "./schedule-form.ts";

const MATCHES = [
  { value: "and", label: "All conditions" },
  { value: "or", label: "Any condition" },
] as const;

const OPERATORS = RECORD_FILTER_OPERATORS.map((value) => ({ value, label: OPERATOR_LABELS[value] }));

export function RecordFilterField() {
  const { field, fieldState } = useController<ScheduleFormValues, "filter">({ name: "filter" });
  const error = fieldState.error?.message;
  const filter = field.value;
  const note = useMatchNote(filter);
  if (filter.type === "json")
    return (
      <TextArea
        label="Filter"
        spellCheck={false}
        className="[&_textarea]:font-mono"
        value={filter.text}
        onChange={({ target }) => field.onChange({ type: "json", text: target.value })}
        onBlur={field.onBlur}
        hint={note}
        error={error}
      />
    );
  const { conditions, match } = filter;
  const change = (next: readonly ConditionForm[]) => field.onChange({ ...filter, conditions: next });
  return (
    <div data-invalid={error === undefined ? undefined : ""}>
      <EditableRows
        label="Filter"
        noun="Condition"
        items={conditions.map((condition, index) => (
          <ConditionRow
            key={index}
            condition={condition}
            number={index + 1}
            onChange={(next) => change(conditions.map((one, at) => (at === index ? next : one)))}
          />
        ))}
        onAdd={() => change([...conditions, NO_CONDITION])}
        onRemove={(index) => change(conditions.filter((_, at) => at !== index))}
        onLeave={field.onBlur}
        hint={note}
        error={error}
        labelEnd={
          conditions.length > 1 && (
            <Select
              label="Records match"
              labelHidden
              options={MATCHES}
              value={match}
              onChange={({ target }) =>
                field.onChange({ ...filter, match: target.value === "or" ? "or" : "and" })
              }
              className="w-36"
            />
          )
        }
      />
    </div>
  );
}

type ConditionRowProps = {
  readonly condition: ConditionForm;
  readonly number: number;
  readonly onChange: (condition: ConditionForm) => void;
};

function ConditionRow({ condition, number, onChange }: ConditionRowProps) {
  const { field, op, value } = condition;
  return (
    <div className="grid min-w-0 flex-1 gap-1.5 sm:grid-cols-3">
      <TextField
        label={`Field of condition ${number}`}
        labelHidden
        placeholder="Field, such as status"
        dir="auto"
        spellCheck={false}
        value={field}
        onChange={({ target }) => onChange({ ...condition, field: target.value })}
      />
      <Select
        label={`Operator of condition ${number}`}
        labelHidden
        options={OPERATORS}
        value={op}
        onChange={({ target }) => onChange({ ...condition, op: toOperator(target.value) })}
      />
      {hasOperatorValue(op) && (
        <TextField
          label={`Value of condition ${number}`}
          labelHidden
          placeholder={hasOperatorList(op) ? "Values, with commas" : "Value"}
          dir="auto"
          value={value}
          onChange={({ target }) => onChange({ ...condition, value: target.value })}
        />
      )}
    </div>
  );
}

/** How many records match the filter now. */
function useMatchNote(form: RecordFilterForm): string | undefined {
  const type = useDeferredValue(useWatch<ScheduleFormValues, "recordType">({ name: "recordType" }).trim());
  const reading = readRecordFilterForm(useDeferredValue(form));
  const where = reading.type === "filter" ? reading.filter : undefined;
  const isAsked = type !== "" && where !== undefined;
  const { data, error, isFetching } = useQuery({
    ...recordFilterQueries.preview(type, where),
    enabled: isAsked,
  });
  if (!isAsked) return undefined;
  if (error) return `Couldn’t count the matching records. ${describeRequestErrorForUser(error)}`;
  if (!data || isFetching) return "Counting matching records…";
  const names = data.samples.map(({ name }) => name).join(", ");
  if (data.matchedCount === 0) return "No records match now.";
  return `${formatCount(data.matchedCount, "record matches", "records match")} now${names && `: ${names}${data.matchedCount > data.samples.length ? "…" : ""}`}.`;
}
