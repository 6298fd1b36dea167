import { stepTypes } from "#contract/step-descriptions/describe-step-type.ts";
import type { StepKey } from "#core/flow-document.ts";
import { SYSTEM_VARIABLES, findAvailableVariables } from "#core/references/available-variables.ts";
import { findStep } from "#core/step-list.ts";
import { stepName } from "#core/step.ts";
import { useOpenFlow } from "#client/document/use-open-flow.tsx";
import type { CodeCompletion } from "#client/ui/code-completion.ts";

/** The variables that a step can read, the nearest first, each with the step that sets it. Found when asked for. */
export function useVariables(key: StepKey): () => readonly CodeCompletion[] {
  const openFlow = useOpenFlow();
  return () => {
    const { document } = openFlow.getState().history;
    const own = findAvailableVariables(document, key, stepTypes).map(({ name, setBy }) => {
      const setter = findStep(document, setBy);
      return { label: name, detail: setter ? `from ${stepName(setter)}` : "from an earlier step" };
    });
    const names = new Set(own.map(({ label }) => label));
    const system = SYSTEM_VARIABLES.filter((name) => !names.has(name));
    return [...own, ...system.map((label) => ({ label, detail: "from the platform" }))];
  };
}
