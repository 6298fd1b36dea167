import type { StepKey, FlowDocument } from "#core/document/flow-document.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { describeDroppedPlace, describeStepPlace } from "#core/document/step-place.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import type { Editor } from "#client/editor/session/editor-provider.tsx";
import {
  type StepMoveInProgress,
  setStepMoveState,
  useStepMoveState,
} from "#client/editor/session/step-move-state.ts";
import type { StepRowFocusTarget } from "#client/editor/session/editor-session.ts";
import { moveStepsInEditor } from "#client/editor/actions/move.ts";
import { SAFE_MOVE_IMPACT } from "#client/editor/session/broken-references.ts";
import {
  type PlaceInGap,
  type DropPlace,
  findPlaceNearestToLevel,
  listPlacesByGap,
} from "./list-places-at-gap.ts";
import {
  type PlannedStepMove,
  explainWhyStepsCannotMoveTo,
  findDropPlaceInGap,
  findInitialDropPlace,
  isMoveWithoutEffect,
  isSamePlaceInGap,
  listPlacesOfMove,
  planStepMove,
} from "./step-move.ts";
import { flattenStepsToRows } from "./step-rows.ts";

const MOVE_INSTRUCTIONS: Readonly<Record<"keyboard" | "tap", string>> = {
  keyboard: "Use arrow keys to move, with Shift to the next valid position. Space drops, Escape cancels.",
  tap: "Choose a position, or cancel.",
};

export function createStepMoveController(editor: Editor) {
  const { moveAssessor, documentNow, targetsOf, focusStep } = editor;
  const land = (place: PlaceInGap, part: StepRowFocusTarget) => applyMove(editor, place, part);
  const putBack = () => putStepsBack(editor);

  return {
    pickUp: (lead: StepKey, type: StepMoveInProgress["type"]) => {
      const move = planStepMove(documentNow(), targetsOf(lead));
      const start = move && findInitialDropPlace(move, lead, listGapsNow(editor));
      if (!move || !start) return;
      const { keys, covers } = move;
      setStepMoveState({
        type,
        keys,
        lead,
        covers,
        ...start,
        isCurrentPlace: isMoveWithoutEffect(move, start.place),
        refusal: undefined,
        impact: SAFE_MOVE_IMPACT,
      });
      if (type === "pointer") return;
      const position = describeStepPlace(move.document, lead);
      announceToScreenReaders(`Picked up ${move.name}, ${position}. ${MOVE_INSTRUCTIONS[type]}`, "assertive");
    },

    /** Finds the place for a pointer that is `y` row heights below the top of the first row. */
    findTargetAt: (y: number, level: number) => {
      const row = Math.floor(y);
      const over = listRowsNow(editor)[row];
      // Over the head row of a branch, targets that branch, whatever the horizontal position of the pointer.
      const [at, depth] =
        over?.type === "branch" && over.count !== undefined ? [row + 1, over.level] : [Math.round(y), level];
      return findPlaceNearestToLevel(listGapsNow(editor), at, depth);
    },

    aim: (target: DropPlace) => {
      const state = useStepMoveState.getState();
      if (state.type === "none") return;
      if (state.gap === target.gap && isSamePlaceInGap(state.place, target.place)) return;
      previewMove(editor, target);
    },

    findFolded: (row: number) => findFolded(editor, row),

    /** Handles a key of a move by keyboard; returns false if the key has no effect. */
    pressKey: (key: string, isShifted = false): boolean => {
      const inProgress = findMoveInProgress(editor);
      if (!inProgress) return false;
      const { state, move } = inProgress;
      switch (key) {
        case " ":
        case "Enter":
          return (land(state.place, "handle"), true);
        case "Escape":
          return (putBack(), true);
        case "ArrowRight": {
          const below = findFolded(editor, state.gap);
          if (below !== undefined) editor.selection.unfold(below);
        }
      }
      const targets = listPlacesOfMove(move, listGapsNow(editor));
      const isSafe = ({ place }: DropPlace) =>
        !isMoveWithoutEffect(move, place) && moveAssessor.typeAt(move.document, state.keys, place) === "safe";
      const isToNextSafe = isShifted && (key === "ArrowUp" || key === "ArrowDown");
      const target = isToNextSafe
        ? findSafeTarget(targets, state.place, key, isSafe)
        : findPlaceForKey(targets, state.place, move.document, key);
      if (!target) {
        if (isToNextSafe)
          announceToScreenReaders(
            `No valid position further ${key === "ArrowUp" ? "up" : "down"}.`,
            "assertive",
          );
        return isToNextSafe;
      }
      if (state.type === "tap") setStepMoveState({ ...state, type: "keyboard" });
      previewMove(editor, target);
      return true;
    },

    /** Drops the steps at the marker. `part` is the control that gets the focus. */
    drop: (part: StepRowFocusTarget) => {
      const inProgress = findMoveInProgress(editor);
      if (inProgress) land(inProgress.state.place, part);
    },

    land,
    putBack,

    cancel: () => {
      const state = useStepMoveState.getState();
      putBack();
      if (state.type !== "none") focusStep(state.lead, "handle");
    },

    /** The marker stays at its place or, if that no longer exists, returns to the steps' original position. */
    follow: () => {
      if (useStepMoveState.getState().type === "none") return;
      const inProgress = findMoveInProgress(editor);
      if (!inProgress) return setStepMoveState({ type: "none" });
      const { state, move } = inProgress;
      const gaps = listGapsNow(editor);
      const target = findDropPlaceInGap(gaps, state.place) ?? findInitialDropPlace(move, state.lead, gaps);
      if (target && target.gap !== state.gap) setStepMoveState({ ...state, ...target });
    },
  };
}

