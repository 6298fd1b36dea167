import { useStepMoveState } from "#client/editor/session/step-move-state.ts";
import type { Editor } from "#client/editor/session/editor-provider.tsx";
import {
  EDIT_SCOPES,
  type EditorAction,
  type ActionTargetSteps,
  type ShortcutKeyPress,
  defineEditorAction,
} from "./define-action.ts";

export const pickUpStepsAction = defineEditorAction({
  id: "pickUp",
  needs: EDIT_SCOPES,
  label: "On a handle: pick up or drop",
  keys: ["Space"],
  hiddenKeys: ["Enter"],
  scope: "handle",
  sheetGroup: "Move",
  // On the handle of another step, the shortcut picks up that other step instead.
  worksIn: ["drag"],
  run: ({ list }, { lead }) => lead !== undefined && list.current?.pickUp(lead),
});

/** Bound only while the focus is on the handle of the picked-up step. */
const shared = {
  scope: "drag",
  isBound: (_editor: Editor, _targets: ActionTargetSteps, { target }: ShortcutKeyPress) => {
    const state = useStepMoveState.getState();
    const handle = target?.closest("[data-part=handle]");
    const key = handle?.closest("[data-step-key]")?.getAttribute("data-step-key");
    return state.type !== "none" && state.type !== "pointer" && key === state.lead;
  },
  run: ({ list }: Editor, _targets: ActionTargetSteps, press?: ShortcutKeyPress) =>
    press !== undefined && list.current?.pressMoveKey(press.key, press.isShifted) === true,
} as const satisfies Partial<EditorAction>;

export const movePickedUpStepsAction = defineEditorAction({
  ...shared,
  id: "carry",
  label: "Picked up: move",
  hiddenKeys: ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown"],
});

export const movePickedUpToNextPlaceAction = defineEditorAction({
  ...shared,
  id: "carryToSafePlace",
  label: "Jump to next valid position",
  keys: ["Shift+ArrowUp", "Shift+ArrowDown"],
  sheetGroup: "Move",
});

export const dropPickedUpStepsAction = defineEditorAction({
  ...shared,
  id: "drop",
  label: "Picked up: drop",
  hiddenKeys: ["Space", "Enter"],
});

/** Works in text fields too: while the user moves steps by tapping, no element has the focus. */
export const cancelStepMoveInProgressAction = defineEditorAction({
  id: "putBack",
  label: "Picked up: cancel",
  hiddenKeys: ["Escape"],
  scope: "drag",
  worksIn: ["dialog", "text"],
  isBound: () => useStepMoveState.getState().type !== "pointer",
  run: ({ list }) => list.current?.cancelMove(),
});
