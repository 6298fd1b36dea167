import { Link } from "@tanstack/react-router";
import type { FlowListItem } from "#contract/flow.ts";
import { findStepType } from "#contract/find-step-type.ts";
import { describeStepsNotShown } from "#client/flow/publish-state.ts";
import { FlowPreviewLine } from "#client/flow/flow-line.tsx";
import { createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";
import { getRichTooltipProps } from "#client/ui/overlays/tooltip.ts";

const StepListTooltipCard = createLazyComponent(
  async () => (await import("./steps-card.tsx")).StepListTooltipCard,
  {
    onFail: () => undefined,
  },
);
export const preloadFlowStepsPreviewCard = StepListTooltipCard.preload;

type StepsLinkProps = {
  readonly flow: FlowListItem;
  readonly tabIndex: number;
  readonly max: number;
};

/** The line's tooltip card and the link's description name the steps. */
export function StepsLink({ flow, tabIndex, max }: StepsLinkProps) {
  const { id, name, line = [], stepCount = line.length, totalStepCount = stepCount } = flow;
  if (line.length === 0) return null;
  const nested = totalStepCount - stepCount;
  // The line draws this number as text, with which the name of the link has to begin (WCAG 2.5.3).
  const hidden = stepCount - Math.min(line.length, max) + nested;
  return (
    <Link
      to="/flows/$flowId"
      params={{ flowId: id }}
      tabIndex={tabIndex}
      aria-label={`${hidden > 0 ? `+${hidden} more, steps` : "Steps"} of ${name}`}
      aria-description={describeLine(line, stepCount, nested)}
      {...getRichTooltipProps(() => <StepListTooltipCard flow={flow} />)}
      className="relative z-10 inline-flex h-6 items-center rounded-sm pointer-coarse:-my-2 pointer-coarse:h-10"
    >
      <FlowPreviewLine nodes={line} total={stepCount} nested={nested} max={max} />
    </Link>
  );
}

function describeLine(line: NonNullable<FlowListItem["line"]>, total: number, nested: number): string {
  const names = line.map(
    ({ type, name = findStepType(type)?.label ?? type, enabled }) => `${name}${enabled ? "" : " (off)"}`,
  );
  return [...names, ...describeStepsNotShown(total - line.length, nested)].join(", ");
}