export function findRowKey(target: EventTarget | null): StepKey | undefined {
  const row = target instanceof Element ? target.closest<HTMLElement>("[data-step-key]") : null;
  return row?.dataset["stepKey"] as StepKey | undefined;
}

function listRowsNow({ documentNow, selection }: Editor) {
  return flattenStepsToRows(documentNow(), selection.getState().folded);
}

function listGapsNow(editor: Editor) {
  return listPlacesByGap(listRowsNow(editor));
}

/** Returns the current move, and its steps in the current document; undefined if no step is being moved. */
function findMoveInProgress({
  documentNow,
}: Editor): { readonly state: StepMoveInProgress; readonly move: PlannedStepMove } | undefined {
  const state = useStepMoveState.getState();
  const move = state.type === "none" ? undefined : planStepMove(documentNow(), state.keys);
  return state.type !== "none" && move ? { state, move } : undefined;
}

/** Shows where the steps would land, and announces what the move would do there. */
function previewMove(editor: Editor, { gap, place }: DropPlace): void {
  const inProgress = findMoveInProgress(editor);
  if (!inProgress) return;
  const { state, move } = inProgress;
  const refusal = explainWhyStepsCannotMoveTo(move, place);
  const impact =
    refusal === undefined ? editor.moveAssessor.assess(move.document, state.keys, place) : SAFE_MOVE_IMPACT;
  setStepMoveState({
    ...state,
    gap,
    place,
    refusal,
    impact,
    isCurrentPlace: isMoveWithoutEffect(move, place),
  });
  const landing = `${move.name}, ${describeDroppedPlace(move.document, place, move.keys)}.`;
  announceToScreenReaders(refusal ?? joinSentences(landing, impact.sentence), "assertive");
}

/** Returns the folded conditional at a row, into whose branches the steps can move once it is unfolded. */
function findFolded(editor: Editor, gap: number): StepKey | undefined {
  const row = listRowsNow(editor)[gap];
  const state = useStepMoveState.getState();
  if (state.type === "none" || row?.type !== "step" || !row.isFolded) return undefined;
  return state.covers.has(row.node.key) ? undefined : row.node.key;
}

