import { TextField } from "#client/ui/text-field.tsx";
import { nameField } from "./own-step-fields.ts";
import { useStepField } from "./use-step-field.tsx";

export function NameField() {
  const { text, change, leave, error, errorAction, warning, notes } = useStepField(nameField, ["name"]);
  return (
    <div data-field={nameField.id}>
      <TextField
        label="Name"
        name="name"
        dir="auto"
        value={text}
        onChange={(event) => change(event.target.value)}
        onBlur={leave}
        {...{ error, errorAction, warning, notes }}
      />
    </div>
  );
}
