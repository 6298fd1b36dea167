import { FlaskConical, FlaskRound } from "lucide-react";
import { isDialogOrMenuOpen } from "#client/ui/focus/key-event-in-text-field.ts";
import { commitInlineNameEdit } from "#client/editor/session/focus.ts";
import { openPanelOrStartTestRun } from "#client/editor/session/test-run-store.ts";
import { defineEditorAction } from "./define-action.ts";

/** If the panel is open already, the shortcut starts the test run: pressing it twice runs the flow. */
export const openOrStartTestRunAction = defineEditorAction({
  id: "tryIt",
  needs: ["DISPATCH:EXECUTE"],
  label: "Try it: open, then run",
  menuLabel: () => "Try it",
  icon: FlaskConical,
  keys: ["Mod+Enter"],
  scope: "page",
  sheetGroup: "Flow",
  worksIn: ["dialog", "text", "drag"],
  ignoresRepeat: true,
  // Not bound on the JSON view, where the same shortcut applies the edited JSON.
  isBound: (_editor, _targets, { target }) =>
    (!isDialogOrMenuOpen() || isTargetInTestRunPanel(target)) && !target?.closest("[data-json-tab]"),
  run: (editor, _targets, press) => {
    if (!press) editor.panels.show("testRun");
    else if (commitInlineNameEdit()) openPanelOrStartTestRun(editor);
  },
});

export const testRunUpToStepAction = defineEditorAction({
  id: "runUpTo",
  needs: ["DISPATCH:EXECUTE"],
  label: "Run up to here",
  icon: FlaskConical,
  scope: "row",
  isShown: (_editor, { keys }) => keys.length === 1,
  run: (editor, { lead }) => openPanelOrStartTestRun(editor, lead),
});

/** Also matches the dialog that contains the panel on a narrow page: the dialog itself has the focus when it opens. */
export function isTargetInTestRunPanel(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest("[data-panel=testRun], [role=dialog]:has([data-panel=testRun])") !== null
  );
}

export const editSampleDataAction = defineEditorAction({
  id: "sampleData",
  label: "Sample data…",
  icon: FlaskRound,
  scope: "page",
  run: ({ openDialog }) => openDialog({ type: "sampleData" }),
});
