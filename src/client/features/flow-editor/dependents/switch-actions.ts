import type { Command } from "#core/command.ts";
import type { StepKey } from "#core/flow-document.ts";
import type { HistoryEntry } from "#core/history.ts";
import { findStep } from "#core/step-list.ts";
import { isEnabled, stepName } from "#core/step.ts";
import type { TextEdit } from "#core/text-edit.ts";
import { announce } from "#client/ui/announce.ts";
import { formatCount } from "#client/ui/format-count.ts";
import { toasts } from "#client/ui/toasts.ts";
import type { ActionScope } from "#client/features/flow-editor/action-scope.ts";
import { hasDependents } from "./dependents-edit.ts";

/** Long enough to read who misses what, and to get to the toast's buttons by F8. */
const TOAST_MS = 12_000;

/** Switching steps on and off, and mending the texts of those who miss what is off. */
export function createSwitchActions({ openFlow, analysis, documentNow, nameOf, openDialog }: ActionScope) {
  let shown: number | undefined;
  const lastEntry = (): HistoryEntry | undefined => {
    const { entries, position } = openFlow.getState().history;
    return entries[position - 1];
  };

  const setEnabled = (keys: readonly StepKey[], enabled: boolean) => {
    if (shown !== undefined) toasts.dismiss(shown);
    const before = documentNow();
    const switched = keys.filter((key) => {
      const node = findStep(before, key);
      return node && isEnabled(node) !== enabled;
    });
    const known = enabled ? undefined : analysis.now();
    openFlow.edit({ type: "setEnabled", keys, enabled });
    const only = keys.length === 1 && keys[0] !== undefined ? findStep(documentNow(), keys[0]) : undefined;
    const what = only ? `${stepName(only)} is` : `${formatCount(keys.length, "step")} are`;
    announce(`${what} ${enabled ? "on" : "off"}.`);
    const after = documentNow();
    const entry = lastEntry();
    if (!known || !entry || after === before) return;
    // The switch is on the page first: a frame, then whatever else waits for it.
    requestAnimationFrame(() =>
      setTimeout(() => {
        const losses = known.dataflow.findLosses(known.analysis.reads, after);
        if (losses.length > 0) sayWhoMisses(known.dataflow.describeLosses(after, losses), switched, entry);
      }),
    );
  };

  /**
   * A switch is pressed often, mostly to try something and mostly to be pressed again: it never asks. What it breaks is
   * said, and the dialog that a delete opens is one press away.
   */
  const sayWhoMisses = (text: string, keys: readonly StepKey[], entry: HistoryEntry) => {
    shown = toasts.show({
      text,
      durationMs: TOAST_MS,
      otherAction: { label: "Undo", run: () => takeBack(keys, entry) },
      action: { label: "Mend…", run: () => chooseMending(keys) },
    });
  };

  const takeBack = (keys: readonly StepKey[], entry: HistoryEntry) => {
    // Other edits may have come since; those stay.
    if (lastEntry() !== entry) return setEnabled(keys, true);
    openFlow.undo();
    announce(`Undid ${entry.label}.`);
  };

  const chooseMending = (keys: readonly StepKey[]) => {
    const edit = { type: "mend", keys } as const;
    if (hasDependents(analysis, edit)) openDialog({ type: "dependents", edit });
    else toasts.show({ text: "Nothing is missed any more." });
  };

  return {
    setEnabled,

    /** Mends the texts of those who miss what these steps set: one edit with the switch, where that came just before. */
    mend: (keys: readonly StepKey[], edits: readonly TextEdit[]) => {
      if (edits.length === 0) return;
      const mending: Command = { type: "replaceText", edits };
      const { saved, position } = openFlow.getState().history;
      const entry = lastEntry();
      const isSwitch =
        entry?.command.type === "setEnabled" &&
        !entry.command.enabled &&
        keys.every((key) => entry.command.type === "setEnabled" && entry.command.keys.includes(key)) &&
        saved < position;
      if (isSwitch) openFlow.undo();
      const commands = isSwitch ? [entry.command, mending] : [mending];
      const label = isSwitch ? entry.label : `mend what misses ${nameOf(keys)}`;
      openFlow.edit({ type: "sequence", commands, label });
      const readers = new Set(edits.map(({ key }) => key)).size;
      announce(`Mended ${formatCount(readers, "step")}.`);
    },
  };
}
