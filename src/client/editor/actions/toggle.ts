import { quoteName } from "#core/text/quote-name.ts";
import { Power, PowerOff } from "lucide-react";
import type { EditCommand } from "#core/commands/edit-command.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import { findStep } from "#core/document/step-list.ts";
import { isStepEnabled, getStepName } from "#core/document/step.ts";
import type { StepTextReplacement } from "#core/search/step-text-replacements.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { formatCount } from "#client/ui/format/format-count.ts";
import { REPORT_DELAY_MS, type LabeledQuickFixCallback } from "#client/editor/session/broken-references.ts";
import type { Editor } from "#client/editor/session/editor-provider.tsx";
import { findDependentReferences, isReferenceFixable } from "./dependents/reference-breaking-edit.ts";
import {
  EDIT_SCOPES,
  type ActionTargetSteps,
  defineEditorAction,
  isKeyPressOnStepRow,
} from "./define-action.ts";

/** Disables all if the step that the user pressed is enabled; otherwise enables them all. */
export const toggleStepsEnabledAction = defineEditorAction({
  id: "toggle",
  needs: EDIT_SCOPES,
  label: "Switch on or off",
  menuLabel: (editor, { lead, them = "" }) => `Switch ${isOn(editor, lead) ? "off" : "on"}${them}`,
  menuIcon: (editor, { lead }) => (isOn(editor, lead) ? PowerOff : Power),
  keys: ["Space"],
  scope: "row",
  sheetGroup: "Steps",
  // A mixed selection's panel has separate items for enabling and disabling.
  isShown: (editor, targets) => targets.movedWith !== "elsewhere" || !isMixed(editor, targets),
  isBound: (_editor, { lead }, press) => lead !== undefined && isKeyPressOnStepRow(press),
  run: (editor, { keys, lead }) => setStepsEnabled(editor, keys, !isOn(editor, lead)),
});

export const disableStepsAction = defineEditorAction({
  id: "switchOff",
  needs: EDIT_SCOPES,
  label: "Switch off",
  icon: PowerOff,
  scope: "steps",
  isShown: isMixed,
  run: (editor, { keys }) => setStepsEnabled(editor, keys, false),
});

export const enableStepsAction = defineEditorAction({
  id: "switchOn",
  needs: EDIT_SCOPES,
  label: "Switch on",
  icon: Power,
  scope: "steps",
  isShown: isMixed,
  run: (editor, { keys }) => setStepsEnabled(editor, keys, true),
});

function isOn({ documentNow }: Editor, key: StepKey | undefined): boolean {
  const node = key === undefined ? undefined : findStep(documentNow(), key);
  return node !== undefined && isStepEnabled(node);
}

function isMixed(editor: Editor, { keys }: ActionTargetSteps): boolean {
  return new Set(keys.map((key) => isOn(editor, key))).size > 1;
}

export function setStepsEnabled(editor: Editor, keys: readonly StepKey[], enabled: boolean): void {
  const { openFlow, analysis, documentNow } = editor;
  const before = documentNow();
  const switched = keys.filter((key) => {
    const node = findStep(before, key);
    return node && isStepEnabled(node) !== enabled;
  });
  openFlow.edit({ type: "setEnabled", keys, enabled });
  // In the document before the edit, whose index of steps is there already.
  const only = keys.length === 1 && keys[0] !== undefined ? findStep(before, keys[0]) : undefined;
  const subject = only ? `${quoteName(getStepName(only))} is` : `${formatCount(keys.length, "step")} are`;
  const result = `${subject} ${enabled ? "on" : "off"}.`;
  announceToScreenReaders(result);
  const after = documentNow();
  if (enabled || after === before) return;
  // Delays the search for broken references, so that disabling several steps in quick succession searches once.
  setTimeout(() => {
    const dataflow = documentNow() === after ? analysis.code() : undefined;
    const losses = dataflow?.findLosses(dataflow.readsOf(before), after) ?? [];
    if (!dataflow || losses.length === 0) return;
    const sentence = dataflow.describeLosses(after, losses);
    announceToScreenReaders(`${result} ${sentence}`);
    offerFix(editor, switched, sentence);
  }, REPORT_DELAY_MS);
}

/** In the bar below the step list: disabling a step needs no confirmation, so the dialog opens only on request. */
function offerFix(editor: Editor, keys: readonly StepKey[], sentence: string): void {
  const { analysis, openDialog, brokenReferences, documentNow } = editor;
  const edit = { type: "fix", keys } as const;
  const fix = findDependentReferences(analysis, edit).some(isReferenceFixable)
    ? { label: "Fix…", run: () => openDialog({ type: "dependents", edit }) }
    : describeSwitchOnAgain(editor, keys);
  const impact = { type: "breaks", broken: [], sentence } as const;
  brokenReferences.setState({ now: { document: documentNow(), impact, quickFixes: [fix] } });
}

export function describeSwitchOnAgain(editor: Editor, keys: readonly StepKey[]): LabeledQuickFixCallback {
  return {
    label: `Switch ${editor.nameOf(keys)} on again`,
    run: () => {
      setStepsEnabled(editor, keys, true);
      if (keys[0] !== undefined) editor.focusStep(keys[0]);
    },
  };
}

/** One undo reverts both if disabling was the last edit and is not saved. */
export function applyFixesAfterDisablingSteps(
  { openFlow, nameOf, focusStep }: Editor,
  keys: readonly StepKey[],
  edits: readonly StepTextReplacement[],
): void {
  if (edits.length === 0) return;
  const fix: EditCommand = { type: "replaceText", edits };
  const { entries, saved, position } = openFlow.getState().history;
  const entry = entries[position - 1];
  const isSwitch =
    entry?.command.type === "setEnabled" &&
    !entry.command.enabled &&
    keys.every((key) => entry.command.type === "setEnabled" && entry.command.keys.includes(key)) &&
    saved < position;
  if (isSwitch) openFlow.undo();
  const commands = isSwitch ? [entry.command, fix] : [fix];
  const label = isSwitch ? entry.label : `fix references to ${nameOf(keys)}`;
  openFlow.edit({ type: "sequence", commands, label });
  const readers = new Set(edits.map(({ key }) => key)).size;
  announceToScreenReaders(`Fixed ${formatCount(readers, "step")}.`);
  if (keys[0] !== undefined) focusStep(keys[0]);
}
