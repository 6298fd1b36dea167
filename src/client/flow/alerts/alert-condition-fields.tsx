import { type ReactNode, useId } from "react";
import { type UseFormReturn, useWatch } from "react-hook-form";
import { Select } from "#client/ui/controls/select.tsx";
import { fieldLabelClasses } from "#client/ui/fields/field.tsx";
import { TextField } from "#client/ui/fields/text-field.tsx";
import type { AlertForm } from "./alert-form.ts";

type ConditionFieldsProps = { readonly form: UseFormReturn<AlertForm> };

const UNITS = [
  { value: "minutes", label: "minutes" },
  { value: "hours", label: "hours" },
  { value: "days", label: "days" },
] as const;

export function AlertConditionFields({ form: { register, control, formState } }: ConditionFieldsProps) {
  const id = useId();
  const { fails, isMissing, flowId } = useWatch({ control });
  const { errors } = formState;
  return (
    <div role="group" aria-labelledby={id} aria-describedby={`${id}-error`} className="flex flex-col gap-0.5">
      <span id={id} className={fieldLabelClasses}>
        Send when
      </span>
      <CheckboxRow text="A run fails" note="Also if only some of its records fail.">
        <input type="checkbox" {...register("fails")} className={CHECKBOX_CLASSES} />
      </CheckboxRow>
      {fails && (
        <div className="pl-6.5">
          <CheckboxRow text="Only if the run before failed too">
            <input type="checkbox" {...register("isRepeated")} className={CHECKBOX_CLASSES} />
          </CheckboxRow>
        </div>
      )}
      <CheckboxRow text="A run completes after a failed one">
        <input type="checkbox" {...register("recovers")} className={CHECKBOX_CLASSES} />
      </CheckboxRow>
      <CheckboxRow
        text="No run ends for some time"
        note={isMissing && flowId === null ? "Flows that have never run are left out." : undefined}
      >
        <input type="checkbox" {...register("isMissing")} className={CHECKBOX_CLASSES} />
      </CheckboxRow>
      {isMissing && (
        <div className="flex items-start gap-2 pl-6.5">
          <TextField
            label="Time without a run"
            labelHidden
            inputMode="numeric"
            error={errors.amount?.message}
            {...register("amount")}
            className="w-28"
          />
          <Select label="Unit" labelHidden options={UNITS} {...register("unit")} className="w-32" />
        </div>
      )}
      <p id={`${id}-error`} className="text-xs text-danger empty:hidden">
        {errors.fails?.message}
      </p>
    </div>
  );
}

const CHECKBOX_CLASSES = "mt-0.5 size-4 shrink-0 accent-accent";

type CheckboxRowProps = {
  readonly text: string;
  readonly note?: string | undefined;
  readonly children: ReactNode;
};

function CheckboxRow({ text, note, children }: CheckboxRowProps) {
  return (
    <label className="flex min-h-7 items-start gap-2.5 py-1 text-sm pointer-coarse:min-h-11 pointer-coarse:py-3">
      {children}
      <span className="min-w-0">
        {text}
        {note !== undefined && <span className="block text-xs text-muted">{note}</span>}
      </span>
    </label>
  );
}
