import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import { describeRefusal, refusePlace, topmostSteps } from "#core/move-steps.ts";
import { type Shift, type ShiftDirection, findShift } from "#core/shift-steps.ts";
import type { Place } from "#core/step-list.ts";
import { describePosition } from "#core/step-place.ts";
import { announce } from "#client/ui/announce.ts";
import { formatShortcut } from "#client/ui/format-shortcut.ts";
import type { ActionScope } from "./action-scope.ts";
import { REST_MS } from "./breakage.ts";
import { findWaysOut } from "./find-ways-out.ts";
import type { MoveVerdict } from "./judge-move.ts";
import { shortcuts } from "./shortcuts.ts";
import type { RowPart } from "./step-list/step-list.tsx";

/** The control that a move was made with, which keeps the focus: a part of the step's row, or one that is not in the list. */
export type MovedWith = RowPart | "elsewhere";

/** Every way to move steps without a pointer; they all end in one command. */
export function createMoveActions(scope: ActionScope) {
  const { openFlow, list, documentNow, nameOf, focusStep, refuse, openDialog } = scope;

  /** Tells under the list what the move has broken, with the ways out that there are. */
  const offerWaysOut = (
    before: FlowDocument,
    keys: readonly StepKey[],
    place: Place,
    verdict: MoveVerdict,
  ) => {
    const document = documentNow();
    scope.breakage.setState({ now: { document, verdict, waysOut: [] } });
    // Looked for when the move is on the page and no other comes right after it: there may be many ways to try.
    setTimeout(() => {
      if (documentNow() !== document || verdict.type !== "breaks") return;
      const takeAlong = (needed: readonly StepKey[]) => {
        openFlow.undo();
        move(needed, place, "row", keys[0]);
      };
      const waysOut = findWaysOut({ scope, before, keys, place, verdict, takeAlong });
      scope.breakage.setState({ now: { document, verdict, waysOut } });
    }, REST_MS);
  };

  const move = (
    keys: readonly StepKey[],
    place: Place,
    movedWith: MovedWith = "row",
    lead: StepKey | undefined = keys[0],
  ) => {
    const [first] = topmostSteps(documentNow(), keys);
    const refusal = refusePlace(documentNow(), keys, place);
    if (!first || lead === undefined) return;
    if (refusal) return refuse(describeRefusal(refusal));
    const before = documentNow();
    const verdict = scope.moveJudge.judge(before, keys, place);
    openFlow.edit({ type: "moveSteps", keys, place });
    const moved = `Moved ${nameOf(keys)} to ${describePosition(documentNow(), first.key)}.`;
    announce(verdict.sentence === "" ? moved : `${moved} ${verdict.sentence}`, "assertive");
    if (verdict.type !== "safe") offerWaysOut(before, keys, place, verdict);
    if (movedWith === "elsewhere") list.current?.showStep(lead);
    else focusStep(lead, movedWith);
  };

  return {
    move,

    /**
     * One place up or down, to an end of the list, out of a conditional or into one. Where there is no way it says so;
     * only keys ask for that, since a menu shows the reason instead.
     */
    shift: (keys: readonly StepKey[], direction: ShiftDirection, movedWith?: MovedWith, lead?: StepKey) => {
      const shift = findShift(documentNow(), keys, direction);
      if (shift.type === "blocked") refuse(`${shift.reason}${hintAtKeys(shift)}`);
      else move(keys, shift.place, movedWith, lead);
    },

    /** Asks for the place among all that there are. */
    chooseMove: (keys: readonly StepKey[], movedWith?: MovedWith, lead?: StepKey) =>
      openDialog({ type: "moveTo", keys, movedWith, lead }),
  };
}

function hintAtKeys({ canLeave }: Shift & { readonly type: "blocked" }): string {
  return canLeave === undefined ? "" : ` ${formatShortcut(shortcuts.moveOut.keys[0])} moves ${canLeave} out.`;
}
