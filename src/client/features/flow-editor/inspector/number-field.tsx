import type { KeyboardEvent } from "react";
import type { FieldControl } from "#contract/step-description.ts";
import type { JsonValue } from "#core/json.ts";
import { TextField } from "#client/ui/text-field.tsx";
import type { FieldTexts } from "./field-view.tsx";
import { stepNumber } from "./step-number.ts";
import type { BoundField } from "./use-step-field.tsx";

type NumberFieldProps = {
  readonly texts: FieldTexts;
  readonly control: FieldControl & { readonly type: "number" };
  readonly bound: BoundField;
  readonly fallback: JsonValue | undefined;
};

/** A number as text, since a number box throws away what is none. The arrow keys count up and down. */
export function NumberField({ texts, control, bound, fallback }: NumberFieldProps) {
  const count = (event: KeyboardEvent) => {
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (direction === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = stepNumber(bound.text, direction, control);
    if (next === undefined) return;
    event.preventDefault();
    bound.change(next);
  };
  const unit = control.unit ? <span className="text-xs text-faint">{control.unit}</span> : undefined;
  return (
    <TextField
      {...texts}
      labelEnd={texts.labelEnd ?? unit}
      inputMode="decimal"
      value={bound.text}
      onChange={(event) => bound.change(event.target.value)}
      onBlur={bound.leave}
      onKeyDown={count}
      placeholder={typeof fallback === "number" ? String(fallback) : undefined}
      className="[&_input]:tabular-nums"
    />
  );
}
