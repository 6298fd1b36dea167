import { useDraggable } from "@dnd-kit/core";
import { type KeyboardEvent, type MouseEvent, type TouchEvent, memo, useCallback, useRef } from "react";
import type { StepKey, StepNode } from "#core/flow-document.ts";
import { stepName } from "#core/step.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { joinClasses } from "#client/ui/join-classes.ts";
import { describeStepRow } from "#client/features/flow-editor/describe-step-row.ts";
import { useDragState } from "./drag-state.ts";
import { findStepProblem } from "#client/features/flow-editor/find-step-problem.ts";
import { StepCard } from "./step-card.tsx";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import { useStepRowKeys } from "#client/features/flow-editor/use-step-row-keys.ts";

export type StepRowProps = {
  readonly node: StepNode;
  readonly index: number;
  readonly count: number;
  readonly top: number;
  readonly height: number;
  /** The one row of the list that Tab reaches. */
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly onActivate: (key: StepKey) => void;
};

/**
 * One step of the list: a thin shell that holds the place, the focus and the gesture. dnd-kit renders it again whenever
 * a drag starts or ends, so everything that is drawn lives in the memoised card inside.
 */
export const StepRow = memo(function StepRow(props: StepRowProps) {
  const { node, index, count, top, height, isActive, isSelected, onActivate } = props;
  const { actions } = useEditor();
  const row = useRef<HTMLDivElement>(null);
  const { listeners, setNodeRef } = useDraggable({ id: node.key });
  const problem = useOpenFlowState((state) => findStepProblem(state, node.key));
  // The pointer carries a copy of the row; by keyboard the row itself stays what is moved, and stays legible.
  const isMoving = useDragState((state) => state.type === "pointer" && state.key === node.key);
  const { onKeyDown, isRenaming, setRenaming } = useStepRowKeys(props);

  // A new callback with every render would have dnd-kit forget and register the row each time.
  const attach = useCallback(
    (element: HTMLDivElement | null) => {
      row.current = element;
      setNodeRef(element);
    },
    [setNodeRef],
  );

  const pick = (name: "onMouseDown" | "onTouchStart") => (event: MouseEvent | TouchEvent) => {
    if (event.target instanceof Element && event.target.closest("[data-no-drag], input, textarea")) return;
    (listeners?.[name] as ((event: MouseEvent | TouchEvent) => void) | undefined)?.(event);
  };

  const endRename = (isEditing: boolean) => {
    setRenaming(isEditing);
    // Enter and Escape take the text box and the focus with it; leaving the box took the focus elsewhere already.
    requestAnimationFrame(() => document.activeElement === document.body && row.current?.focus());
  };

  return (
    <div
      ref={attach}
      role="listitem"
      data-step-id={typeof node.fields["id"] === "string" ? node.fields["id"] : node.key}
      data-step-key={node.key}
      data-in-place=""
      aria-level={1}
      aria-posinset={index + 1}
      aria-setsize={count}
      aria-label={describeStepRow(node, index, problem)}
      aria-current={isSelected || undefined}
      tabIndex={isActive ? 0 : -1}
      onMouseDown={pick("onMouseDown")}
      onTouchStart={pick("onTouchStart")}
      onClick={(event) => {
        if (event.target instanceof Element && event.target.closest("button, input")) return;
        actions.inspect(node.key);
      }}
      onDoubleClick={(event) => {
        if (event.target instanceof Element && event.target.closest("[data-part=name]")) setRenaming(true);
      }}
      onFocus={() => onActivate(node.key)}
      onKeyDown={(event: KeyboardEvent<HTMLDivElement>) => onKeyDown(event)}
      style={{ height, transform: `translateY(${top}px)` }}
      className={joinClasses(
        "group/row absolute inset-x-0 top-0 flex touch-manipulation items-center rounded-md outline-offset-[-2px] transition-transform hover:z-10 focus-within:z-10 duration-150 select-none motion-reduce:transition-none",
        isSelected ? "bg-accent-soft" : "hover:bg-hover",
        isMoving && "opacity-60",
      )}
    >
      <StepCard
        node={node}
        index={index}
        count={count}
        height={height}
        isActive={isActive}
        isRenaming={isRenaming}
        problem={problem}
        onRenamingChange={endRename}
        name={stepName(node)}
      />
    </div>
  );
});
