import { PanelRight } from "lucide-react";
import { defineEditorAction, isKeyPressOnStepRow } from "./define-action.ts";

export const openInspectorAction = defineEditorAction({
  id: "inspect",
  label: "Open in the inspector",
  menuLabel: () => "Configure",
  icon: PanelRight,
  keys: ["Enter"],
  scope: "row",
  sheetGroup: "Go",
  isShown: (_editor, { keys }) => keys.length === 1,
  isBound: (_editor, { lead }, press) => lead !== undefined && isKeyPressOnStepRow(press),
  run: (editor, { lead }) => lead !== undefined && editor.inspect(lead),
});

export const openStepListRowMenuAction = defineEditorAction({
  id: "openMenu",
  label: "Open the menu",
  keys: ["Shift+F10"],
  hiddenKeys: ["ContextMenu"],
  scope: "row",
  sheetGroup: "Go",
  isBound: (_editor, _targets, press) => isKeyPressOnStepRow(press),
  run: (_editor, _targets, press) => press?.target?.querySelector<HTMLElement>("[data-part=menu]")?.click(),
});
