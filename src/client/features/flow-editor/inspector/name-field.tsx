import { useState } from "react";
import { stepName } from "#core/step.ts";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import { TextField } from "#client/ui/text-field.tsx";
import { nameField } from "./own-step-fields.ts";
import { useStepForm } from "./step-form-context.ts";
import { useStepField } from "./use-step-field.tsx";

export function NameField() {
  const { actions } = useEditor();
  const { step } = useStepForm();
  const [before, setBefore] = useState("");
  const { text, change, leave, error, errorAction, warning, notes } = useStepField(nameField, ["name"]);
  return (
    <div data-field={nameField.id}>
      <TextField
        label="Name"
        name="name"
        dir="auto"
        value={text}
        onChange={(event) => change(event.target.value)}
        onFocus={() => setBefore(stepName(step))}
        onBlur={() => {
          leave();
          // The name is in the flow by then; who reads the step by the old one may follow.
          actions.offerNewName(step.key, before);
        }}
        {...{ error, errorAction, warning, notes }}
      />
    </div>
  );
}
