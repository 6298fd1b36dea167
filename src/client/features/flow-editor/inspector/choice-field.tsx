import { ChevronDown } from "lucide-react";
import type { FieldControl } from "#contract/step-description.ts";
import type { JsonValue } from "#core/json.ts";
import { MenuButton } from "#client/ui/menu-button.tsx";
import { Select } from "#client/ui/select.tsx";
import { TextField } from "#client/ui/text-field.tsx";
import type { FieldTexts } from "./field-view.tsx";
import type { BoundField } from "./use-step-field.tsx";

type ChoiceFieldProps = {
  readonly texts: FieldTexts;
  readonly control: FieldControl & { readonly type: "choice" };
  readonly bound: BoundField;
  readonly fallback: JsonValue | undefined;
};

/** One of several values. Where any other text may stand too, it is a text field with a menu of what is usual. */
export function ChoiceField({ texts, control, bound, fallback }: ChoiceFieldProps) {
  const choose = (value: string) => {
    bound.change(value);
    bound.leave();
  };
  const { options } = control;
  if (control.open) {
    return (
      <div className="relative">
        <TextField
          {...texts}
          value={bound.text}
          onChange={(event) => bound.change(event.target.value)}
          onBlur={bound.leave}
          placeholder={typeof fallback === "string" ? fallback : undefined}
          className="[&_input]:pr-9"
          spellCheck={false}
        />
        <MenuButton
          label={`Suggestions for ${texts.label}`}
          icon={ChevronDown}
          size="sm"
          className="absolute top-[1.625rem] right-0.5 pointer-coarse:top-6 pointer-coarse:right-0"
          entries={() =>
            options.map(({ value, label }) => ({ type: "item", label, onSelect: () => choose(value) }))
          }
        />
      </div>
    );
  }
  const usual = options.find(({ value }) => value === fallback)?.label;
  const known = options.some(({ value }) => value === bound.text);
  return (
    <Select
      {...texts}
      value={bound.text}
      onChange={(event) => choose(event.target.value)}
      onBlur={bound.leave}
      options={[
        { value: "", label: usual === undefined ? "Not set" : `Not set (${usual})` },
        ...options,
        // What somebody else wrote stays to be seen and chosen.
        ...(known || bound.text === "" ? [] : [{ value: bound.text, label: bound.text }]),
      ]}
    />
  );
}
