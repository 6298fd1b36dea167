import { Pencil, Variable } from "lucide-react";
import type { StepKey } from "#core/document/flow-document.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { findStep } from "#core/document/step-list.ts";
import { getOutputVariable, getStepName } from "#core/document/step.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { formatCount } from "#client/ui/format/format-count.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import type { Editor } from "#client/editor/session/editor-provider.tsx";
import { EDIT_SCOPES, defineEditorAction } from "./define-action.ts";
import {
  type NameToRename,
  resolveNameToRename,
  planNameRename,
  buildRenameCommand,
} from "./rename-variable/name-to-rename.ts";

const TOAST_MS = 12_000;

export const renameStepAction = defineEditorAction({
  id: "rename",
  needs: EDIT_SCOPES,
  label: "Rename",
  icon: Pencil,
  keys: ["F2"],
  scope: "row",
  sheetGroup: "Steps",
  isShown: (_editor, { keys }) => keys.length === 1,
  run: ({ list }, { lead }) => lead !== undefined && list.current?.startRename(lead),
});

export const renameOutputVariableAction = defineEditorAction({
  id: "renameOutput",
  needs: EDIT_SCOPES,
  label: "Rename variable…",
  icon: Variable,
  scope: "row",
  // Only a run knows the value of a name with a template, so references cannot be found.
  isShown: (editor, { keys, lead }) =>
    keys.length === 1 && findOutputName(editor, lead)?.includes("{{") === false,
  run: (editor, { lead }) => {
    const name = findOutputName(editor, lead);
    if (name !== undefined) editor.openDialog({ type: "rename", subject: { type: "variable", name } });
  },
});

function findOutputName({ documentNow }: Editor, key: StepKey | undefined): string | undefined {
  const node = key === undefined ? undefined : findStep(documentNow(), key);
  return node && getOutputVariable(node);
}

export function renameStep(editor: Editor, key: StepKey, name: string): void {
  const node = findStep(editor.documentNow(), key);
  if (!node) return;
  editor.openFlow.edit({ type: "renameStep", key, name });
  offerToUpdateReferences(editor, key, getStepName(node));
}

/** Once the renamed flow is analyzed, unless another step produces the old name. */
export function offerToUpdateReferences(editor: Editor, key: StepKey, before: string): void {
  if (before.trim() === "") return;
  const stop = editor.analysis.subscribe(({ analysis }) => {
    if (analysis?.document !== editor.documentNow()) return;
    stop();
    showReferenceUpdateOffer(editor, key, before);
  });
}

function showReferenceUpdateOffer(
  { analysis, documentNow, openDialog }: Editor,
  key: StepKey,
  before: string,
): void {
  const node = findStep(documentNow(), key);
  const now = analysis.now();
  if (!node || !now) return;
  const to = getStepName(node);
  if (to === before || now.analysis.survey.producers.has(before)) return;
  const { hits } = now.dataflow.listHits(documentNow(), before, { sets: false });
  const [first, ...others] = new Set(hits.map((hit) => hit.key));
  const reader = first === undefined ? undefined : findStep(documentNow(), first);
  if (!reader) return;
  const who =
    others.length === 0
      ? `${quoteName(getStepName(reader))} still refers`
      : `${quoteName(getStepName(reader))} and ${formatCount(others.length, "more step")} still refer`;
  const subject = { type: "renamedStep", name: before, key, to } as const;
  toasts.show({
    text: `${who} to this step as ${quoteName(before)}.`,
    durationMs: TOAST_MS,
    action: { label: "Rename references…", run: () => openDialog({ type: "rename", subject }) },
  });
}

export function openRenameEverywhereDialog(
  { openFlow, analysis, refuse, refuseEdit, openDialog }: Editor,
  name: string,
): void {
  if (refuseEdit()) return;
  openFlow.flush();
  const now = analysis.now();
  if (now?.dataflow.isPlatformName(name)) {
    refuse(`${quoteName(name)} is built in and can’t be renamed.`);
    return;
  }
  const subject: NameToRename = now ? resolveNameToRename(now, name) : { type: "variable", name };
  openDialog({ type: "rename", subject });
}

/** One edit, with every reference. If it is impossible, changes nothing and returns the reason. */
export function renameVariableOrSteps(
  { openFlow, analysis, documentNow }: Editor,
  subject: NameToRename,
  to: string,
): string | undefined {
  const now = analysis.now();
  if (!now) return "The flow is still loading. Retry in a moment.";
  const plan = planNameRename(now, documentNow(), subject, to);
  if (plan.type === "refused") return plan.reason;
  const command = buildRenameCommand(subject, to, plan);
  const { entries, position, saved } = openFlow.getState().history;
  const last = entries[position - 1];
  // Combines this edit with the preceding rename of the step itself, so that one undo reverts both.
  const isOfStep =
    subject.type === "renamedStep" &&
    last?.command.type === "renameStep" &&
    last.command.key === subject.key &&
    last.command.name === to &&
    saved < position;
  if (isOfStep) {
    openFlow.undo();
    openFlow.edit({ type: "sequence", commands: [last.command, command], label: last.label });
  } else openFlow.edit(command);
  announceToScreenReaders(
    `Renamed ${quoteName(subject.name)} to ${quoteName(to)} in ${formatCount(plan.edits.length, "place")}.`,
  );
  return undefined;
}
