import { Plus } from "lucide-react";
import { type StepPlace, getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import type { Editor } from "#client/editor/session/editor-provider.tsx";
import { EDIT_SCOPES, type ActionTargetSteps, defineEditorAction } from "./define-action.ts";
import { describeExceededStepLimit, countStepsUntilLimit } from "./insert-steps.ts";

export const addStepAboveAction = defineEditorAction({
  id: "addStepAbove",
  needs: EDIT_SCOPES,
  label: "Add step above",
  icon: Plus,
  scope: "row",
  run: (editor, targets) => addBeside(editor, targets, 0),
});

export const addStepBelowAction = defineEditorAction({
  id: "addStepBelow",
  needs: EDIT_SCOPES,
  label: "Add a step after this one",
  menuLabel: (_editor, { lead }) => (lead === undefined ? "Add step" : "Add step below"),
  icon: Plus,
  keys: ["/"],
  scope: "steps",
  sheetGroup: "Steps",
  run: (editor, targets, press) =>
    press || targets.lead === undefined
      ? openAddStepDialog(editor, editor.placeHere())
      : addBeside(editor, targets, 1),
});

export const addFirstStepInBranchAction = defineEditorAction({
  id: "addFirstInBranch",
  needs: EDIT_SCOPES,
  label: "Add the first step of a branch",
  keys: ["Enter"],
  scope: "branch",
  sheetGroup: "Steps",
  run: (editor) => {
    const place = editor.list.current?.findFocusedBranch();
    if (!place) return false;
    openAddStepDialog(editor, place);
    return true;
  },
});

export function openAddStepDialog(editor: Editor, place: StepPlace): void {
  const { documentNow, openDialog, refuseEdit } = editor;
  if (refuseEdit()) return;
  if (countStepsUntilLimit(documentNow()) > 0) openDialog({ type: "add", place });
  else toasts.show({ text: describeExceededStepLimit(documentNow(), 1), tone: "danger" });
}

function addBeside(editor: Editor, { lead }: ActionTargetSteps, offset: 0 | 1): void {
  const at = lead === undefined ? undefined : getLocationsOfAllSteps(editor.documentNow()).get(lead);
  if (at) openAddStepDialog(editor, { list: at.list, index: at.index + offset });
}
