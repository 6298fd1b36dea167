import type { Branch, StepNode } from "#core/flow-document.ts";
import { stepConfig } from "#core/step.ts";
import { tooltip } from "#client/ui/tooltip.ts";

type BranchConditionProps = { readonly node: StepNode; readonly branch: Branch };

/** What has to hold for a conditional's “then”; nothing where no condition is written, and beside “else”. */
export function BranchCondition({ node, branch }: BranchConditionProps) {
  const condition = stepConfig(node)["condition"];
  if (branch !== "trueSteps" || typeof condition !== "string" || condition.trim() === "") return null;
  const text = condition.slice(0, SHOWN);
  return (
    <code
      dir="auto"
      {...tooltip(text, { whenTruncated: true })}
      className="min-w-0 truncate font-mono text-xs text-muted"
    >
      {text}
    </code>
  );
}

/** Characters: more than any row is wide. */
const SHOWN = 160;
