import { useId } from "react";
import { TextField, type TextFieldProps } from "#client/ui/text-field.tsx";
import { useRecordTypes } from "./use-record-types.ts";

/** The type of records: those that there are already are offered, and another can be typed. */
export function TypeField(props: Omit<TextFieldProps, "label" | "list">) {
  const types = useRecordTypes();
  const id = useId();
  return (
    <>
      <TextField {...props} label="Type" list={id} />
      <datalist id={id}>
        {types.data?.map(({ type }) => (
          <option key={type} value={type}>
            {type}
          </option>
        ))}
      </datalist>
    </>
  );
}
