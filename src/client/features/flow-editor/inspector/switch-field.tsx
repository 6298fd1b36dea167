import { useId } from "react";
import type { JsonValue } from "#core/json.ts";
import { FieldNotes, noteIds } from "#client/ui/field-notes.tsx";
import { Switch } from "#client/ui/switch.tsx";
import type { FieldTexts } from "./field-view.tsx";
import { ResetButton } from "./reset-button.tsx";
import type { BoundField } from "./use-step-field.tsx";

type SwitchFieldProps = {
  readonly texts: FieldTexts;
  readonly bound: BoundField;
  readonly fallback: JsonValue | undefined;
};

/** On, off, or left to the platform: a switch that nobody touched writes nothing. */
export function SwitchField({ texts, bound, fallback }: SwitchFieldProps) {
  const id = useId();
  const isSet = bound.text !== "";
  const set = (text: string) => {
    bound.change(text);
    bound.leave();
  };
  return (
    <div className="flex items-start gap-3">
      <div className="flex min-w-0 flex-1 flex-col gap-0.5">
        <span className="text-sm font-medium">{texts.label}</span>
        <p id={id} className="text-xs text-muted">
          {texts.hint}
        </p>
        <FieldNotes notes={texts.notes} id={id} />
        {texts.warning && <p className="text-xs text-warning">{texts.warning}</p>}
      </div>
      <span className="flex items-center gap-2">
        {isSet ? (
          <ResetButton label={texts.label} onReset={() => set("")} />
        ) : (
          <span className="text-xs text-faint">Not set</span>
        )}
        <Switch
          label={texts.label}
          aria-describedby={`${id} ${noteIds(texts.notes, id)}`}
          checked={isSet ? bound.text === "true" : fallback === true}
          onCheckedChange={(checked) => set(String(checked))}
        />
      </span>
    </div>
  );
}
