import type { StepKey } from "#core/flow-document.ts";
import { findStep } from "#core/step-list.ts";
import { outputVariable, stepName } from "#core/step.ts";
import type { ActionScope } from "#client/features/flow-editor/action-scope.ts";
import { quoteName } from "#core/quote-name.ts";
import { announce } from "#client/ui/announce.ts";
import { formatCount } from "#client/ui/format-count.ts";
import { toasts } from "#client/ui/toasts.ts";
import { type RenameSubject, findSubject, planSubject, renameCommand } from "./rename-subject.ts";

const TOAST_MS = 12_000;

/** Names that others use: of variables, and of steps that are read by what they are called. */
export function createRenameActions({ openFlow, analysis, documentNow, openDialog, refuse }: ActionScope) {
  /**
   * A step has got another name: says who still reads it by the old one, and offers to follow. Nothing is said where the
   * old name still means something.
   */
  const offerNewName = (key: StepKey, before: string) => {
    const node = findStep(documentNow(), key);
    const now = analysis.now();
    if (!node || !now || before.trim() === "") return;
    const to = stepName(node);
    if (to === before || now.analysis.survey.producers.has(before)) return;
    const { hits } = now.dataflow.listHits(documentNow(), before, { sets: false });
    const [first, ...others] = new Set(hits.map((hit) => hit.key));
    const reader = first === undefined ? undefined : findStep(documentNow(), first);
    if (!reader) return;
    const who =
      others.length === 0
        ? `${quoteName(stepName(reader))} still reads`
        : `${quoteName(stepName(reader))} and ${formatCount(others.length, "more step")} still read`;
    const subject = { type: "renamedStep", name: before, key, to } as const;
    toasts.show({
      text: `${who} this step as ${quoteName(before)}.`,
      durationMs: TOAST_MS,
      action: { label: "Rename there…", run: () => openDialog({ type: "rename", subject }) },
    });
  };

  return {
    offerNewName,

    renameStep: (key: StepKey, name: string) => {
      const node = findStep(documentNow(), key);
      if (!node) return;
      openFlow.edit({ type: "renameStep", key, name });
      offerNewName(key, stepName(node));
    },

    /** Asks for the new name of a variable, or of the steps that are read by this name. */
    renameEverywhere: (name: string) => {
      openFlow.settle();
      const now = analysis.now();
      if (now?.dataflow.isPlatformName(name)) {
        return refuse(`${quoteName(name)} is set by the platform, so it cannot be renamed.`);
      }
      const subject: RenameSubject = now ? findSubject(now, name) : { type: "variable", name };
      openDialog({ type: "rename", subject });
    },

    /** The same for the variable that a step sets. */
    renameOutput: (key: StepKey) => {
      const node = findStep(documentNow(), key);
      const name = node && outputVariable(node);
      if (name !== undefined) openDialog({ type: "rename", subject: { type: "variable", name } });
    },

    /** Gives the name everywhere, as one edit. Returns why that cannot be; then nothing has changed. */
    rename: (subject: RenameSubject, to: string): string | undefined => {
      const now = analysis.now();
      if (!now) return "The flow is still being read. Try again in a moment.";
      const plan = planSubject(now, documentNow(), subject, to);
      if (plan.type === "refused") return plan.reason;
      const command = renameCommand(subject, to, plan);
      const { entries, position, saved } = openFlow.getState().history;
      const last = entries[position - 1];
      // The step's new name and what follows from it are one edit: undone together, redone together.
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
      announce(
        `Renamed ${quoteName(subject.name)} to ${quoteName(to)} in ${formatCount(plan.edits.length, "text")}.`,
      );
      return undefined;
    },
  };
}
