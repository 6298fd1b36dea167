import { memo, useId, useRef } from "react";
import { findStep } from "#core/step-list.ts";
import { BRANCH_WORDS } from "#core/describe-branches.ts";
import { stepName } from "#core/step.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { wishFocus } from "#client/ui/focus-wish.ts";
import { joinClasses } from "#client/ui/join-classes.ts";
import { describeStepRow } from "#client/features/flow-editor/describe-step-row.ts";
import { useEditor, useStepSelection } from "#client/features/flow-editor/editor-context.tsx";
import { findStepProblem } from "#client/features/flow-editor/find-step-problem.ts";
import { describeMark } from "#client/features/flow-editor/problems/mark-steps.ts";
import { useStepMark } from "#client/features/flow-editor/problems/problem-marker.tsx";
import { useStepRowKeys } from "#client/features/flow-editor/use-step-row-keys.ts";
import { useDragState } from "./drag-state.ts";
import { type Gap, areSameGaps } from "./gap-buttons.tsx";
import { StepCard } from "./step-card.tsx";
import type { StepMover } from "./step-mover.ts";
import { type StepItem, isSameRow } from "./step-rows.ts";

/** What every row of the list is given, besides what it shows. */
export interface RowFrame {
  /** In CSS pixels: from the top of the list, its height, and how far in each level stands. */
  readonly top: number;
  readonly height: number;
  readonly indent: number;
  /** The one row of the list that Tab reaches. */
  readonly isActive: boolean;
  readonly onActivate: (id: string) => void;
  readonly gaps: readonly Gap[];
}

export type StepRowProps = RowFrame & { readonly row: StepItem; readonly mover: StepMover };

/**
 * One step of the list: a thin shell that holds the place, the focus and the selection. Everything that is drawn lives
 * in the memoised card inside.
 */
export const StepRow = memo(function StepRow({ row, mover, ...frame }: StepRowProps) {
  const { node, index, count, level, list } = row;
  const { top, height, indent, isActive, onActivate, gaps } = frame;
  const { actions } = useEditor();
  const element = useRef<HTMLDivElement>(null);
  const problem = useOpenFlowState((state) => findStepProblem(state, node.key));
  const markId = useId();
  const mark = useStepMark(node.key, row.isFolded);
  const branch = useOpenFlowState(({ history }) => {
    const around = list.type === "branch" ? findStep(history.document, list.step) : undefined;
    return around && list.type === "branch" ? `${stepName(around)} ${BRANCH_WORDS[list.branch]}` : undefined;
  });
  const selected = useStepSelection(({ keys, isGathering }) =>
    keys.has(node.key) ? (keys.size > 1 || isGathering ? "several" : "alone") : undefined,
  );
  const isFound = useStepSelection(({ found }) => found === node.key);
  // The pointer carries a copy of the row; by keyboard the row itself stays what is moved.
  const isCarried = useDragState(
    (state) => state.type !== "none" && state.type !== "keyboard" && state.covers.has(node.key),
  );
  const { onKeyDown, isRenaming, setRenaming } = useStepRowKeys(row);

  const endRename = (isEditing: boolean, keepFocus: boolean) => {
    setRenaming(isEditing);
    // Enter and Escape take the text box and the focus with it: the next key is meant for the row.
    if (keepFocus) wishFocus(() => element.current, { preventScroll: true });
  };

  return (
    <div
      ref={element}
      role="listitem"
      data-row={row.id}
      data-step-id={typeof node.fields["id"] === "string" ? node.fields["id"] : node.key}
      data-step-key={node.key}
      data-in-place=""
      data-carried={isCarried || undefined}
      data-found={isFound || undefined}
      aria-level={1 + level}
      aria-posinset={index + 1}
      aria-setsize={count}
      aria-label={describeStepRow(node, index, { problem, branch, isSelected: selected === "several" })}
      aria-describedby={mark && markId}
      aria-current={selected !== undefined || undefined}
      tabIndex={isActive ? 0 : -1}
      onClick={(event) => {
        if (event.target instanceof Element && event.target.closest("button, input")) return;
        actions.click(node.key, event);
      }}
      onDoubleClick={(event) => {
        if (event.target instanceof Element && event.target.closest("[data-part=name]")) setRenaming(true);
      }}
      onFocus={() => onActivate(row.id)}
      onKeyDown={onKeyDown}
      style={{ height, transform: `translateY(${top}px)` }}
      className={joinClasses(
        "group/row absolute inset-x-0 top-0 flex touch-manipulation items-center rounded-md outline-offset-[-2px] transition-transform select-none hover:z-10 focus-within:z-10 duration-150 motion-reduce:transition-none",
        isCarried ? "bg-sunken text-muted" : selected ? "bg-accent-soft" : "hover:bg-hover",
        isFound && "ring-2 ring-warning ring-inset",
      )}
    >
      <StepCard
        row={row}
        mover={mover}
        name={stepName(node)}
        height={height}
        indent={indent}
        gaps={gaps}
        isActive={isActive}
        isRenaming={isRenaming}
        problem={problem}
        mark={mark}
        onRenamingChange={endRename}
      />
      {mark && (
        <span id={markId} hidden>
          {describeMark(mark)}
        </span>
      )}
    </div>
  );
}, isSameStepRow);

function isSameStepRow({ row: a, ...before }: StepRowProps, { row: b, ...after }: StepRowProps): boolean {
  return (
    isSameRow(a, b) &&
    before.top === after.top &&
    before.height === after.height &&
    before.indent === after.indent &&
    before.isActive === after.isActive &&
    before.mover === after.mover &&
    areSameGaps(before.gaps, after.gaps)
  );
}
