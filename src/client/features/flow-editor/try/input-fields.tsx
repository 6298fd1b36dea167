import { useId } from "react";
import { Button } from "#client/ui/button.tsx";
import { TextArea } from "#client/ui/text-area.tsx";
import type { FormFaults } from "./plan-trial.ts";
import { type TrialForm, findInput } from "./trial-form.ts";
import { useInputs } from "./use-trial-run.ts";

type InputFieldsProps = {
  readonly form: TrialForm;
  readonly onChange: (changes: Partial<TrialForm>) => void;
  readonly faults: FormFaults;
};

/** A field for each variable that no step sets, and the conversation that a model is to answer. */
export function InputFields({ form, onChange, faults }: InputFieldsProps) {
  const id = useId();
  const inputs = useInputs();
  return (
    <section aria-labelledby={id} className="flex flex-col gap-3">
      <h3 id={id} className="text-sm font-medium">
        Inputs
      </h3>
      {inputs.length === 0 && (
        <p className="text-sm text-muted">The flow needs none: every variable is set by a step.</p>
      )}
      {inputs.map(({ name }) => {
        const { text, isJson } = findInput(form, name);
        const set = (changes: Partial<(typeof form.inputs)[string]>) =>
          onChange({ inputs: { ...form.inputs, [name]: { text, isJson, ...changes } } });
        return (
          <div key={name} data-try-field={`input:${name}`}>
            <TextArea
              label={name}
              labelEnd={
                <Button
                  size="sm"
                  variant="ghost"
                  aria-label={`JSON for ${name}`}
                  aria-pressed={isJson}
                  className="aria-pressed:bg-accent-soft aria-pressed:text-accent"
                  onClick={() => set({ isJson: !isJson })}
                >
                  JSON
                </Button>
              }
              dir="auto"
              rows={1}
              className="[&_textarea]:min-h-8"
              spellCheck={!isJson}
              placeholder={isJson ? '{"key": "value"}' : "Text"}
              value={text}
              error={faults.get(`input:${name}`)}
              onChange={({ target }) => set({ text: target.value })}
            />
          </div>
        );
      })}
      <div data-try-field="messages">
        <TextArea
          label="Message"
          dir="auto"
          rows={1}
          className="[&_textarea]:min-h-8"
          placeholder="Optional"
          hint="What the user says, or a conversation as a JSON list."
          value={form.messages}
          error={faults.get("messages")}
          onChange={({ target }) => onChange({ messages: target.value })}
        />
      </div>
    </section>
  );
}
