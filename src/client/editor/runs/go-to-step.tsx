import { ArrowRight } from "lucide-react";
import { createContext, useContext } from "react";
import type { StepResult } from "#contract/run.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import { findStepByRunId } from "#core/document/run-ids.ts";
import { findStep } from "#core/document/step-list.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { Button } from "#client/ui/controls/button.tsx";

/** Undefined where the step is shown already, so that no “Go to step” is offered. */
export const ShowStepInEditorContext = createContext<((key: StepKey) => void) | undefined>(undefined);

export function GoToStep({ step: { stepId } }: { readonly step: StepResult }) {
  // Stored results have the id that the step had in the run, test runs have the step key.
  const key = useOpenFlowState(({ history: { document } }) =>
    stepId === null
      ? undefined
      : (findStepByRunId(document, stepId) ?? findStep(document, stepId as StepKey)?.key),
  );
  const goToStep = useContext(ShowStepInEditorContext);
  if (!goToStep) return null;
  return (
    <Button
      size="sm"
      icon={ArrowRight}
      disabledReason={key !== undefined ? undefined : "This step is no longer in the flow."}
      onClick={() => key !== undefined && goToStep(key)}
    >
      Go to step
    </Button>
  );
}
