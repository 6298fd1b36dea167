import { create } from "zustand";
import type { StepKey } from "#core/flow-document.ts";
import type { MoveVerdict } from "#client/features/flow-editor/judge-move.ts";
import type { LevelPlace } from "./places-at-boundary.ts";

/**
 * The move under way, if any. It lives apart from the document, which changes once, on the drop: until then only the
 * marker moves, so that giving up costs nothing.
 */
export type DragState =
  | { readonly type: "none" }
  | {
      /** What carries the steps: a held pointer, the arrow keys, or a tap that is followed by one on the place. */
      readonly type: "pointer" | "keyboard" | "tap";
      /** The steps on their way, without those inside another of them, in the order of the page. */
      readonly keys: readonly StepKey[];
      /** The one that was picked up by its row. */
      readonly lead: StepKey;
      /** Every step that goes along, those inside the others included. */
      readonly covers: ReadonlySet<StepKey>;
      /** Where they would land: the place, and the rows above its boundary. */
      readonly boundary: number;
      readonly place: LevelPlace;
      /** A drop there would change nothing. */
      readonly isHome: boolean;
      /** Why they cannot land there, as a sentence. */
      readonly refusal: string | undefined;
      /** What a drop there would do to the references of the flow. */
      readonly verdict: MoveVerdict;
    };

export type StepsMoving = Exclude<DragState, { readonly type: "none" }>;

export const useDragState = create<DragState>(() => ({ type: "none" }));

export function setDragState(state: DragState): void {
  useDragState.setState(state, true);
}
