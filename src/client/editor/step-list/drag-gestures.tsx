import {
  type AutoScrollOptions,
  type CollisionDetection,
  type DragOverEvent,
  type DragStartEvent,
  type DraggableSyntheticListeners,
  type Modifier,
  DndContext,
  DragOverlay,
  MouseSensor,
  TouchSensor,
  useDraggable,
  useDroppable,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import { type Ref, type RefObject, useEffect, useImperativeHandle, useRef, useState } from "react";
import { createPortal, flushSync } from "react-dom";
import type { StepKey } from "#core/document/flow-document.ts";
import { findStep } from "#core/document/step-list.ts";
import { describeTargetPlace } from "#core/document/step-place.ts";
import { isStepEnabled, getStepName, getStepType } from "#core/document/step.ts";
import { useEditor } from "#client/editor/session/editor-provider.tsx";
import { MOVE_IMPACT_TEXT_COLOR_CLASSES } from "#client/editor/session/broken-references.ts";
import { useStepMoveState } from "#client/editor/session/step-move-state.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { StepNode as FlowNode } from "#client/flow/step-node.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import type { DropPlace } from "./list-places-at-gap.ts";
import { type StepMoveController, findRowKey } from "./step-move-controller.ts";
import { useNearestInsertButton } from "./use-nearest-insert-button.ts";

type DragGesturesProps = {
  readonly ref: Ref<DraggableSyntheticListeners>;
  readonly mover: StepMoveController;
  readonly rowHeight: number;
  readonly indent: number;
  readonly scroller: RefObject<HTMLElement | null>;
};

const LIST = "step-list";
const SILENT = { onDragStart: silent, onDragOver: silent, onDragEnd: silent, onDragCancel: silent };
const ACCESSIBILITY = {
  announcements: SILENT,
  screenReaderInstructions: {
    draggable: "Press Space to pick up the step, arrow keys to move, Space to drop, Escape to cancel.",
  },
  restoreFocus: false,
};
/** Auto-scroll: the height of the area at each edge of the list, as a share of the list's height. */
const SCROLL_EDGE = { x: 0, y: 0.1 };

/** Horizontal CSS pixels per nesting level: on a narrow page, a level's indent is too small to aim at. */
const MIN_LEVEL_DRAG_PX = 24;
/** How long a drag must hover over a folded conditional to unfold it, in milliseconds. */
const UNFOLD_DELAY_MS = 600;
/** Distances of the overlay from the pointer and from the edges of the window, in CSS pixels. */
const OFFSET_PX = 16;
const MARGIN_PX = 8;

interface PointerTarget {
  readonly row: number;
  readonly target: DropPlace;
}

function silent(): undefined {}

/**
 * Drags by mouse or touch. The whole list is one draggable and one droppable; collisions are computed from the height
 * of the rows, so that a drag renders no row and costs the same with a thousand steps. Avoids `PointerSensor`, which
 * needs `touch-action: none` on the rows: touch could not scroll them.
 */
export function DragGestures({ ref, mover, rowHeight, indent, scroller }: DragGesturesProps) {
  useNearestInsertButton(scroller);
  const { selection, focusStep } = useEditor();
  const sensors = useSensors(
    useSensor(StepMouseSensor, { activationConstraint: { distance: 5 } }),
    useSensor(StepTouchSensor, { activationConstraint: { delay: 250, tolerance: 5 } }),
  );
  const start = useRef({ x: 0, y: 0, level: 0 });
  const isAtEdge = useRef(false);
  const [hovered, setHovered] = useState<StepKey>();
  useEffect(() => {
    if (hovered === undefined) return;
    const timer = setTimeout(() => selection.unfold(hovered), UNFOLD_DELAY_MS);
    return () => clearTimeout(timer);
  }, [hovered, selection]);

  const findTarget: CollisionDetection = ({ pointerCoordinates, droppableRects }) => {
    const list = droppableRects.get(LIST);
    if (!pointerCoordinates || !list || !scroller.current) return [];
    const { top, bottom, height } = scroller.current.getBoundingClientRect();
    const inside = Math.min(pointerCoordinates.y - top, bottom - pointerCoordinates.y);
    isAtEdge.current = inside <= SCROLL_EDGE.y * height;
    const y = (pointerCoordinates.y - list.top) / rowHeight;
    const deeper = (pointerCoordinates.x - start.current.x) / Math.max(indent, MIN_LEVEL_DRAG_PX);
    const target = mover.findTargetAt(y, start.current.level + Math.round(deeper));
    const data = { row: Math.floor(y), target };
    // The id changes with the row and the place, because dnd-kit calls `onDragOver` when it changes.
    return target ? [{ id: JSON.stringify([data.row, target.place]), data }] : [];
  };
  // Away from the edges, dnd-kit would read the scroll position after each move, which forces a layout.
  const autoScroll: AutoScrollOptions = {
    threshold: SCROLL_EDGE,
    canScroll: (element) => isAtEdge.current && element === scroller.current,
  };
  // Moves the overlay to the pointer, one and a half rows below or above it: the names at the place stay visible.
  const placeOverlay: Modifier = ({ transform, overlayNodeRect }) => {
    const { width = 0, height = 0 } = overlayNodeRect ?? {};
    const x = start.current.x + transform.x + OFFSET_PX;
    const y = start.current.y + transform.y;
    const below = y + 1.5 * rowHeight;
    return {
      ...transform,
      x: Math.max(MARGIN_PX, Math.min(innerWidth - width - MARGIN_PX, x)),
      y: below + height + MARGIN_PX <= innerHeight ? below : y - 1.5 * rowHeight - height,
    };
  };

  const onDragStart = ({ activatorEvent }: DragStartEvent) => {
    const key = findRowKey(activatorEvent.target);
    if (key !== undefined) mover.pickUp(key, "pointer");
    const state = useStepMoveState.getState();
    if (state.type !== "none") start.current.level = state.place.level;
  };
  const onDragOver = ({ collisions }: DragOverEvent) => {
    const over = collisions?.[0]?.data as PointerTarget | undefined;
    if (!over) return;
    mover.aim(over.target);
    setHovered(mover.findFolded(over.row));
  };
  // Drops at the marker even outside the list: users overshoot when aiming at its ends.
  const onDragEnd = () => {
    setHovered(undefined);
    mover.drop("row");
  };
  const onDragCancel = () => {
    setHovered(undefined);
    const state = useStepMoveState.getState();
    mover.putBack();
    if (state.type !== "none") focusStep(state.lead);
  };

  return (
    <DndContext
      // Also the id of the hidden instructions, which describe the handles.
      id="reorder-instructions"
      sensors={sensors}
      autoScroll={autoScroll}
      collisionDetection={findTarget}
      accessibility={ACCESSIBILITY}
      onDragPending={({ initialCoordinates }) => Object.assign(start.current, initialCoordinates)}
      onDragStart={onDragStart}
      onDragOver={onDragOver}
      onDragEnd={onDragEnd}
      onDragCancel={onDragCancel}
    >
      <DragSource ref={ref} scroller={scroller} />
      {createPortal(
        <DragOverlay
          dropAnimation={null}
          modifiers={[placeOverlay]}
          zIndex={40}
          className="pointer-events-none max-w-72 will-change-transform"
          style={{ top: 0, left: 0, width: "auto", height: "auto" }}
        >
          <CarriedCard />
        </DragOverlay>,
        // React listens to all events of a portal's container: those of the root are listened to already.
        document.querySelector("#root") ?? document.body,
      )}
    </DndContext>
  );
}

type DragSourceProps = Pick<DragGesturesProps, "ref" | "scroller">;

/** dnd-kit's context changes on every pointer move, and React then searches all descendants for consumers. */
function DragSource({ ref, scroller }: DragSourceProps) {
  const { listeners, setNodeRef: setDraggable } = useDraggable({ id: LIST });
  const { setNodeRef: setDroppable } = useDroppable({ id: LIST });
  useImperativeHandle(ref, () => listeners, [listeners]);
  useEffect(() => {
    // Not the list itself: dnd-kit measures its nodes again when their children change, as on every scroll.
    const rows = scroller.current?.querySelector("[role=list]")?.parentElement ?? null;
    setDraggable(rows);
    setDroppable(rows);
  }, [scroller, setDraggable, setDroppable]);
  return null;
}

type SensorProps = ConstructorParameters<typeof MouseSensor>[0];

/** dnd-kit ends a drag as last rendered, and browsers dispatch the move and release of a flick together. */
function renderAtOnce<Props extends Pick<SensorProps, "onStart" | "onMove">>(
  props: Props,
  end: "mouseup" | "touchend",
): Props {
  const onRelease = (event: MouseEvent | TouchEvent) => {
    const at = "changedTouches" in event ? event.changedTouches[0] : event;
    if (at) flushSync(() => props.onMove({ x: at.clientX, y: at.clientY }));
  };
  document.addEventListener(end, onRelease, { capture: true, once: true });
  return { ...props, onStart: (at) => flushSync(() => props.onStart(at)) };
}

class StepMouseSensor extends MouseSensor {
  constructor(props: SensorProps) {
    super(renderAtOnce(props, "mouseup"));
  }
}

/** At once on the handle, which cannot scroll; elsewhere on a row, only after a long press. */
class StepTouchSensor extends TouchSensor {
  constructor(props: ConstructorParameters<typeof TouchSensor>[0]) {
    const { target } = props.event;
    const isOnHandle = target instanceof Element && target.closest("[data-part=handle]") !== null;
    super(
      renderAtOnce(
        isOnHandle ? { ...props, options: { activationConstraint: { distance: 5 } } } : props,
        "touchend",
      ),
    );
  }
}

function CarriedCard() {
  const state = useStepMoveState();
  const document = useOpenFlowState(({ history }) => history.document);
  const node = state.type === "pointer" && findStep(document, state.lead);
  if (state.type !== "pointer" || !node) return null;
  const { keys, refusal, isCurrentPlace, place, impact } = state;
  const words = refusal ?? (isCurrentPlace ? "current position" : describeTargetPlace(document, place, keys));
  return (
    <div aria-hidden="true" data-drag-overlay="">
      {keys.length > 1 && (
        <span className="absolute inset-x-1.5 top-1.5 -bottom-1.5 rounded-lg border border-line bg-raised" />
      )}
      <div className="relative flex min-h-11 cursor-grabbing items-center gap-2 rounded-lg bg-raised py-1.5 pr-4 pl-2 shadow-float">
        <FlowNode type={getStepType(node)} enabled={isStepEnabled(node)} />
        <span className="flex min-w-0 flex-col">
          <span dir="auto" className="truncate font-medium">
            {getStepName(node)}
          </span>
          <span
            className={joinClasses("text-xs", refusal === undefined ? "truncate text-muted" : "text-danger")}
          >
            {words}
          </span>
          {impact.sentence !== "" && (
            <span className={joinClasses("text-xs", MOVE_IMPACT_TEXT_COLOR_CLASSES[impact.type])}>
              {impact.sentence}
            </span>
          )}
        </span>
        {keys.length > 1 && (
          <span
            data-drag-count=""
            className="absolute -top-2 -left-2 grid h-5 min-w-5 place-items-center rounded-full bg-accent px-1.5 text-xs font-medium text-accent-ink tabular-nums"
          >
            {keys.length}
          </span>
        )}
      </div>
    </div>
  );
}
