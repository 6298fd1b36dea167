import { memo } from "react";
import type { StepNode } from "#core/flow-document.ts";
import { isEnabled, stepName, stepType } from "#core/step.ts";
import { StepNode as Station } from "#client/flow/step-node.tsx";

type StepDragPreviewProps = { readonly node: StepNode; readonly height: number };

/** What hangs on the pointer: a small card, so that the places it is carried past stay readable. */
export const StepDragPreview = memo(function StepDragPreview({ node, height }: StepDragPreviewProps) {
  return (
    <div
      aria-hidden="true"
      className="ml-28 inline-flex max-w-xs cursor-grabbing items-center gap-2 rounded-md bg-raised pr-4 pl-1.5 shadow-float"
      style={{ height: Math.min(height, 40) }}
    >
      <Station type={stepType(node)} enabled={isEnabled(node)} />
      <span dir="auto" className="truncate font-medium">
        {stepName(node)}
      </span>
    </div>
  );
});
