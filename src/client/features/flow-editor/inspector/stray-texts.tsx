import { useStore } from "zustand";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { Button } from "#client/ui/button.tsx";
import { useStepForm } from "./step-form-context.ts";

/**
 * Texts that wait to be mended and whose field is gone, by an undo or an edit as JSON. Saving waits for them too, so
 * they must be seen somewhere.
 */
export function StrayTexts() {
  const openFlow = useOpenFlow();
  const { step, texts } = useStepForm();
  const brokenTexts = useOpenFlowState((state) => state.brokenTexts);
  const shown = useStore(texts.shown);
  return brokenTexts
    .filter(({ key, field }) => key === step.key && !shown.has(field))
    .map(({ field, text, message }) => (
      <div
        key={field}
        data-field={field}
        className="flex items-center justify-between gap-3 rounded-md bg-danger-soft px-3 py-2 text-sm text-danger"
      >
        <p className="min-w-0 break-words">
          “{text.slice(0, 80)}” was typed into a field that is no longer here. {message}
        </p>
        <Button
          size="sm"
          data-discard=""
          onClick={() => {
            document.querySelector<HTMLElement>("[data-inspector-heading]")?.focus();
            openFlow.clearBrokenText(step.key, field);
          }}
        >
          Discard
        </Button>
      </div>
    ));
}
