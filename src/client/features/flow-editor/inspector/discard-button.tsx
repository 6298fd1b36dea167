import { Button } from "#client/ui/button.tsx";
import { focusField } from "./focus-field.ts";
import type { StepField } from "./step-field.ts";
import { useStepForm } from "./step-form-context.ts";

/** Gives up a text that waits to be mended. The button goes with it, so the focus goes to the field. */
export function DiscardButton({ field }: { readonly field: StepField }) {
  const { step, texts } = useStepForm();
  return (
    <Button
      size="sm"
      onClick={() => {
        texts.discard(field, step);
        focusField(field.id);
      }}
    >
      Discard
    </Button>
  );
}
