import { ChevronsDownUp, ClipboardPaste, Download, History, MoveVertical } from "lucide-react";
import type { StepKey } from "#core/document/flow-document.ts";
import type { IconComponent } from "#client/ui/controls/button.tsx";
import type { MenuItemSeparatorOrSubmenu, MenuItem } from "#client/ui/overlays/menu.tsx";
import type { Editor } from "#client/editor/session/editor-provider.tsx";
import { addFirstStepInBranchAction, addStepAboveAction, addStepBelowAction } from "./add-step.ts";
import {
  movePickedUpStepsAction,
  movePickedUpToNextPlaceAction,
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
import { showShortcutsDialogAction } from "./shortcuts-dialog.ts";
import { inspectAdjacentStepAction, openInspectorAction, openStepListRowMenuAction } from "./open.ts";
import {
  moveStepsDownAction,
  moveStepsInAction,
  moveStepsOutAction,
  openMoveToDialogAction,
  moveStepsToBottomAction,
  moveStepsToTopAction,
  moveStepsUpAction,
} from "./move.ts";
import { pasteStepsAction } from "./paste.ts";
import { printFlowAction } from "./print.ts";
import { openPublishDialogAction, openRunOnRecordsDialogAction } from "./publish.ts";
import { renameStepAction, renameOutputVariableAction } from "./rename.ts";
import { editSampleDataAction, testRunUpToStepAction, openOrStartTestRunAction } from "./test-run-action.ts";
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

interface Submenu {
  readonly label: string;
  readonly icon: IconComponent;
  readonly actions: readonly EditorAction[];
}

type Sections = readonly (readonly (EditorAction | Submenu)[])[];

const MOVE_MENU: Submenu = {
  label: "Move",
  icon: MoveVertical,
  actions: [
    moveStepsUpAction,
    moveStepsDownAction,
    moveStepsToTopAction,
    moveStepsToBottomAction,
    moveStepsOutAction,
    moveStepsInAction,
    openMoveToDialogAction,
  ],
};

const STEP_MENU: Sections = [
  [
    openInspectorAction,
    renameStepAction,
    renameOutputVariableAction,
    testRunUpToStepAction,
    toggleStepsEnabledAction,
  ],
  [
    addStepAboveAction,
    addStepBelowAction,
    duplicateStepsAction,
    MOVE_MENU,
    {
      label: "Copy and paste",
      icon: ClipboardPaste,
      actions: [copyStepsAction, cutStepsAction, pasteStepsAction, copyStepLinkAction],
    },
  ],
  [startMultiSelectAction],
  [deleteStepsAction],
];

const SELECTION: Sections = [
  [toggleStepsEnabledAction, disableStepsAction, enableStepsAction],
  [MOVE_MENU],
  [duplicateStepsAction, copyStepsAction, cutStepsAction],
  [deleteStepsAction],
];

const FLOW_MENU: Sections = [
  [openOrStartTestRunAction, editSampleDataAction, openRunOnRecordsDialogAction, openPublishDialogAction],
  [
    openFindBarAction,
    {
      label: "Collapse and expand",
      icon: ChevronsDownUp,
      actions: [collapseAllConditionalsAction, expandAllConditionalsAction],
    },
    toggleAutosaveAction,
    {
      label: "Revert",
      icon: History,
      actions: [revertToSavedFlowAction, revertToPublishedVersionAction],
    },
  ],
  [
    editFlowTagsAction,
    toggleFavoriteAction,
    {
      label: "Copy and export",
      icon: Download,
      actions: [
        duplicateFlowAction,
        saveAsTemplateAction,
        exportFlowJsonAction,
        exportFlowForRuntimeAction,
        copyFlowAsCurlAction,
        copyFlowAsTypeScriptAction,
        copyFlowLinkAction,
        copyViewLinkAction,
        printFlowAction,
      ],
    },
  ],
  [deleteFlowAction],
];

const WITHOUT_MENU: readonly EditorAction[] = [
  addFirstStepInBranchAction,
  pickUpStepsAction,
  movePickedUpStepsAction,
  movePickedUpToNextPlaceAction,
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
  showShortcutsDialogAction,
];

export const STEP_ACTIONS: readonly EditorAction[] = STEP_MENU.flat().flatMap(getActions);

/** The actions on the flow or on the whole list of steps that need neither a key press nor a step. */
export const FLOW_ACTIONS: readonly EditorAction[] = [
  saveFlowAction,
  undoFlowEditAction,
  redoFlowEditAction,
  ...FLOW_MENU.flat().flatMap(getActions),
  goToNextProblemAction,
  goToPreviousProblemAction,
  selectAllStepsAction,
  clearSelectionAction,
];

export const EDITOR_ACTIONS: readonly EditorAction[] = [
  ...new Set([...[...STEP_MENU, ...SELECTION, ...FLOW_MENU].flat().flatMap(getActions), ...WITHOUT_MENU]),
];

/** The menu of a row; its actions affect the whole selection if the row is selected, else only the row's step. */
export function listStepMenuEntries(editor: Editor, lead: StepKey): readonly MenuItemSeparatorOrSubmenu[] {
  const keys = editor.targetsOf(lead);
  const them = keys.length > 1 ? " selected steps" : "";
  return createMenu(STEP_MENU, editor, { keys, lead, movedWith: "menu", them });
}

export function listSelectionMenuEntries(
  editor: Editor,
  keys: readonly StepKey[],
): readonly MenuItemSeparatorOrSubmenu[] {
  return createMenu(SELECTION, editor, { keys, lead: keys[0], movedWith: "elsewhere" });
}

/** Lists the entries of the selection menu, those of its submenu included, by section. */
export function listMenuItemsForSelectedSteps(
  editor: Editor,
  keys: readonly StepKey[],
): readonly (readonly MenuItem[])[] {
  return SELECTION.map((section) =>
    createItems(section.flatMap(getActions), editor, { keys, lead: keys[0], movedWith: "elsewhere" }),
  );
}

export function listFlowMenuEntries(editor: Editor): readonly MenuItemSeparatorOrSubmenu[] {
  return createMenu(FLOW_MENU, editor, NO_ACTION_TARGET_STEPS);
}

function createMenu(
  sections: Sections,
  editor: Editor,
  targets: ActionTargetSteps,
): readonly MenuItemSeparatorOrSubmenu[] {
  return sections
    .map((section) =>
      section.flatMap((entry): readonly MenuItemSeparatorOrSubmenu[] => {
        const items = createItems(getActions(entry), editor, targets);
        if (!("actions" in entry) || items.length === 0) return items;
        return [{ type: "submenu", label: entry.label, icon: entry.icon, entries: items }];
      }),
    )
    .filter((entries) => entries.length > 0)
    .flatMap((entries, index) => (index === 0 ? entries : [{ type: "separator" } as const, ...entries]));
}

function createItems(
  actions: readonly EditorAction[],
  editor: Editor,
  targets: ActionTargetSteps,
): readonly MenuItem[] {
  return actions
    .filter(({ isShown }) => isShown?.(editor, targets) ?? true)
    .map((action) => createMenuItemOfEditorAction(action, editor, targets));
}

function getActions(entry: EditorAction | Submenu): readonly EditorAction[] {
  return "actions" in entry ? entry.actions : [entry];
}
