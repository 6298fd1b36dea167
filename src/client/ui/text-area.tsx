import type { ComponentProps } from "react";
import { Field, fieldBox, type FieldText } from "./field.tsx";
import { joinClasses } from "./join-classes.ts";

export type TextAreaProps = FieldText & Omit<ComponentProps<"textarea">, "id">;

/** Text of several lines; it grows with its content where the browser can. */
export function TextArea(props: TextAreaProps) {
  const { label, labelHidden, labelEnd, hint, error, errorAction, warning, notes, className, ...area } =
    props;
  return (
    <Field {...{ label, labelHidden, labelEnd, hint, error, errorAction, warning, notes, className }}>
      {(control) => (
        <textarea
          rows={3}
          {...area}
          {...control}
          className={joinClasses(fieldBox, "field-sizing-content max-h-96 min-h-16 resize-y py-1.5")}
        />
      )}
    </Field>
  );
}
