import { useController } from "react-hook-form";
import { FlowField } from "#client/flow/pickers/flow-field.tsx";
import type { ScheduleFormValues } from "./schedule-form.ts";

/** The form has the id of the flow. */
export function ScheduleFlowField({ isFocusedFirst }: { readonly isFocusedFirst: boolean }) {
  const { field, fieldState } = useController<ScheduleFormValues, "flowId">({ name: "flowId" });
  return (
    <FlowField
      value={field.value}
      onChange={field.onChange}
      onBlur={field.onBlur}
      error={fieldState.error?.message}
      isFocusedFirst={isFocusedFirst}
    />
  );
}
