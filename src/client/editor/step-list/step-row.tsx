import { memo, useId, useRef } from "react";
import type { StepKey } from "#core/document/flow-document.ts";
import { getStepName } from "#core/document/step.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { buildStepRowAccessibleName } from "#client/editor/session/step-row-accessible-name.ts";
import { useEditor, useStepSelection } from "#client/editor/session/editor-provider.tsx";
import { findStepSaveError } from "#client/editor/session/find-step-save-error.ts";
import { selectStepOnClick } from "#client/editor/actions/select.ts";
import { useStepMoveState } from "#client/editor/session/step-move-state.ts";
import { type LabeledPlace, areSamePlaceLists } from "./insert-step-buttons.tsx";
import { StepCard } from "./step-card.tsx";
import type { StepMoveController } from "./step-move-controller.ts";
import { type StepRowData, areRowsEqual } from "./step-rows.ts";

export interface StepRowPositionProps {
  readonly top: number;
  readonly height: number;
  readonly indent: number;
  /** Whether the row is the list's tab stop (roving tabindex). */
  readonly isActive: boolean;
  readonly onActivate: (id: string) => void;
  readonly places: readonly LabeledPlace[];
}

const NAME = "[data-part=name]";
/** The controls of a row that do not select the step. */
const OWN_CLICK = `button:not(${NAME}), input`;

type StepRowProps = StepRowPositionProps & {
  readonly row: StepRowData;
  readonly mover: StepMoveController;
  /** The branch that the step is in, such as “Route then”. Undefined at the top level. */
  readonly branch: string | undefined;
  readonly viewOnlyReason: string | undefined;
  readonly isRenaming: boolean;
  readonly onRenamingChange: (key: StepKey | undefined) => void;
};

/** A thin shell for position, focus and selection around the memoized card. */
export const StepRow = memo(function StepRow(props: StepRowProps) {
  const { row, mover, branch, viewOnlyReason, isRenaming, onRenamingChange, ...frame } = props;
  const { node, index, count, level } = row;
  const { top, height, indent, isActive, onActivate, places } = frame;
  const editor = useEditor();
  const element = useRef<HTMLDivElement>(null);
  const problem = useOpenFlowState((state) => findStepSaveError(state, node.key));
  const descriptionId = useId();
  const selected = useStepSelection(({ keys, isMultiSelect }) =>
    keys.has(node.key) ? (keys.size > 1 || isMultiSelect ? "several" : "alone") : undefined,
  );
  const isFound = useStepSelection(({ found }) => found === node.key);
  // In a move by keyboard, the focused row must look normal.
  const isCarried = useStepMoveState(
    (state) => state.type !== "none" && state.type !== "keyboard" && state.covers.has(node.key),
  );
  const endRename = (isEditing: boolean, keepFocus: boolean) => {
    onRenamingChange(isEditing ? node.key : undefined);
    // Enter and Escape remove the focused text box. Focuses the row, so that the next key acts on the row.
    if (keepFocus) requestFocusWhenRendered(() => element.current, { preventScroll: true });
  };

  return (
    // `useKeyboardShortcuts` handles the keys of a row.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
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
      aria-label={buildStepRowAccessibleName(node, index, {
        problem,
        branch,
        isSelected: selected === "several",
      })}
      aria-describedby={descriptionId}
      aria-current={selected !== undefined || undefined}
      tabIndex={isActive ? 0 : -1}
      onClick={(event) => {
        if (event.target instanceof Element && event.target.closest(OWN_CLICK)) return;
        selectStepOnClick(editor, node.key, event);
        // The row keeps the focus: its shortcuts need it, and the name's button is no tab stop.
        if (document.activeElement?.matches(NAME)) element.current?.focus({ preventScroll: true });
      }}
      onDoubleClick={(event) => {
        if (event.target instanceof Element && event.target.closest(NAME) && !editor.refuseEdit())
          onRenamingChange(node.key);
      }}
      onFocus={() => onActivate(row.id)}
      style={{ height, transform: `translateY(${top}px)` }}
      className={joinClasses(
        "group/row absolute inset-x-0 top-0 flex [contain:layout_size_style] touch-manipulation items-center rounded-md outline-offset-[-2px] transition-transform select-none hover:z-10 focus-within:z-10 data-inserting:z-20 duration-150 motion-reduce:transition-none",
        isCarried ? "bg-sunken text-muted" : selected ? "selected-row" : "hover:bg-hover",
        isFound && "ring-2 ring-warning ring-inset",
      )}
    >
      <StepCard
        row={row}
        mover={mover}
        name={getStepName(node)}
        height={height}
        indent={indent}
        places={places}
        isActive={isActive}
        isRenaming={isRenaming}
        viewOnlyReason={viewOnlyReason}
        problem={problem}
        descriptionId={descriptionId}
        onRenamingChange={endRename}
      />
    </div>
  );
}, isSameStepRow);

function isSameStepRow({ row: a, ...before }: StepRowProps, { row: b, ...after }: StepRowProps): boolean {
  return (
    areRowsEqual(a, b) &&
    before.top === after.top &&
    before.height === after.height &&
    before.indent === after.indent &&
    before.isActive === after.isActive &&
    before.isRenaming === after.isRenaming &&
    before.branch === after.branch &&
    before.viewOnlyReason === after.viewOnlyReason &&
    before.mover === after.mover &&
    areSamePlaceLists(before.places, after.places)
  );
}
