import { type FlowListItem, MAX_LISTED_DESCRIPTION_LENGTH } from "#contract/flow.ts";
import { findStepType } from "#contract/find-step-type.ts";
import { describeStepsNotShown } from "#client/flow/publish-state.ts";
import { StepNode } from "#client/flow/step-node.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";

const MAX_STEPS = 12;

/** The content of the tooltip over the preview of a flow's steps: the description and the names of the steps. */
export function StepListTooltipCard({
  flow: { description, line = [], stepCount = line.length, totalStepCount = stepCount },
}: {
  readonly flow: FlowListItem;
}) {
  const shown = line.slice(0, line.length > MAX_STEPS ? MAX_STEPS - 1 : MAX_STEPS);
  const notShown = describeStepsNotShown(stepCount - shown.length, totalStepCount - stepCount);
  return (
    <>
      {description && (
        <p dir="auto" className="mb-2 line-clamp-5 text-muted">
          {description.slice(0, MAX_LISTED_DESCRIPTION_LENGTH)}
        </p>
      )}
      <ol>
        {shown.map(({ type, enabled, name }, index) => {
          const typeLabel = findStepType(type)?.label ?? type;
          return (
            <li key={index} className="flex min-h-7 items-center gap-2">
              <StepNode type={type} enabled={enabled} size="sm" />
              <span dir="auto" className={joinClasses("min-w-0 flex-1 truncate", !enabled && "text-muted")}>
                {name ?? typeLabel}
              </span>
              <span className="shrink-0 pl-3 text-xs text-muted">{enabled ? typeLabel : "Off"}</span>
            </li>
          );
        })}
      </ol>
      {notShown.length > 0 && <p className="mt-1 text-xs text-muted">{notShown.join(", ")}</p>}
    </>
  );
}
