import type { DragStartEvent, DraggableSyntheticListeners } from "@dnd-kit/core";
import {
  type ReactNode,
  type RefObject,
  type SyntheticEvent,
  type Ref,
  useCallback,
  useEffect,
  useRef,
} from "react";
import { createPortal } from "react-dom";
import type { StepKey } from "#core/document/flow-document.ts";
import { findStep } from "#core/document/step-list.ts";
import { describeTargetPlace } from "#core/document/step-place.ts";
import { isStepEnabled, getStepName, getStepType } from "#core/document/step.ts";
import { createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";
import { VisuallyHidden } from "#client/ui/controls/inline-text.tsx";
import { useEditor } from "#client/editor/session/editor-provider.tsx";
import { type StepMoveInProgress, useStepMoveState } from "#client/editor/session/step-move-state.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import type { StepSelectionStore } from "#client/editor/session/step-selection.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { StepNode as FlowNode } from "#client/flow/step-node.tsx";
import { MOVE_IMPACT_TEXT_COLOR_CLASSES } from "#client/editor/session/broken-references.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { LIST_TOP_PADDING_PX } from "./row-geometry.ts";
import type { StepMoveController } from "./step-mover.ts";
import { flattenStepsToRows } from "./step-rows.ts";

type StepDragAreaProps = {
  readonly mover: StepMoveController;
  readonly rowHeight: number;
  readonly indent: number;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly children: ReactNode;
  readonly footer: ReactNode;
};

const DragGestures = createLazyComponent(async () => (await import("./drag-gestures.tsx")).DragGestures);
// Loads the code for drags without suspending the editor, so that steps are visible before they can be dragged.
void DragGestures.load();

/**
 * Minimum horizontal distance in CSS pixels that a drag must move to change the nesting level by one: on a narrow
 * page, the indent of a level is too small to aim at.
 */
const MIN_LEVEL_DRAG_PX = 24;

/**
 * Handles drags by mouse or touch. Computes the insertion point from the pointer position and moves the overlay without
 * React, so that a drag renders no row and costs the same with a thousand steps.
 */
export function StepDragArea(props: StepDragAreaProps) {
  const { mover, rowHeight, indent, scroller, children, footer } = props;
  const { openFlow, selection, focusStep } = useEditor();
  const overlay = useRef<HTMLDivElement>(null);
  const source = useRef<DraggableSyntheticListeners>(undefined);
  const stopTracking = useRef<() => void>(undefined);

  const listeners = () => (openFlow.getState().viewOnlyReason === undefined ? source.current : undefined);

  const stop = useCallback(() => {
    stopTracking.current?.();
    stopTracking.current = undefined;
  }, []);
  // Undo, folding or a remote update may change the rows during a move, so the marker has to be repositioned.
  useEffect(() => {
    const unsubscribe = [openFlow.subscribe(mover.follow), selection.subscribe(mover.follow)];
    return () => {
      stop();
      useStepMoveState.setState({ type: "none" }, true);
      unsubscribe.forEach((end) => end());
    };
  }, [openFlow, selection, mover, stop]);

  const onDragStart = ({ activatorEvent }: DragStartEvent) => {
    const key = findRowKey(activatorEvent.target);
    if (key === undefined || !scroller.current) return;
    mover.pickUp(key, "pointer");
    const state = useStepMoveState.getState();
    if (state.type === "none") return;
    const { level } = state.place;
    let startX: number | undefined;
    const hover = createHoverUnfold(openFlow, selection);
    const stopPointer = trackPointer(activatorEvent, scroller.current, ({ clientX, clientY, ...point }) => {
      startX ??= clientX;
      const y = point.y - LIST_TOP_PADDING_PX;
      if (overlay.current) placeOverlay(overlay.current, clientX, clientY, 1.5 * rowHeight);
      const row = Math.floor(y / rowHeight);
      const deeper = Math.round((clientX - startX) / Math.max(indent, MIN_LEVEL_DRAG_PX));
      mover.aimAt(row, Math.round(y / rowHeight), level + deeper);
      hover.over(row);
    });
    stopTracking.current = () => {
      stopPointer();
      hover.stop();
    };
  };

  // Drops at the marker even outside the list: users overshoot when aiming at its ends.
  const onDragEnd = () => {
    stop();
    mover.drop("row");
  };
  const onDragCancel = () => {
    stop();
    const state = useStepMoveState.getState();
    mover.putBack();
    if (state.type !== "none") focusStep(state.lead);
  };

  return (
    <>
      <DragGestures
        ref={source}
        scroller={scroller}
        onDragStart={onDragStart}
        onDragEnd={onDragEnd}
        onDragCancel={onDragCancel}
      />
      <VisuallyHidden id="reorder-instructions">
        Press Space to pick up the step, arrow keys to move, Space to drop, Escape to cancel.
      </VisuallyHidden>
      <div
        role="presentation"
        className="relative flex min-h-0 flex-1 flex-col"
        onMouseDown={(event) => forwardToDragListeners(event, "onMouseDown", listeners())}
        onTouchStart={(event) => forwardToDragListeners(event, "onTouchStart", listeners())}
      >
        {children}
        {footer}
      </div>
      <StepDragOverlay ref={overlay} />
    </>
  );
}

function forwardToDragListeners(
  event: SyntheticEvent,
  name: "onMouseDown" | "onTouchStart",
  listeners: DraggableSyntheticListeners,
): void {
  if (findRowKey(event.target) === undefined || useStepMoveState.getState().type === "tap") return;
  if (event.target instanceof Element && event.target.closest("[data-no-drag], input, textarea")) return;
  (listeners?.[name] as ((event: SyntheticEvent) => void) | undefined)?.(event);
}

function findRowKey(target: EventTarget | null): StepKey | undefined {
  const row = target instanceof Element ? target.closest<HTMLElement>("[data-step-key]") : null;
  return row?.dataset["stepKey"] as StepKey | undefined;
}

/** How long a drag must hover over a folded conditional to unfold it, in milliseconds. */
const UNFOLD_DELAY_MS = 600;

function createHoverUnfold(openFlow: OpenFlow, selection: StepSelectionStore) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let hovered: string | undefined;
  const findFolded = (position: number) => {
    const row = flattenStepsToRows(openFlow.getState().history.document, selection.getState().folded)[
      position
    ];
    const moving = useStepMoveState.getState();
    const isMoving = moving.type !== "none" && row !== undefined && moving.covers.has(row.node.key);
    return row?.type === "step" && row.isFolded && !isMoving ? row.node.key : undefined;
  };
  return {
    over: (position: number) => {
      const key = findFolded(position);
      if (key === hovered) return;
      clearTimeout(timer);
      hovered = key;
      if (key !== undefined) timer = setTimeout(() => selection.unfold(key), UNFOLD_DELAY_MS);
    },
    stop: () => clearTimeout(timer),
  };
}

