import {
  type DndContextProps,
  type DraggableSyntheticListeners,
  DndContext,
  MouseSensor,
  useDraggable,
  useSensor,
  useSensors,
  TouchSensor,
} from "@dnd-kit/core";
import { type Ref, type RefObject, useImperativeHandle } from "react";
import { flushSync } from "react-dom";
import { useNearestInsertButton } from "./use-nearest-insert-button.ts";

type DragGesturesProps = Pick<DndContextProps, "onDragStart" | "onDragEnd" | "onDragCancel"> & {
  readonly ref: Ref<DraggableSyntheticListeners>;
  readonly scroller: RefObject<HTMLElement | null>;
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
 * Uses dnd-kit only to recognize mouse and touch gestures: the list as a whole is the single draggable,
 * without a drop target. Avoids `PointerSensor`, which needs `touch-action: none` on the rows: touch could
 * not scroll them.
 */
export function DragGestures({ ref, scroller, ...handlers }: DragGesturesProps) {
  useNearestInsertButton(scroller);
  const sensors = useSensors(
    useSensor(StepMouseSensor, { activationConstraint: { distance: 5 } }),
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
 * Rendered outside the list, because dnd-kit's context changes on every pointer move, and React then searches all
 * descendants of its provider for consumers.
 */
function DragSource({ ref }: { readonly ref: Ref<DraggableSyntheticListeners> }) {
  const { listeners } = useDraggable({ id: LIST });
  useImperativeHandle(ref, () => listeners, [listeners]);
  return null;
}

type SensorProps = ConstructorParameters<typeof MouseSensor>[0];

/**
 * Renders the start of a drag at once: dnd-kit omits `onDragEnd` if the button or finger is released before that
 * render, and browsers dispatch the move and the release of a flick together.
 */
function renderStartAtOnce<Props extends Pick<SensorProps, "onStart">>(props: Props): Props {
  return { ...props, onStart: (at) => flushSync(() => props.onStart(at)) };
}

class StepMouseSensor extends MouseSensor {
  constructor(props: SensorProps) {
    super(renderStartAtOnce(props));
  }
}

/**
 * Recognizes drags by touch. On the handle, a touch drags at once, because the handle cannot scroll; elsewhere on a
 * row, only a long press drags.
 */
class StepTouchSensor extends TouchSensor {
  constructor(props: ConstructorParameters<typeof TouchSensor>[0]) {
    const { target } = props.event;
    const isOnHandle = target instanceof Element && target.closest("[data-part=handle]") !== null;
    super(
      renderStartAtOnce(
        isOnHandle ? { ...props, options: { activationConstraint: { distance: 5 } } } : props,
      ),
    );
  }
}
