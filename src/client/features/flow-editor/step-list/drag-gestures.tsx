import {
  DndContext,
  type DndContextProps,
  type DraggableSyntheticListeners,
  MouseSensor,
  useDraggable,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import { type Ref, useImperativeHandle } from "react";
import { StepTouchSensor } from "./step-touch-sensor.ts";

type DragGesturesProps = Pick<DndContextProps, "onDragStart" | "onDragEnd" | "onDragCancel"> & {
  /** Where a press is to be told. */
  readonly ref: Ref<DraggableSyntheticListeners>;
};

const LIST = "step-list";
const SILENT = { onDragStart: silent, onDragOver: silent, onDragEnd: silent, onDragCancel: silent };
const ACCESSIBILITY = {
  announcements: SILENT,
  screenReaderInstructions: { draggable: "" },
  restoreFocus: false,
};

function silent(): undefined {}

/**
 * dnd-kit as the adapter of mouse and touch gestures and no more: one draggable, the list as a whole, and nothing to
 * drop on. Its announcements are ours. PointerSensor is not used: it would stop a long press from scrolling.
 */
export function DragGestures({ ref, ...handlers }: DragGesturesProps) {
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 5 } }),
    useSensor(StepTouchSensor, { activationConstraint: { delay: 250, tolerance: 5 } }),
  );
  return (
    <DndContext
      id="steps"
      sensors={sensors}
      autoScroll={false}
      collisionDetection={findNothing}
      accessibility={ACCESSIBILITY}
      {...handlers}
    >
      <DragSource ref={ref} />
    </DndContext>
  );
}

function findNothing(): [] {
  return [];
}

/**
 * The one thing that dnd-kit can drag, of which it needs no more than where a press is to be told. The list stands
 * beside it: what is inside the context is searched for readers of it with every move of the pointer.
 */
function DragSource({ ref }: { readonly ref: Ref<DraggableSyntheticListeners> }) {
  const { listeners } = useDraggable({ id: LIST });
  useImperativeHandle(ref, () => listeners, [listeners]);
  return null;
}