interface PointerPosition {
  /** Relative to the viewport, in CSS pixels. */
  readonly clientX: number;
  readonly clientY: number;
  /** Relative to the top of the scroller's content, in CSS pixels. */
  readonly y: number;
}

/** Auto-scroll: the distance from the scroller's edge in CSS pixels, and the maximum speed in CSS pixels per second. */
const SCROLL_EDGE_PX = 72;
const MAX_SCROLL_SPEED = 1600;

/**
 * Tracks the pointer of a gesture. Calls `onMove` at most once per frame, when the pointer or the content under it
 * moves. Scrolls near the upper and lower edge, faster closer to the edge. Returns the cleanup function.
 */
function trackPointer(
  start: Event,
  scroller: HTMLElement,
  onMove: (position: PointerPosition) => void,
): () => void {
  let at = readPoint(start) ?? { clientX: 0, clientY: 0 };
  const box = scroller.getBoundingClientRect();
  let frame = 0;
  let scrolledAt: number | undefined;
  const report = () => {
    const { clientX, clientY } = at;
    onMove({ clientX, clientY, y: clientY - box.top + scroller.scrollTop });
  };
  const tick = (now: number) => {
    frame = 0;
    const speed = edgeSpeed(at.clientY, box);
    const before = scroller.scrollTop;
    // Caps the scroll distance of a late frame at that of two frames, so that the list does not jump.
    if (speed !== 0) scroller.scrollTop += (speed * Math.min(34, now - (scrolledAt ?? now))) / 1000;
    const isScrolling = speed !== 0 && (scrolledAt === undefined || scroller.scrollTop !== before);
    scrolledAt = isScrolling ? now : undefined;
    report();
    if (isScrolling) schedule();
  };
  const schedule = () => {
    frame ||= requestAnimationFrame(tick);
  };
  const follow = (event: Event) => {
    at = readPoint(event) ?? at;
    schedule();
  };
  // Also reads the position of the release, in the capture phase before the drop: in a flick, no further move
  // may follow the one that started the drag.
  const moves = ["mousemove", "touchmove", "mouseup", "touchend"] as const;
  for (const name of moves) document.addEventListener(name, follow, { passive: true, capture: true });
  scroller.addEventListener("scroll", schedule, { passive: true });
  schedule();
  return () => {
    // Reports the last pointer move, which may still wait for a frame when the pointer is released.
    if (frame) report();
    cancelAnimationFrame(frame);
    for (const name of moves) document.removeEventListener(name, follow, { capture: true });
    scroller.removeEventListener("scroll", schedule);
  };
}

