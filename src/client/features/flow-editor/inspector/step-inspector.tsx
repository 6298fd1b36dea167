import type { ReactNode } from "react";
import { describeBranches } from "#core/describe-branches.ts";
import type { StepNode } from "#core/flow-document.ts";
import { isEnabled, outputVariable, stepName, stepType } from "#core/step.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { describeStepType } from "#client/features/flow-editor/describe-step-row.ts";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import { findRefusal } from "#client/features/flow-editor/find-step-problem.ts";
import { StepNode as Station } from "#client/flow/step-node.tsx";
import { Chip } from "#client/ui/chip.tsx";
import { lazyPart } from "#client/ui/lazy-part.tsx";
import { SkeletonRows } from "#client/ui/skeleton-rows.tsx";
import { Switch } from "#client/ui/switch.tsx";

const StepForm = lazyPart(async () => (await import("./step-form.tsx")).StepForm, {
  fallback: <SkeletonRows label="Loading the form" rows={6} />,
});

type StepInspectorProps = {
  readonly node: StepNode;
  /** What closes the inspector, where it has no frame that does. */
  readonly close?: ReactNode;
};

/** One step: what it is, whether it is on, and the form of its fields. Give it the step's key as `key`. */
export function StepInspector({ node, close }: StepInspectorProps) {
  const { actions } = useEditor();
  const problem = useOpenFlowState((state) => findRefusal(state, node.key));
  const name = stepName(node);
  const type = stepType(node);
  const inside = describeBranches(node);
  const variable = outputVariable(node);
  const enabled = isEnabled(node);

  return (
    <div className="flex flex-col gap-4">
      <div className="flex min-w-0 items-center gap-3">
        <Station type={type} enabled={enabled} size="lg" />
        <div className="min-w-0 flex-1">
          <h2 dir="auto" className="truncate font-semibold" data-inspector-heading="" tabIndex={-1}>
            {name}
          </h2>
          <p className="flex min-w-0 items-center gap-2 text-sm text-muted">
            <span className="max-w-[60%] shrink-0 truncate">
              {inside ? `${describeStepType(type)} · ${inside}` : describeStepType(type)}
            </span>
            {variable !== undefined && <Chip text={variable} />}
          </p>
        </div>
        <Switch
          label={`Enable ${name}`}
          checked={enabled}
          onCheckedChange={(checked) => actions.setEnabled([node.key], checked)}
        />
        {close}
      </div>
      {problem !== undefined && (
        <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-sm break-words text-danger">
          The server refused this step: {problem.message} {problem.suggestion}
        </p>
      )}
      <StepForm node={node} />
    </div>
  );
}

/** Loads the form before a step is selected, so that a new step's name can be typed at once. */
export const loadStepForm: () => Promise<void> = StepForm.load;
