import { BRANCH_WORDS, describeBranches } from "#core/describe-branches.ts";
import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import { findStep } from "#core/step-list.ts";
import { isEnabled, outputVariable, stepConfig, stepName, stepType } from "#core/step.ts";
import { describeStepRow, describeStepType } from "#client/features/flow-editor/describe-step-row.ts";
import { trackWidth } from "#client/features/flow-editor/step-list/lanes.ts";
import { BranchCondition } from "#client/features/flow-editor/step-list/branch-condition.tsx";
import type { BranchItem, StepItem, StepListRow } from "#client/features/flow-editor/step-list/step-rows.ts";
import { ForkTrack, StepTrack } from "#client/features/flow-editor/step-list/step-track.tsx";
import { describeSteps } from "#client/flow/describe-steps.ts";
import { stepHint } from "#client/flow/step-hint.ts";
import { StepNode as Station } from "#client/flow/step-node.tsx";
import { Chip } from "#client/ui/chip.tsx";
import { joinClasses } from "#client/ui/join-classes.ts";
import { tooltip } from "#client/ui/tooltip.ts";

type VersionStepRowProps = {
  readonly document: FlowDocument;
  readonly row: StepListRow;
  readonly index: number;
  readonly top: number;
  readonly rowHeight: number;
  readonly indent: number;
  /** The one row that Tab reaches. */
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly onSelect: (key: StepKey) => void;
};

/** Rows of this height and more have a second line, for the hint. */
const TWO_LINES = 52;

/** A row of the editor's list without what changes it. */
export function VersionStepRow(props: VersionStepRowProps) {
  const { row, index, top, rowHeight: height, indent, isActive, isSelected } = props;
  const { level } = row;
  const tracks = { level, closes: Math.min(row.closes, level), indent, height };
  return (
    <li
      data-row={index}
      data-row-id={row.id}
      data-active={isActive || undefined}
      aria-level={1 + level}
      aria-posinset={row.type === "step" ? row.index + 1 : undefined}
      aria-setsize={row.type === "step" ? row.count : undefined}
      style={{ height, transform: `translateY(${top}px)` }}
      className={joinClasses(
        "absolute inset-x-0 top-0 flex items-center rounded-md",
        isSelected ? "bg-accent-soft" : row.type === "step" && "hover:bg-hover",
      )}
    >
      {row.type === "step" ? (
        <>
          <StepTrack {...tracks} enabled={isEnabled(row.node)} />
          <StepLine {...props} row={row} />
        </>
      ) : (
        <>
          <ForkTrack {...tracks} />
          <BranchLine row={row} indent={indent} isActive={isActive} />
        </>
      )}
    </li>
  );
}

function StepLine({
  document,
  row,
  rowHeight,
  indent,
  isActive,
  isSelected,
  onSelect,
}: VersionStepRowProps & { readonly row: StepItem }) {
  const { node, list, index, level } = row;
  const type = stepType(node);
  const enabled = isEnabled(node);
  const variable = outputVariable(node);
  const around = list.type === "branch" ? findStep(document, list.step) : undefined;
  const branch =
    around && list.type === "branch" ? `${stepName(around)} ${BRANCH_WORDS[list.branch]}` : undefined;
  const isTall = rowHeight >= TWO_LINES;
  return (
    <button
      type="button"
      data-row-link=""
      tabIndex={isActive ? 0 : -1}
      aria-pressed={isSelected}
      aria-label={describeStepRow(node, index, { problem: undefined, branch, isSelected: false })}
      onClick={() => onSelect(node.key)}
      className="relative flex h-full w-full min-w-0 items-center rounded-md pr-3 text-left outline-offset-[-2px]"
    >
      <span className="flex shrink-0 justify-end pr-1.5" style={{ width: trackWidth(level, indent) }}>
        <Station type={type} enabled={enabled} />
      </span>
      <span className="w-9 shrink-0 pr-1.5 text-right text-xs text-faint tabular-nums max-sm:w-6 max-sm:pr-1">
        {index + 1}
      </span>
      <span className={joinClasses("flex min-w-0 flex-1 pl-1", isTall ? "flex-col" : "items-baseline gap-3")}>
        <span
          dir="auto"
          {...tooltip(stepName(node), { whenTruncated: true })}
          className={joinClasses(
            "truncate font-medium",
            isTall ? "max-w-full self-start" : "max-w-[60%] shrink-0",
            !enabled && "text-muted",
          )}
        >
          {stepName(node)}
        </span>
        <span dir="auto" className="min-w-0 truncate text-sm text-faint">
          {describeBranches(node) ?? stepHint(type, stepConfig(node)) ?? describeStepType(type)}
        </span>
      </span>
      {variable !== undefined && !isTall && <Chip text={variable} className="ml-2 max-w-40 shrink-0" />}
      {!enabled && <span className="ml-3 shrink-0 text-xs text-muted">off</span>}
    </button>
  );
}

type BranchLineProps = {
  readonly row: BranchItem;
  readonly indent: number;
  readonly isActive: boolean;
};

function BranchLine({ row: { node, branch, count, level }, indent, isActive }: BranchLineProps) {
  return (
    <span
      data-row-link=""
      tabIndex={isActive ? 0 : -1}
      style={{ paddingLeft: trackWidth(level, indent) - 24 }}
      className="relative flex h-full w-full items-center gap-2 rounded-md outline-offset-[-2px]"
    >
      <span className="shrink-0 rounded-full border border-control/35 bg-control-soft px-2 text-xs leading-5 font-medium text-control">
        {BRANCH_WORDS[branch]}
      </span>
      <BranchCondition {...{ node, branch }} />
      <span className="shrink-0 pr-3 text-sm whitespace-nowrap text-faint">
        {count === undefined ? "not a list of steps" : count === 0 ? "empty" : describeSteps(count)}
      </span>
    </span>
  );
}
