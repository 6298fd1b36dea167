import { ClipboardPaste, FlaskConical, ListChecks, PanelRight, Pencil, Plus, Variable } from "lucide-react";
import type { StepKey } from "#core/flow-document.ts";
import { locateSteps } from "#core/step-list.ts";
import { isEnabled, outputVariable } from "#core/step.ts";
import type { MenuEntry } from "#client/ui/menu-entry.ts";
import type { Editor } from "./editor-context.tsx";
import { shortcuts } from "./shortcuts.ts";
import { copyEntries, deleteEntry, moveEntries, rowTargets, switchEntry } from "./step-entries.ts";
import { askForTrial } from "./try/trial-store.ts";

interface StepMenuOptions {
  /** Opens its name. */
  readonly onRename: () => void;
  /** The server runs flows. */
  readonly mayRun: boolean;
}

/** What can be done to the step of a row, and with it to the selection that it is part of. */
export function stepMenuEntries(
  editor: Editor,
  key: StepKey,
  { onRename, mayRun }: StepMenuOptions,
): readonly MenuEntry[] {
  const { openFlow, actions, selection } = editor;
  const at = locateSteps(openFlow.getState().history.document).get(key);
  if (!at) return [];
  const keys = actions.targetsOf(key);
  const targets = rowTargets(keys, key);
  const renameOutput: MenuEntry = {
    type: "item",
    label: "Rename variable…",
    icon: Variable,
    onSelect: () => actions.renameOutput(key),
  };
  const runUpTo: MenuEntry = {
    type: "item",
    label: "Run up to here",
    icon: FlaskConical,
    onSelect: () => askForTrial(editor.trial, key),
  };
  const ofOne: readonly MenuEntry[] = [
    {
      type: "item",
      label: "Configure",
      icon: PanelRight,
      shortcut: shortcuts.configure.keys[0],
      onSelect: () => actions.inspect(key),
    },
    { type: "item", label: "Rename", icon: Pencil, shortcut: shortcuts.rename.keys[0], onSelect: onRename },
    // A name that is made by a template is known only when the flow runs.
    ...(outputVariable(at.node)?.includes("{{") === false ? [renameOutput] : []),
    ...(mayRun ? [runUpTo] : []),
  ];
  const select: MenuEntry = {
    type: "item",
    label: "Select",
    icon: ListChecks,
    onSelect: () => actions.gather(key),
  };
  const isAlone = keys.length === 1;
  return [
    ...(isAlone ? ofOne : []),
    switchEntry(editor, targets, !isEnabled(at.node)),
    {
      type: "item",
      label: "Add step above",
      icon: Plus,
      onSelect: () => actions.add({ list: at.list, index: at.index }),
    },
    {
      type: "item",
      label: "Add step below",
      icon: Plus,
      shortcut: shortcuts.add.keys[0],
      onSelect: () => actions.add({ list: at.list, index: at.index + 1 }),
    },
    { type: "separator" },
    ...moveEntries(editor, targets),
    { type: "separator" },
    ...copyEntries(editor, targets),
    {
      type: "item",
      label: "Paste…",
      icon: ClipboardPaste,
      shortcut: shortcuts.paste.keys[0],
      onSelect: () => actions.choosePaste(keys),
    },
    { type: "separator" },
    ...(isAlone && !selection.getState().isGathering ? [select] : []),
    deleteEntry(editor, targets),
  ];
}
