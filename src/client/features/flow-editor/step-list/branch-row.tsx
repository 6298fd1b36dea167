import { Plus } from "lucide-react";
import { memo } from "react";
import { BRANCH_WORDS } from "#core/describe-branches.ts";
import { stepName } from "#core/step.ts";
import { describeSteps } from "#client/flow/describe-steps.ts";
import { tooltip } from "#client/ui/tooltip.ts";
import { joinClasses } from "#client/ui/join-classes.ts";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import { BranchCondition } from "./branch-condition.tsx";
import { useDragState } from "./drag-state.ts";
import { GapButtons, areSameGaps } from "./gap-buttons.tsx";
import { trackWidth } from "./lanes.ts";
import type { RowFrame } from "./step-row.tsx";
import { type BranchItem, branchList, isSameRow } from "./step-rows.ts";
import { ForkTrack } from "./step-track.tsx";

type BranchRowProps = RowFrame & { readonly row: BranchItem };

const CLOSED = "not a list of steps: edit it as JSON";

/** The head of a branch: which one it is, how many steps it holds, and the way to put the first one there. */
export const BranchRow = memo(function BranchRow({ row, ...frame }: BranchRowProps) {
  const { node, branch, count, level } = row;
  const { top, height, indent, isActive, onActivate, gaps } = frame;
  const { actions } = useEditor();
  const word = BRANCH_WORDS[branch];
  const isAim = useDragState(
    (state) =>
      state.type !== "none" &&
      state.refusal === undefined &&
      state.place.list.type === "branch" &&
      state.place.list.step === node.key &&
      state.place.list.branch === branch,
  );
  const isCarried = useDragState(
    (state) => state.type !== "none" && state.type !== "keyboard" && state.covers.has(node.key),
  );
  const holds = count === undefined ? CLOSED : count === 0 ? "no steps" : describeSteps(count);
  const tabIndex = isActive ? 0 : -1;
  // A branch without steps offers its one place in so many words; the others wait at the edge of the row.
  const first = count === undefined ? undefined : gaps[0];
  const add = () => actions.add({ list: branchList(node.key, branch), index: 0 });

  return (
    <div
      role="listitem"
      data-row={row.id}
      data-branch={word}
      aria-level={1 + level}
      aria-label={`${stepName(node)} › ${word}, ${holds}`}
      tabIndex={tabIndex}
      onFocus={() => onActivate(row.id)}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget || event.key !== "Enter" || count === undefined) return;
        event.preventDefault();
        add();
      }}
      style={{ height, transform: `translateY(${top}px)`, paddingLeft: trackWidth(level, indent) - 24 }}
      className={joinClasses(
        "group/row absolute inset-x-0 top-0 flex items-center gap-2 rounded-md pr-2 outline-offset-[-2px] transition-transform duration-150 select-none hover:z-10 focus-within:z-10 motion-reduce:transition-none",
        isAim ? "bg-accent-soft" : isCarried && "bg-sunken",
      )}
    >
      <ForkTrack level={level} closes={Math.min(row.closes, level)} indent={indent} height={height} />
      <span
        className={joinClasses(
          "relative shrink-0 rounded-full border px-2 text-xs leading-5 font-medium",
          isAim ? "border-accent bg-surface text-accent" : "border-control/35 bg-control-soft text-control",
        )}
      >
        {word}
      </span>
      <BranchCondition {...{ node, branch }} />
      <span className="shrink-0 text-sm whitespace-nowrap text-faint">{count === 0 ? "empty" : holds}</span>
      {first && (
        <button
          type="button"
          data-no-drag=""
          aria-label={first.label}
          tabIndex={tabIndex}
          onClick={add}
          {...tooltip(first.label)}
          className={joinClasses(
            "group/add relative inline-grid size-6 shrink-0 place-items-center rounded-full group-data-moving/list:hidden pointer-coarse:size-10",
            count !== 0 && "hidden pointer-coarse:inline-grid",
          )}
        >
          <span className="grid size-5.5 place-items-center rounded-full border border-dashed border-line-strong text-muted group-hover/add:border-accent group-hover/add:text-accent">
            <Plus aria-hidden="true" className="size-3.5" />
          </span>
        </button>
      )}
      <GapButtons gaps={count === 0 ? gaps.slice(1) : gaps} indent={indent} tabIndex={tabIndex} />
    </div>
  );
}, isSameBranchRow);

function isSameBranchRow(
  { row: a, ...before }: BranchRowProps,
  { row: b, ...after }: BranchRowProps,
): boolean {
  return (
    isSameRow(a, b) &&
    before.top === after.top &&
    before.height === after.height &&
    before.indent === after.indent &&
    before.isActive === after.isActive &&
    areSameGaps(before.gaps, after.gaps)
  );
}
