import type { DragStartEvent, DraggableSyntheticListeners } from "@dnd-kit/core";
import { type ReactNode, type RefObject, type SyntheticEvent, useCallback, useEffect, useRef } from "react";
import type { StepKey } from "#core/flow-document.ts";
import { lazyPart } from "#client/ui/lazy-part.tsx";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import { useDragState } from "./drag-state.ts";
import { createHoverUnfold } from "./hover-unfold.ts";
import { StepDragOverlay, placeOverlay } from "./step-drag-overlay.tsx";
import type { StepMover } from "./step-mover.ts";
import { trackPointer } from "./track-pointer.ts";

type StepDragAreaProps = {
  readonly mover: StepMover;
  readonly rowHeight: number;
  readonly indent: number;
  /** The part of the children that scrolls. */
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly children: ReactNode;
  /** What stands under the list and does not scroll with it. */
  readonly footer: ReactNode;
};

const DragGestures = lazyPart(async () => (await import("./drag-gestures.tsx")).DragGestures);
// Asked for with the editor and not waited for: steps are seen before anybody can take one.
void DragGestures.load();

/** Sideways pixels that mean one level, at least: on a narrow page the levels are closer than a hand is steady. */
const LEAST_SIDEWAYS = 24;

/**
 * What a drag of the mouse or a finger does to the list. Which row was taken is read from the press; the place is
 * arithmetic on the pointer; what hangs on the pointer is moved by hand. So a drag renders no row, and costs the same
 * with a thousand steps.
 */
export function StepDragArea(props: StepDragAreaProps) {
  const { mover, rowHeight, indent, scroller, children, footer } = props;
  const { openFlow, selection, actions } = useEditor();
  const overlay = useRef<HTMLDivElement>(null);
  const source = useRef<DraggableSyntheticListeners>(undefined);
  const stopTracking = useRef<() => void>(undefined);

  const stop = useCallback(() => {
    stopTracking.current?.();
    stopTracking.current = undefined;
  }, []);
  // Leaving the page mid-gesture must not leave a marker behind.
  useEffect(
    () => () => {
      stop();
      useDragState.setState({ type: "none" }, true);
    },
    [stop],
  );
  // Undo, a fold or a newer version may change the rows while steps are in hand.
  useEffect(() => {
    const unsubscribe = [openFlow.subscribe(mover.follow), selection.subscribe(mover.follow)];
    return () => unsubscribe.forEach((end) => end());
  }, [openFlow, selection, mover]);

  const onDragStart = ({ activatorEvent }: DragStartEvent) => {
    const key = findRowKey(activatorEvent.target);
    if (key === undefined || !scroller.current) return;
    mover.pickUp(key, "pointer");
    const state = useDragState.getState();
    if (state.type === "none") return;
    const { level } = state.place;
    let startX: number | undefined;
    const hover = createHoverUnfold(openFlow, selection);
    const stopPointer = trackPointer(activatorEvent, scroller.current, ({ clientX, clientY, y }) => {
      startX ??= clientX;
      if (overlay.current) placeOverlay(overlay.current, clientX, clientY);
      const row = Math.floor(y / rowHeight);
      const deeper = Math.round((clientX - startX) / Math.max(indent, LEAST_SIDEWAYS));
      mover.aimAt(row, Math.round(y / rowHeight), level + deeper);
      hover.over(row);
    });
    stopTracking.current = () => {
      stopPointer();
      hover.stop();
    };
  };

  // Wherever it is let go, it lands where the marker is: overshooting the list is how people aim at its ends.
  const onDragEnd = () => {
    stop();
    mover.drop("row");
  };
  const onDragCancel = () => {
    stop();
    const state = useDragState.getState();
    mover.putBack();
    if (state.type !== "none") actions.focusStep(state.lead);
  };

  return (
    <>
      <DragGestures
        ref={source}
        onDragStart={onDragStart}
        onDragEnd={onDragEnd}
        onDragCancel={onDragCancel}
      />
      <VisuallyHidden id="reorder-instructions">
        Press Space to pick the step up, arrow keys to move it, Space to drop it, Escape to put it back.
      </VisuallyHidden>
      <div
        role="presentation"
        className="relative flex min-h-0 flex-1 flex-col"
        onMouseDown={(event) => pick(event, "onMouseDown", source.current)}
        onTouchStart={(event) => pick(event, "onTouchStart", source.current)}
      >
        {children}
        {footer}
      </div>
      <StepDragOverlay ref={overlay} />
    </>
  );
}

/** A press on a row may become a drag, but for one on a control or in a text box. */
function pick(
  event: SyntheticEvent,
  name: "onMouseDown" | "onTouchStart",
  listeners: DraggableSyntheticListeners,
): void {
  if (findRowKey(event.target) === undefined || useDragState.getState().type === "tap") return;
  if (event.target instanceof Element && event.target.closest("[data-no-drag], input, textarea")) return;
  (listeners?.[name] as ((event: SyntheticEvent) => void) | undefined)?.(event);
}

function findRowKey(target: EventTarget | null): StepKey | undefined {
  const row = target instanceof Element ? target.closest<HTMLElement>("[data-step-key]") : null;
  return row?.dataset["stepKey"] as StepKey | undefined;
}
