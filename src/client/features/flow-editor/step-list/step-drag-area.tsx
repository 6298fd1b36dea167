import {
  DndContext,
  DragOverlay,
  type DragStartEvent,
  MouseSensor,
  useDroppable,
  useSensor,
  getClientRect,
  useSensors,
} from "@dnd-kit/core";
import { restrictToVerticalAxis } from "@dnd-kit/modifiers";
import { type ReactNode, type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import type { StepNode } from "#core/flow-document.ts";
import { ROOT } from "#core/step-list.ts";
import { stepName } from "#core/step.ts";
import { announce } from "#client/ui/announce.ts";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";
import { setDragState, useDragState } from "./drag-state.ts";
import { describePosition } from "./move-mode.ts";
import { positionAfterDrop } from "./drag-state.ts";
import { StepDragPreview } from "./step-drag-preview.tsx";
import { StepTouchSensor } from "./step-touch-sensor.ts";
import { trackPointer } from "./track-pointer.ts";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";

type StepDragAreaProps = {
  readonly steps: readonly StepNode[];
  readonly rowHeight: number;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly children: ReactNode;
};

const LIST = "step-list";
const MODIFIERS = [restrictToVerticalAxis];
// Only near the edges, and only up and down.
const AUTO_SCROLL = { threshold: { x: 0, y: 0.12 }, acceleration: 12 };
// Rows are placed by a transform, which dnd-kit would otherwise take off before measuring where the dragged one is.
const MEASURING = { draggable: { measure: (element: HTMLElement) => getClientRect(element) } };
const SILENT = { onDragStart: silent, onDragOver: silent, onDragEnd: silent, onDragCancel: silent };
const ACCESSIBILITY = {
  announcements: SILENT,
  screenReaderInstructions: { draggable: "" },
  restoreFocus: false,
};

function silent(): undefined {}

/**
 * dnd-kit as the adapter of mouse and touch gestures and no more: it yields “this step, that gap”. There is one
 * droppable, the list; the gap is arithmetic on the pointer and the row height, so it costs the same with a thousand
 * steps, and its announcements are ours. PointerSensor is not used: it would stop a long press from scrolling.
 */
export function StepDragArea({ steps, rowHeight, scroller, children }: StepDragAreaProps) {
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 5 } }),
    useSensor(StepTouchSensor, { activationConstraint: { delay: 250, tolerance: 5 } }),
  );
  const { actions } = useEditor();
  const [dragged, setDragged] = useState<StepNode>();
  const stopTracking = useRef<() => void>(undefined);

  const end = useCallback(() => {
    stopTracking.current?.();
    stopTracking.current = undefined;
    setDragged(undefined);
    const state = useDragState.getState();
    setDragState({ type: "none" });
    return state;
  }, []);
  // Leaving the page mid-gesture must not leave a marker behind.
  useEffect(() => () => void end(), [end]);

  const onDragStart = ({ active, activatorEvent }: DragStartEvent) => {
    const from = steps.findIndex((node) => node.key === active.id);
    const node = steps[from];
    if (!node) return;
    setDragged(node);
    setDragState({ type: "pointer", key: node.key, from, gap: from });
    stopTracking.current = trackPointer(activatorEvent, scroller.current, (y) => {
      const gap = Math.max(0, Math.min(steps.length, Math.round(y / rowHeight)));
      const known = useDragState.getState();
      if (known.type !== "pointer" || known.gap === gap) return;
      setDragState({ ...known, gap });
      const position = positionAfterDrop(from, gap) - 1;
      announce(describePosition(stepName(node), position, from, steps), "assertive");
    });
  };

  // Wherever it is let go, it lands where the marker is: overshooting the list is how people aim at its ends.
  const onDragEnd = () => {
    const state = end();
    if (state.type !== "pointer") return;
    if (positionAfterDrop(state.from, state.gap) === state.from + 1) actions.focusStep(state.key);
    else actions.move([state.key], { list: ROOT, index: state.gap });
  };

  const onDragCancel = () => {
    const state = end();
    if (state.type === "none") return;
    announce(`Put back at position ${state.from + 1}.`, "assertive");
    actions.focusStep(state.key);
  };

  return (
    <DndContext
      id="steps"
      sensors={sensors}
      modifiers={MODIFIERS}
      autoScroll={AUTO_SCROLL}
      measuring={MEASURING}
      accessibility={ACCESSIBILITY}
      onDragStart={onDragStart}
      onDragEnd={onDragEnd}
      onDragCancel={onDragCancel}
    >
      <VisuallyHidden id="reorder-instructions">
        Press Space to pick the step up, arrow keys to move it, Space to drop it, Escape to put it back.
      </VisuallyHidden>
      <div
        ref={scroller}
        data-step-scroller=""
        className="min-h-0 flex-1 overflow-y-auto overscroll-contain [overflow-anchor:none]"
      >
        <DropTarget>{children}</DropTarget>
      </div>
      {createPortal(
        <DragOverlay dropAnimation={null} zIndex={40}>
          {dragged && <StepDragPreview node={dragged} height={rowHeight} />}
        </DragOverlay>,
        document.body,
      )}
    </DndContext>
  );
}

/**
 * The one thing that dnd-kit can drop on. It is what the scroller holds, for dnd-kit scrolls the ancestors of the
 * droppable, never the droppable itself.
 */
function DropTarget({ children }: { readonly children: ReactNode }) {
  const { setNodeRef } = useDroppable({ id: LIST });
  return (
    <div ref={setNodeRef} className="min-h-full pb-16">
      {children}
    </div>
  );
}
