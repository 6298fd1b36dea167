import type { StepKey } from "#core/document/flow-document.ts";
import type { MenuItemSeparatorOrSubmenu, MenuItem } from "#client/ui/overlays/menu.tsx";
import type { Editor } from "#client/editor/session/editor-context.tsx";
import { addFirstStepInBranchAction, addStepAboveAction, addStepBelowAction } from "./add-step.ts";
import {
  movePickedUpStepsAction,
  movePickedUpStepsToNextValidPositionAction,
  dropPickedUpStepsAction,
  pickUpStepsAction,
  cancelStepMoveInProgressAction,
} from "./pick-up-steps.ts";
import { collapseAllConditionalsAction, expandAllConditionalsAction } from "./collapse.ts";
import { copyStepsAction, cutStepsAction } from "./copy.ts";
import {
  copyFlowAsCurlAction,
  copyFlowAsTypeScriptAction,
  copyFlowLinkAction,
  copyStepLinkAction,
  copyViewLinkAction,
} from "./copy-as.ts";
import {
  type EditorAction,
  type ActionTargetSteps,
  NO_ACTION_TARGET_STEPS,
  createMenuItemOfEditorAction,
} from "./define-action.ts";
import { deleteFlowAction, deleteStepsAction } from "./delete.ts";
import { duplicateStepsAction, duplicateFlowAction } from "./duplicate.ts";
import { editFlowTagsAction, toggleFavoriteAction } from "./edit-tags.ts";
import { exportFlowJsonAction, exportFlowForRuntimeAction } from "./export.ts";
import { openFindBarAction, findNextMatchAction, findPreviousMatchAction } from "./find.ts";
import { goToNextProblemAction, goToPreviousProblemAction } from "./go-to-problem.ts";
import { showShortcutsDialogAction } from "./help.ts";
import { inspectAdjacentStepAction, openInspectorAction, openStepListRowMenuAction } from "./open.ts";
import {
  moveStepsDownAction,
  moveStepsIntoConditionalAction,
  moveStepsOutOfConditionalAction,
  openMoveToDialogAction,
  moveStepsToBottomAction,
  moveStepsToTopAction,
  moveStepsUpAction,
} from "./move.ts";
import { pasteStepsAction } from "./paste.ts";
import { printFlowAction } from "./print.ts";
import { openPublishDialogAction, openRunOnRecordsDialogAction } from "./publish.ts";
import { renameStepAction, renameOutputVariableAction } from "./rename.ts";
import { editSampleDataAction, testRunUpToStepAction, openOrStartTestRunAction } from "./try-it.ts";
import {
  saveAsTemplateAction,
  revertToPublishedVersionAction,
  revertToSavedFlowAction,
  saveFlowAction,
  toggleAutosaveAction,
} from "./save.ts";
import {
  extendSelectionAction,
  selectAllStepsAction,
  clearSelectionAction,
  startMultiSelectAction,
} from "./select.ts";
import { disableStepsAction, enableStepsAction, toggleStepsEnabledAction } from "./toggle.ts";
import { redoFlowEditAction, undoFlowEditAction } from "./undo.ts";
import {
  foldOrUnfoldConditionalAction,
  moveRowFocusAction,
  moveRowFocusByPageAction,
} from "./move-row-focus.ts";

type Sections = readonly (readonly EditorAction[])[];

const MOVES = [
  moveStepsUpAction,
  moveStepsDownAction,
  moveStepsToTopAction,
  moveStepsToBottomAction,
  moveStepsOutOfConditionalAction,
  moveStepsIntoConditionalAction,
  openMoveToDialogAction,
];

const STEP_MENU: Sections = [
  [
    openInspectorAction,
    renameStepAction,
    renameOutputVariableAction,
    testRunUpToStepAction,
    toggleStepsEnabledAction,
    addStepAboveAction,
    addStepBelowAction,
  ],
  MOVES,
  [duplicateStepsAction, copyStepsAction, cutStepsAction, pasteStepsAction, copyStepLinkAction],
  [startMultiSelectAction, deleteStepsAction],
];

const SELECTION: Sections = [
  [toggleStepsEnabledAction, disableStepsAction, enableStepsAction],
  MOVES,
  [duplicateStepsAction, copyStepsAction, cutStepsAction],
  [deleteStepsAction],
];

