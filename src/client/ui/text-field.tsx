import type { ComponentProps } from "react";
import { Field, fieldBox, type FieldText } from "./field.tsx";
import { joinClasses } from "./join-classes.ts";

export type TextFieldProps = FieldText & Omit<ComponentProps<"input">, "id" | "size">;

export function TextField(props: TextFieldProps) {
  const { label, labelHidden, labelEnd, hint, error, errorAction, warning, notes, className, ...input } =
    props;
  return (
    <Field {...{ label, labelHidden, labelEnd, hint, error, errorAction, warning, notes, className }}>
      {(control) => (
        <input
          type="text"
          autoComplete="off"
          {...input}
          {...control}
          className={joinClasses(fieldBox, "h-8 pointer-coarse:h-10")}
        />
      )}
    </Field>
  );
}
