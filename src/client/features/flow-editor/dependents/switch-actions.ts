import type { Command } from "#core/command.ts";
import type { StepKey } from "#core/flow-document.ts";
import type { HistoryEntry } from "#core/history.ts";
import { findStep } from "#core/step-list.ts";
import { isEnabled, stepName } from "#core/step.ts";
import type { TextEdit } from "#core/text-edit.ts";
import { announce } from "#client/ui/announce.ts";
import { formatCount } from "#client/ui/format-count.ts";
import type { ActionScope } from "#client/features/flow-editor/action-scope.ts";
import { REST_MS } from "#client/features/flow-editor/breakage.ts";

/** Switching steps on and off, and mending the texts of those who miss what is off. */
export function createSwitchActions(scope: ActionScope) {
  const { openFlow, analysis, breakage, documentNow, nameOf, openDialog } = scope;
  const lastEntry = (): HistoryEntry | undefined => {
    const { entries, position } = openFlow.getState().history;
    return entries[position - 1];
  };

  const setEnabled = (keys: readonly StepKey[], enabled: boolean) => {
    const before = documentNow();
    const switched = keys.filter((key) => {
      const node = findStep(before, key);
      return node && isEnabled(node) !== enabled;
    });
    openFlow.edit({ type: "setEnabled", keys, enabled });
    const only = keys.length === 1 && keys[0] !== undefined ? findStep(documentNow(), keys[0]) : undefined;
    const what = only ? `${stepName(only)} is` : `${formatCount(keys.length, "step")} are`;
    const said = `${what} ${enabled ? "on" : "off"}.`;
    announce(said);
    const after = documentNow();
    if (enabled || after === before) return;
    // Switches in quick succession are one thought: who misses what is looked for after the last.
    setTimeout(() => {
      const dataflow = documentNow() === after ? analysis.code() : undefined;
      const losses = dataflow?.findLosses(dataflow.readsOf(before), after) ?? [];
      if (dataflow && losses.length > 0) {
        sayWhoMisses(said, dataflow.describeLosses(after, losses), switched);
      }
    }, REST_MS);
  };

  /**
   * A switch is pressed often, mostly to try something and mostly to be pressed again: it never asks. What it breaks is
   * said, and the dialog that a delete opens is one press away.
   */
  const sayWhoMisses = (said: string, sentence: string, keys: readonly StepKey[]) => {
    announce(`${said} ${sentence}`);
    const edit = { type: "mend", keys } as const;
    const mend = { label: "Mend…", run: () => openDialog({ type: "dependents", edit }) };
    const verdict = { type: "breaks", broken: [], sentence } as const;
    breakage.setState({ now: { document: documentNow(), verdict, waysOut: [mend] } });
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
      if (keys[0] !== undefined) scope.focusStep(keys[0]);
    },
  };
}
