import { useQuery } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useMemo } from "react";
import { useController, useFormContext, useWatch } from "react-hook-form";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { useMissingScope } from "#client/data/queries/capability-queries.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { useRecordTypes } from "#client/data/queries/use-record-types.ts";
import { useUnresolvedFlowProblems } from "#client/flow/publish/unresolved-problem-list.tsx";
import { ChosenRecordsField } from "#client/flow/run/records-field.tsx";
import { CodeField } from "#client/ui/code/code-field.tsx";
import { Select } from "#client/ui/controls/select.tsx";
import { SuggestionField } from "#client/ui/fields/suggestion-field.tsx";
import { TextField } from "#client/ui/fields/text-field.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import { RecordFilterField } from "./record-filter-field.tsx";
import type { ScheduleFormValues, ScheduleTarget } from "./schedule-form.ts";

const TARGETS: readonly { readonly value: ScheduleTarget; readonly label: string }[] = [
  { value: "inputs", label: "No records, only inputs" },
  { value: "all", label: "All records of a type" },
  { value: "chosen", label: "Chosen records" },
  { value: "filter", label: "Records that match a filter" },
];

/** The records or inputs that each run uses. */
export function ScheduleTargetFields() {
  const { register, setValue, formState } = useFormContext<ScheduleFormValues>();
  const [target, type] = useWatch<ScheduleFormValues, ["target", "recordType"]>({
    name: ["target", "recordType"],
  });
  const missing = useMissingScope("RECORDS:READ");
  const { errors } = formState;
  return (
    <fieldset className="flex min-w-0 flex-col gap-3">
      <legend className="sr-only">What it runs on</legend>
      <Select
        label="Runs on"
        options={TARGETS}
        value={target}
        onChange={({ target: { value } }) =>
          setValue("target", TARGETS.find((one) => one.value === value)?.value ?? "inputs", {
            shouldDirty: true,
          })
        }
        hint={target === "inputs" ? undefined : missing}
      />
      {target === "inputs" ? <InputsField /> : <RecordTypeField />}
      {target === "chosen" && type.trim() !== "" && <ChosenRecords type={type} />}
      {target === "filter" && <RecordFilterField />}
      {target !== "inputs" && (
        <TextField
          label="Records at once"
          hint="Optional. At most 50 run at once."
          inputMode="numeric"
          className="sm:w-1/2"
          error={errors.concurrency?.message}
          {...register("concurrency")}
        />
      )}
    </fieldset>
  );
}

/** JSON of the inputs, at first those that the flow reads. */
function InputsField() {
  const { field, fieldState } = useController<ScheduleFormValues, "inputs">({ name: "inputs" });
  const flowId = useWatch<ScheduleFormValues, "flowId">({ name: "flowId" });
  const { data } = useQuery({ ...flowQueries.detail(flowId), enabled: flowId !== "" });
  const document = useMemo(() => data && parseFlowDocument(data.flow), [data]);
  const check = useUnresolvedFlowProblems(document);
  const { setValue } = useFormContext<ScheduleFormValues>();
  const names = check.type === "known" ? check.inputs : undefined;
  const suggest = useEffectEvent((read: readonly string[] | undefined) => {
    if (!read || field.value !== undefined) return;
    const sample = data?.flow.sampleMetadata ?? {};
    const inputs = Object.fromEntries(read.map((name) => [name, sample[name] ?? ""]));
    setValue("inputs", JSON.stringify(inputs, null, 2));
  });
  useEffect(() => suggest(names), [names]);
  return (
    <CodeField
      label="Inputs"
      language="json"
      size="short"
      text={field.value ?? "{}"}
      onChange={field.onChange}
      onBlur={field.onBlur}
      hint={
        names?.length === 0
          ? "The flow reads no inputs."
          : names && `The flow reads ${formatCount(names.length, "input")}: ${names.join(", ")}.`
      }
      error={fieldState.error?.message}
    />
  );
}

function RecordTypeField() {
  const { field, fieldState } = useController<ScheduleFormValues, "recordType">({ name: "recordType" });
  const { setValue } = useFormContext<ScheduleFormValues>();
  const types = useRecordTypes();
  const suggestions = useMemo(
    () =>
      (types.data ?? []).map(({ type, count }) => ({
        value: type,
        ...(count !== undefined && { detail: formatCount(count, "record") }),
      })),
    [types.data],
  );
  return (
    <SuggestionField
      label="Record type"
      noun="record type"
      value={field.value}
      onValueChange={(type) => {
        // Chosen records are of one type.
        if (type !== field.value) setValue("recordIds", [], { shouldDirty: true });
        field.onChange(type);
      }}
      onBlur={field.onBlur}
      suggestions={suggestions}
      status={
        types.error
          ? `Couldn’t load record types. ${describeRequestErrorForUser(types.error)}`
          : types.isPending
            ? "Loading record types…"
            : undefined
      }
      error={fieldState.error?.message}
    />
  );
}

function ChosenRecords({ type }: { readonly type: string }) {
  const { field, fieldState } = useController<ScheduleFormValues, "recordIds">({ name: "recordIds" });
  return (
    <div data-invalid={fieldState.error && ""}>
      <ChosenRecordsField
        key={type}
        type={type}
        chosen={new Set(field.value)}
        onChange={(chosen) => field.onChange([...chosen])}
      />
      {fieldState.error && <p className="text-xs text-danger">{fieldState.error.message}</p>}
    </div>
  );
}