function describeOrigin({ documentNow }: Editor, lead: StepKey): string {
  const at = getLocationsOfAllSteps(documentNow()).get(lead);
  return at?.list.type === "root" ? `position ${at.index + 1}` : describeStepPlace(documentNow(), lead);
}

/** Cancels the move: the steps stay at their place. */
function putStepsBack(editor: Editor): void {
  const inProgress = findMoveInProgress(editor);
  setStepMoveState({ type: "none" });
  if (inProgress)
    announceToScreenReaders(
      `Move cancelled. ${inProgress.move.name} stays at ${describeOrigin(editor, inProgress.state.lead)}.`,
      "assertive",
    );
}

function applyMove(editor: Editor, place: PlaceInGap, part: StepRowFocusTarget): void {
  const inProgress = findMoveInProgress(editor);
  if (!inProgress) return;
  const { state, move } = inProgress;
  const refusal = explainWhyStepsCannotMoveTo(move, place);
  setStepMoveState({ type: "none" });
  if (refusal === undefined && !isMoveWithoutEffect(move, place)) {
    const to = { list: place.list, index: place.index };
    moveStepsInEditor(editor, move.keys, to, { movedWith: part, lead: state.lead });
    return;
  }
  announceToScreenReaders(
    `${refusal ? `${refusal} ` : ""}${move.name} stays at ${describeOrigin(editor, state.lead)}.`,
    "assertive",
  );
  editor.focusStep(state.lead, part);
}

function joinSentences(...sentences: readonly string[]): string {
  return sentences.filter((sentence) => sentence !== "").join(" ");
}

export type StepMoveController = ReturnType<typeof createStepMoveController>;

const TARGETS_PER_PAGE_KEY = 10;

/** At the end of the list, returns the target of `place`, so that it is announced again. */
export function findPlaceForKey(
  targets: readonly DropPlace[],
  place: PlaceInGap,
  document: FlowDocument,
  key: string,
): DropPlace | undefined {
  const index = targets.findIndex((target) => isSamePlaceInGap(target.place, place));
  const here = targets[index];
  const targetAt = (index: number) => targets[Math.max(0, Math.min(targets.length - 1, index))];
  switch (key) {
    case "ArrowUp":
      return targetAt(index - 1);
    case "ArrowDown":
      return targetAt(index + 1);
    case "PageUp":
      return targetAt(index - TARGETS_PER_PAGE_KEY);
    case "PageDown":
      return targetAt(index + TARGETS_PER_PAGE_KEY);
    case "Home":
      return targetAt(0);
    case "End":
      return targetAt(targets.length - 1);
    case "ArrowLeft":
      return findTargetAfterConditional(targets, place, document) ?? here;
    case "ArrowRight": {
      const [above, below] = [targets[index - 1], targets[index + 1]];
      if (above && above.gap === here?.gap && above.place.level > place.level) return above;
      return below && below.place.level > place.level ? below : here;
    }
    default:
      return undefined;
  }
}

function findSafeTarget(
  targets: readonly DropPlace[],
  place: PlaceInGap,
  key: "ArrowUp" | "ArrowDown",
  isSafe: (target: DropPlace) => boolean,
): DropPlace | undefined {
  const index = targets.findIndex((target) => isSamePlaceInGap(target.place, place));
  return key === "ArrowUp"
    ? targets.slice(0, Math.max(0, index)).findLast(isSafe)
    : targets.slice(index + 1).find(isSafe);
}

function findTargetAfterConditional(
  targets: readonly DropPlace[],
  { list, level }: PlaceInGap,
  document: FlowDocument,
): DropPlace | undefined {
  const conditional = list.type === "branch" ? getLocationsOfAllSteps(document).get(list.step) : undefined;
  if (!conditional) return undefined;
  const outside = { list: conditional.list, index: conditional.index + 1, level: level - 1 };
  return targets.find(({ place }) => isSamePlaceInGap(place, outside));
}
