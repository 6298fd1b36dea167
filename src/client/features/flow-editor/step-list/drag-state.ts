import { create } from "zustand";
import type { StepKey } from "#core/flow-document.ts";

/**
 * The move under way, if any. `gap` is the place where the step would land: the number of steps above it in the list
 * as it stands. It lives apart from the document, which changes once, on the drop.
 */
export type DragState =
  | { readonly type: "none" }
  | {
      readonly type: "pointer" | "keyboard";
      readonly key: StepKey;
      readonly from: number;
      readonly gap: number;
    };

export const useDragState = create<DragState>(() => ({ type: "none" }));

export function setDragState(state: DragState): void {
  const known = useDragState.getState();
  if (known.type === state.type && known.type !== "none" && state.type !== "none" && known.gap === state.gap)
    return;
  useDragState.setState(state, true);
}

/** The 1-based position that a step taken from `from` has once it is dropped into `gap`. */
export function positionAfterDrop(from: number, gap: number): number {
  return gap > from ? gap : gap + 1;
}
