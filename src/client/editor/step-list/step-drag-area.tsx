import { loadAfterPaint } from "#client/data/api/load-after-paint.ts";
import type { DraggableSyntheticListeners } from "@dnd-kit/core";
import { type ReactNode, type RefObject, type SyntheticEvent, useEffect, useRef } from "react";
import { createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";
import { useEditor } from "#client/editor/session/editor-provider.tsx";
import { setStepMoveState, useStepMoveState } from "#client/editor/session/step-move-state.ts";
import { type StepMoveController, findRowKey } from "./step-move-controller.ts";

type StepDragAreaProps = {
  readonly mover: StepMoveController;
  readonly rowHeight: number;
  readonly indent: number;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly children: ReactNode;
  readonly footer: ReactNode;
};

const DragGestures = createLazyComponent(
  async () => (await loadAfterPaint(() => import("./drag-gestures.tsx"))).DragGestures,
);

export function StepDragArea({ children, footer, ...gestures }: StepDragAreaProps) {
  const { mover } = gestures;
  const { openFlow, selection } = useEditor();
  const source = useRef<DraggableSyntheticListeners>(undefined);

  const listeners = () => (openFlow.getState().viewOnlyReason === undefined ? source.current : undefined);

  // Undo, folding or a remote update may change the rows during a move, so the marker has to be repositioned.
  useEffect(() => {
    const unsubscribe = [openFlow.subscribe(mover.follow), selection.subscribe(mover.follow)];
    return () => {
      setStepMoveState({ type: "none" });
      unsubscribe.forEach((end) => end());
    };
  }, [openFlow, selection, mover]);

  return (
    <>
      <DragGestures ref={source} {...gestures} />
      <div
        role="presentation"
        className="relative flex min-h-0 flex-1 flex-col"
        onMouseDown={(event) => forwardToDragListeners(event, "onMouseDown", listeners())}
        onTouchStart={(event) => forwardToDragListeners(event, "onTouchStart", listeners())}
      >
        {children}
        {footer}
      </div>
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
