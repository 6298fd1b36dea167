import { FormField } from "#client/ui/fields/field.tsx";
import { createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";
import type { ConditionFieldProps } from "./condition-field.tsx";

/** Loaded with the first step that has a condition. */
export const LazyConditionField = createLazyComponent(
  async () => (await import("./condition-field.tsx")).ConditionField,
  { fallback: TextWhileLoading },
);

function TextWhileLoading({ texts: { label }, bound }: ConditionFieldProps) {
  return (
    <FormField label={label}>
      {() => (
        <p aria-busy="true" className="min-h-8 truncate font-mono text-xs/8 text-muted">
          {bound.text.slice(0, 200)}
        </p>
      )}
    </FormField>
  );
}
