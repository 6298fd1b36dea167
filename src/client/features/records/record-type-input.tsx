import { useId } from "react";
import { TextField, type TextFieldProps } from "#client/ui/fields/text-field.tsx";
import { useRecordTypes } from "#client/data/queries/use-record-types.ts";

export function RecordTypeInput(props: Omit<TextFieldProps, "label" | "list">) {
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