const FLOW_MENU: Sections = [
  [openOrStartTestRunAction, editSampleDataAction, openRunOnRecordsDialogAction, openPublishDialogAction],
  [
    openFindBarAction,
    collapseAllConditionalsAction,
    expandAllConditionalsAction,
    toggleAutosaveAction,
    revertToSavedFlowAction,
    revertToPublishedVersionAction,
  ],
  [
    editFlowTagsAction,
    toggleFavoriteAction,
    duplicateFlowAction,
    saveAsTemplateAction,
    exportFlowJsonAction,
    exportFlowForRuntimeAction,
    copyFlowAsCurlAction,
    copyFlowAsTypeScriptAction,
    copyFlowLinkAction,
    copyViewLinkAction,
    printFlowAction,
    showShortcutsDialogAction,
  ],
  [deleteFlowAction],
];

const WITHOUT_MENU: readonly EditorAction[] = [
  addFirstStepInBranchAction,
  pickUpStepsAction,
  movePickedUpStepsAction,
  movePickedUpStepsToNextValidPositionAction,
  dropPickedUpStepsAction,
  cancelStepMoveInProgressAction,
  extendSelectionAction,
  selectAllStepsAction,
  clearSelectionAction,
  moveRowFocusAction,
  moveRowFocusByPageAction,
  foldOrUnfoldConditionalAction,
  openStepListRowMenuAction,
  inspectAdjacentStepAction,
  goToNextProblemAction,
  goToPreviousProblemAction,
  findNextMatchAction,
  findPreviousMatchAction,
  saveFlowAction,
  undoFlowEditAction,
  redoFlowEditAction,
];

export const STEP_ACTIONS: readonly EditorAction[] = STEP_MENU.flat();

/** The actions on the flow or on the whole list of steps that need neither a key press nor a step. */
export const FLOW_ACTIONS: readonly EditorAction[] = [
  saveFlowAction,
  undoFlowEditAction,
  redoFlowEditAction,
  ...FLOW_MENU.flat(),
  goToNextProblemAction,
  goToPreviousProblemAction,
  selectAllStepsAction,
  clearSelectionAction,
];

export const EDITOR_ACTIONS: readonly EditorAction[] = [
  ...new Set([...[...STEP_MENU, ...SELECTION, ...FLOW_MENU].flat(), ...WITHOUT_MENU]),
];

/** The menu of a row; its actions affect the whole selection if the row is selected, else only the row's step. */
export function listStepMenuEntries(editor: Editor, lead: StepKey): readonly MenuItemSeparatorOrSubmenu[] {
  const keys = editor.targetsOf(lead);
  const them = keys.length > 1 ? " selected steps" : "";
  return joinMenuSectionsWithSeparators(itemsOf(STEP_MENU, editor, { keys, lead, movedWith: "menu", them }));
}

export function listMenuItemsForSelectedSteps(
  editor: Editor,
  keys: readonly StepKey[],
): readonly (readonly MenuItem[])[] {
  return itemsOf(SELECTION, editor, { keys, lead: keys[0], movedWith: "elsewhere" });
}

export function listFlowMenuEntries(editor: Editor): readonly MenuItemSeparatorOrSubmenu[] {
  return joinMenuSectionsWithSeparators(itemsOf(FLOW_MENU, editor, NO_ACTION_TARGET_STEPS));
}

export function joinMenuSectionsWithSeparators(
  sections: readonly (readonly MenuItem[])[],
): readonly MenuItemSeparatorOrSubmenu[] {
  return sections
    .filter((items) => items.length > 0)
    .flatMap((items, index): readonly MenuItemSeparatorOrSubmenu[] =>
      index === 0 ? items : [{ type: "separator" }, ...items],
    );
}

function itemsOf(
  sections: Sections,
  editor: Editor,
  targets: ActionTargetSteps,
): readonly (readonly MenuItem[])[] {
  return sections.map((actions) =>
    actions
      .filter(({ isShown }) => isShown?.(editor, targets) ?? true)
      .map((action) => createMenuItemOfEditorAction(action, editor, targets)),
  );
}
