import { useEffect } from "react";
import { useOpenFlow } from "#client/document/use-open-flow.tsx";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import { type TrialForm, recallForm, rememberForm } from "./trial-form.ts";
import { useTrial } from "./trial-store.ts";

/** What the flow is tried on, and the way to change it. It outlives the panel, and in this browser the page. */
export function useTrialForm(): readonly [TrialForm, (changes: Partial<TrialForm>) => void] {
  const { trial } = useEditor();
  const openFlow = useOpenFlow();
  const known = useTrial((state) => state.form);
  const { flow } = openFlow.getState();
  const form = known ?? recallForm(flow.id, flow.sampleMetadata);

  useEffect(() => {
    if (known) rememberForm(flow.id, known);
    else trial.setState({ form });
  }, [trial, known, form, flow.id]);

  const change = (changes: Partial<TrialForm>) =>
    trial.setState((state) => ({ form: { ...(state.form ?? form), ...changes } }));
  return [form, change];
}
