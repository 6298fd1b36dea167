import { ChevronDown } from "lucide-react";
import type { ComponentProps } from "react";
import { Field, fieldBox, type FieldText } from "./field.tsx";
import { joinClasses } from "./join-classes.ts";

type Option = { readonly value: string; readonly label: string };

export type SelectProps = FieldText &
  Omit<ComponentProps<"select">, "id" | "size" | "children" | "multiple"> & {
    readonly options: readonly Option[];
  };

/** The platform's own select: it brings its own list to phones, screen readers and type-ahead. */
export function Select(props: SelectProps) {
  const {
    label,
    labelHidden,
    labelEnd,
    hint,
    error,
    errorAction,
    warning,
    notes,
    options,
    className,
    ...select
  } = props;
  return (
    <Field {...{ label, labelHidden, labelEnd, hint, error, errorAction, warning, notes, className }}>
      {(control) => (
        <span className="relative">
          <select
            {...select}
            {...control}
            className={joinClasses(fieldBox, "h-8 appearance-none pr-8 text-ellipsis pointer-coarse:h-10")}
          >
            {options.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
          <ChevronDown className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-muted" />
        </span>
      )}
    </Field>
  );
}