/** Returns the scroll speed in CSS pixels per second: negative upwards, 0 away from the edges. */
function edgeSpeed(clientY: number, { top, bottom }: DOMRect): number {
  const edge = Math.min(SCROLL_EDGE_PX, (bottom - top) / 4);
  const share = (distance: number) => Math.max(0, Math.min(1, 1 - distance / edge)) ** 2;
  return MAX_SCROLL_SPEED * (share(bottom - clientY) - share(clientY - top));
}

function readPoint(event: Event): { readonly clientX: number; readonly clientY: number } | undefined {
  if (event instanceof MouseEvent) return event;
  // On release, the finger is only in `changedTouches`.
  return typeof TouchEvent !== "undefined" && event instanceof TouchEvent
    ? (event.touches[0] ?? event.changedTouches[0])
    : undefined;
}

/** Distances of the overlay from the pointer and from the edges of the window, in CSS pixels. */
const OFFSET_PX = 16;
const MARGIN_PX = 8;

/**
 * Moves the overlay to the pointer, with `clearance` pixels below or above it: one and a half rows leave the names at
 * the insertion point visible. Sets styles without React, because this runs on every frame of a drag.
 */
function placeOverlay(overlay: HTMLElement, clientX: number, clientY: number, clearance: number): void {
  const { offsetWidth: width, offsetHeight: height } = overlay;
  const x = Math.max(MARGIN_PX, Math.min(innerWidth - width - MARGIN_PX, clientX + OFFSET_PX));
  const hasRoom = clientY + clearance + height + MARGIN_PX <= innerHeight;
  const y = hasRoom ? clientY + clearance : clientY - clearance - height;
  overlay.style.transform = `translate3d(${x}px, ${y}px, 0)`;
}

function StepDragOverlay({ ref }: { readonly ref: Ref<HTMLDivElement> }) {
  const state = useStepMoveState();
  return state.type === "pointer" && <CarriedCard ref={ref} state={state} />;
}

type CarriedCardProps = { readonly ref: Ref<HTMLDivElement>; readonly state: StepMoveInProgress };

function CarriedCard({ ref, state }: CarriedCardProps) {
  const document = useOpenFlowState(({ history }) => history.document);
  const node = findStep(document, state.lead);
  if (!node) return null;
  const { keys, refusal, isCurrentPlace, place, impact } = state;
  const words = refusal ?? (isCurrentPlace ? "current position" : describeTargetPlace(document, place, keys));
  return createPortal(
    <div
      ref={ref}
      aria-hidden="true"
      data-drag-overlay=""
      style={{ transform: "translate3d(-999px, 0, 0)" }}
      className="pointer-events-none fixed top-0 left-0 z-40 max-w-72 will-change-transform"
    >
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
    </div>,
    globalThis.document.body,
  );
}
