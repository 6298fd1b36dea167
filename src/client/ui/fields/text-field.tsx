import { ChevronDown } from "lucide-react";
import type { ComponentProps } from "react";
import {
  FormField,
  fieldHeightClasses,
  splitFieldProps,
  textBoxClasses,
  type FormFieldMessageProps,
} from "./field.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";

export type TextFieldProps = FormFieldMessageProps & Omit<ComponentProps<"input">, "id" | "size">;

export function TextField(props: TextFieldProps) {
  const [field, { className, ...input }] = splitFieldProps(props);
  return (
    <FormField {...field} className={className}>
      {(control) => {
        const box = (
          <input
            type="text"
            autoComplete="off"
            {...input}
            {...control}
            className={joinClasses(textBoxClasses, fieldHeightClasses, input.list !== undefined && "pr-8")}
          />
        );
        if (input.list === undefined) return box;
        return (
          <span className="relative">
            {box}
            <ChevronDown className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-muted" />
          </span>
        );
      }}
    </FormField>
  );
}

export type TextAreaProps = FormFieldMessageProps & Omit<ComponentProps<"textarea">, "id">;

export function TextArea(props: TextAreaProps) {
  const [field, { className, ...area }] = splitFieldProps(props);
  return (
    <FormField {...field} className={className}>
      {(control) => (
        <textarea
          rows={3}
          {...area}
          {...control}
          className={joinClasses(textBoxClasses, "field-sizing-content max-h-96 min-h-16 resize-y py-1.5")}
        />
      )}
    </FormField>
  );
}
