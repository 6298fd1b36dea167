import type { StepKey } from "#core/flow-document.ts";
import { locateSteps } from "#core/step-list.ts";
import { describeLanding, describePosition } from "#core/step-place.ts";
import { announce } from "#client/ui/announce.ts";
import type { Editor } from "#client/features/flow-editor/editor-context.tsx";
import { type StepsMoving, setDragState, useDragState } from "./drag-state.ts";
import { SAFE } from "#client/features/flow-editor/judge-move.ts";
import { findKeyTarget, findSafeTarget } from "./key-targets.ts";
import { type LevelPlace, type Target, findTarget, placesAtBoundaries } from "./places-at-boundary.ts";
import {
  type StepMove,
  explainRefusal,
  findBoundary,
  findStart,
  isHome,
  isSamePlace,
  listTargets,
  planMove,
} from "./step-move.ts";
import { flattenSteps } from "./step-rows.ts";
import type { RowPart } from "./step-list.tsx";

const HOW_TO_GO_ON: Readonly<Record<"keyboard" | "tap", (them: string) => string>> = {
  keyboard: (them) =>
    `Arrow keys move ${them}, with Shift to the next safe place, Space drops ${them}, Escape puts ${them} back.`,
  tap: (them) => `Choose a place for ${them}, or Cancel.`,
};

/**
 * Carries steps from their place to another, whatever moves them: a pointer, keys, or taps. All ways end in the one
 * action that moves steps, and each says what is happening in the same words.
 */
export function createStepMover({
  openFlow,
  selection,
  actions,
  moveJudge,
}: Pick<Editor, "openFlow" | "selection" | "actions" | "moveJudge">) {
  const documentNow = () => openFlow.getState().history.document;
  const rowsNow = () => flattenSteps(documentNow(), selection.getState().folded);
  const boundariesNow = () => placesAtBoundaries(rowsNow());

  const under = (): { readonly state: StepsMoving; readonly move: StepMove } | undefined => {
    const state = useDragState.getState();
    const move = state.type === "none" ? undefined : planMove(documentNow(), state.keys);
    return state.type !== "none" && move ? { state, move } : undefined;
  };

  const aim = ({ boundary, place }: Target) => {
    const known = under();
    if (!known) return;
    const { state, move } = known;
    const refusal = explainRefusal(move, place);
    const verdict = refusal === undefined ? moveJudge.judge(move.document, state.keys, place) : SAFE;
    setDragState({ ...state, boundary, place, refusal, verdict, isHome: isHome(move, place) });
    const landing = `${move.name}, ${describeLanding(move.document, place, move.keys)}.`;
    announce(refusal ?? joinSentences(landing, verdict.sentence), "assertive");
  };

  /** “position 2”, or in a branch “position 2 of 3, in Route then”. */
  const homeOf = (lead: StepKey) => {
    const at = locateSteps(documentNow()).get(lead);
    return at?.list.type === "root" ? `position ${at.index + 1}` : describePosition(documentNow(), lead);
  };

  const putBack = () => {
    const known = under();
    setDragState({ type: "none" });
    if (known) announce(`Put ${known.move.name} back at ${homeOf(known.state.lead)}.`, "assertive");
  };

  const land = (place: LevelPlace, part: RowPart) => {
    const known = under();
    if (!known) return;
    const { state, move } = known;
    const refusal = explainRefusal(move, place);
    setDragState({ type: "none" });
    if (refusal === undefined && !isHome(move, place)) {
      actions.move(move.keys, { list: place.list, index: place.index }, part, state.lead);
      return;
    }
    announce(`${refusal ? `${refusal} ` : ""}Left ${move.name} at ${homeOf(state.lead)}.`, "assertive");
    actions.focusStep(state.lead, part);
  };

  /** A folded conditional right under the marker opens for steps that are to go into it. */
  const unfoldBelow = ({ boundary, covers }: StepsMoving) => {
    const below = rowsNow()[boundary];
    if (below?.type === "step" && below.isFolded && !covers.has(below.node.key))
      selection.unfold(below.node.key);
  };

  return {
    /** Takes up a step, and with it the selection that it is part of. */
    pickUp: (lead: StepKey, type: StepsMoving["type"]) => {
      const move = planMove(documentNow(), actions.targetsOf(lead));
      const start = move && findStart(move, lead, boundariesNow());
      if (!move || !start) return;
      const { keys, covers } = move;
      setDragState({
        type,
        keys,
        lead,
        covers,
        ...start,
        isHome: isHome(move, start.place),
        refusal: undefined,
        verdict: SAFE,
      });
      if (type === "pointer") return;
      const position = describePosition(move.document, lead);
      const them = keys.length === 1 ? "it" : "them";
      announce(`Picked up ${move.name}, ${position}. ${HOW_TO_GO_ON[type](them)}`, "assertive");
    },

    /** The pointer is over this row, nearest to this boundary, and this deep. */
    aimAt: (row: number, boundary: number, level: number) => {
      const state = useDragState.getState();
      const over = rowsNow()[row];
      // A branch is entered by its head, however far to the side the pointer is.
      const target =
        over?.type === "branch" && over.count !== undefined
          ? findTarget(boundariesNow(), row + 1, over.level)
          : findTarget(boundariesNow(), boundary, level);
      if (state.type === "none" || !target) return;
      // Most frames of a drag stay at one place: what the move would come to there has been said.
      if (state.boundary === target.boundary && isSamePlace(state.place, target.place)) return;
      aim(target);
    },

    /** One key of the move by keyboard; false when it means nothing there. */
    pressKey: (key: string, isShifted = false): boolean => {
      const known = under();
      if (!known) return false;
      const { state, move } = known;
      switch (key) {
        case " ":
        case "Enter":
          return (land(state.place, "handle"), true);
        case "Escape":
          return (putBack(), true);
        case "ArrowRight":
          unfoldBelow(state);
      }
      const targets = listTargets(move, boundariesNow());
      const isSafe = ({ place }: Target) =>
        !isHome(move, place) && moveJudge.typeAt(move.document, state.keys, place) === "safe";
      const isFar = isShifted && (key === "ArrowUp" || key === "ArrowDown");
      const target = isFar
        ? findSafeTarget(targets, state.place, key, isSafe)
        : findKeyTarget(targets, state.place, move.document, key);
      if (!target) {
        if (isFar) announce(`No place further ${key === "ArrowUp" ? "up" : "down"} is safe.`, "assertive");
        return isFar;
      }
      // A step that a tap picked up is moved by keys from here on.
      if (state.type === "tap") setDragState({ ...state, type: "keyboard" });
      aim(target);
      return true;
    },

    /** Lets go where the marker is. `part` is the control that keeps the focus. */
    drop: (part: RowPart) => {
      const known = under();
      if (known) land(known.state.place, part);
    },

    land,
    putBack,

    /** The rows changed under the steps in hand: the marker goes with its place, or to the start where that is gone. */
    follow: () => {
      if (useDragState.getState().type === "none") return;
      const known = under();
      if (!known) return setDragState({ type: "none" });
      const { state, move } = known;
      const boundaries = boundariesNow();
      const target = findBoundary(boundaries, state.place) ?? findStart(move, state.lead, boundaries);
      if (target && target.boundary !== state.boundary) setDragState({ ...state, ...target });
    },
  };
}

function joinSentences(...sentences: readonly string[]): string {
  return sentences.filter((sentence) => sentence !== "").join(" ");
}

export type StepMover = ReturnType<typeof createStepMover>;
