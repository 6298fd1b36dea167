import { useQueryClient } from "@tanstack/react-query";
import { stepTypes } from "#contract/step-descriptions/describe-step-type.ts";
import type { VisibleVariable } from "#core/dataflow/list-variables.ts";
import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import { SYSTEM_VARIABLES, findAvailableVariables } from "#core/references/available-variables.ts";
import { findStep } from "#core/step-list.ts";
import { stepName } from "#core/step.ts";
import { createVariableShapes, membersOf } from "#client/features/flow-editor/try/variable-shapes.ts";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import type { CodeCompletion } from "#client/ui/code-completion.ts";

/**
 * The variables that a step can read, the nearest first, each with the step that sets it, and last those that it cannot,
 * with the reason. Found when asked for; until the code that knows all of it has come, from what is plain to see.
 */
export function useVariables(key: StepKey): () => readonly CodeCompletion[] {
  const editor = useEditor();
  const { openFlow, analysis } = editor;
  const client = useQueryClient();
  return () => {
    const shapes = createVariableShapes(editor, client);
    const { document } = openFlow.getState().history;
    const variables = analysis.now()?.dataflow.listVariables(document, key);
    const own = variables
      ? variables.map((variable) => ({
          ...describeVariable(document, variable),
          members: membersOf(shapes.ofStep(document, variable.setBy[0], variable.name)),
        }))
      : findAvailableVariables(document, key, stepTypes).map(({ name, setBy }) => ({
          label: name,
          detail: describeSetter(document, setBy),
          members: membersOf(shapes.ofStep(document, setBy, name)),
        }));
    const names = new Set(own.map(({ label }) => label));
    const system = SYSTEM_VARIABLES.filter((name) => !names.has(name)).map((label) => ({
      label,
      detail: "from the platform",
      members: membersOf(shapes.ofPlatform(label)),
    }));
    const isThere = ({ isUnavailable }: CodeCompletion) => !isUnavailable;
    return [...own.filter(isThere), ...system, ...own.filter((variable) => !isThere(variable))];
  };
}

function describeVariable(
  document: FlowDocument,
  { name, state, setBy, reason, why }: VisibleVariable,
): CodeCompletion {
  switch (state) {
    case "surely":
      return { label: name, detail: describeSetter(document, setBy[0]) };
    case "maybe":
      return { label: name, detail: `maybe, ${describeSetter(document, setBy[0])}`, info: why };
    case "unset":
      return { label: name, detail: why ?? "not set here", info: reason, isUnavailable: true };
  }
}

function describeSetter(document: FlowDocument, key: StepKey | undefined): string {
  const setter = key === undefined ? undefined : findStep(document, key);
  return setter ? `from ${stepName(setter)}` : "from an earlier step";
}
