import { create } from "zustand";
import type { StepKey } from "#core/document/flow-document.ts";
import type { DescribedMoveImpact } from "./broken-references.ts";
import type { PlaceInGap } from "#client/editor/step-list/list-places-at-gap.ts";

/** The move in progress, if any. The document changes only on the drop, so canceling has nothing to undo. */
export type StepMoveState =
  | { readonly type: "none" }
  | {
      /** By a held pointer, by arrow keys, or by a tap and another on the destination. */
      readonly type: "pointer" | "keyboard" | "tap";
      /** The steps being moved, in page order; steps nested in another moved step are left out. */
      readonly keys: readonly StepKey[];
      readonly lead: StepKey;
      /** All moved steps, nested steps included. */
      readonly covers: ReadonlySet<StepKey>;
      /** The gap between rows to drop into, as the number of rows above it. */
      readonly gap: number;
      readonly place: PlaceInGap;
      readonly isCurrentPlace: boolean;
      readonly refusal: string | undefined;
      readonly impact: DescribedMoveImpact;
    };

export type StepMoveInProgress = Exclude<StepMoveState, { readonly type: "none" }>;

export const useStepMoveState = create<StepMoveState>(() => ({ type: "none" }));

export function setStepMoveState(state: StepMoveState): void {
  useStepMoveState.setState(state, true);
}
