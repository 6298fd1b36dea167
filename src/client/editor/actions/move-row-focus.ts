import type { Editor } from "#client/editor/session/editor-provider.tsx";
import {
  type EditorAction,
  type ActionTargetSteps,
  type ShortcutKeyPress,
  defineEditorAction,
  isKeyPressOnStepListRow,
} from "./define-action.ts";

const shared = {
  scope: "steps",
  sheetGroup: "Go",
  worksIn: ["drag"],
  isBound: (_editor, _targets, press) => isKeyPressOnStepListRow(press),
  run: ({ list }: Editor, _targets: ActionTargetSteps, press?: ShortcutKeyPress) => {
    const id = press?.target?.getAttribute("data-row");
    return press !== undefined && typeof id === "string" && list.current?.walk(id, press.key) === true;
  },
} as const satisfies Partial<EditorAction>;

export const moveRowFocusAction = defineEditorAction({
  ...shared,
  id: "walk",
  label: "Previous or next step",
  keys: ["ArrowUp", "ArrowDown"],
});

export const moveRowFocusByPageAction = defineEditorAction({
  ...shared,
  id: "walkFar",
  label: "First, last, 10 up, 10 down",
  keys: ["Home", "End", "PageUp", "PageDown"],
});

export const foldOrUnfoldConditionalAction = defineEditorAction({
  ...shared,
  id: "fold",
  label: "Collapse or expand a conditional",
  keys: ["ArrowLeft", "ArrowRight"],
});
