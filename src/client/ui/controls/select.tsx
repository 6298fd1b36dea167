import { ChevronDown } from "lucide-react";
import type { ComponentProps } from "react";
import {
  FormField,
  fieldHeightClasses,
  splitFieldProps,
  textBoxClasses,
  type FormFieldMessageProps,
} from "#client/ui/fields/field.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";

type Option = { readonly value: string; readonly label: string };

export type SelectProps = FormFieldMessageProps &
  Omit<ComponentProps<"select">, "id" | "size" | "children" | "multiple"> & {
    readonly options: readonly Option[];
  };

export function Select(props: SelectProps) {
  const [field, { options, className, ...select }] = splitFieldProps(props);
  return (
    <FormField {...field} className={className}>
      {({ readOnly, ...control }) => (
        <span className="relative">
          <select
            {...select}
            {...control}
            disabled={readOnly ?? select.disabled}
            className={joinClasses(textBoxClasses, fieldHeightClasses, "appearance-none pr-8 text-ellipsis")}
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
    </FormField>
  );
}
