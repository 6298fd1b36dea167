import { countUnsaved } from "#core/history.ts";
import { findStep } from "#core/step-list.ts";
import type { OpenFlowState } from "./open-flow.ts";
import type { BrokenText } from "./typed-texts.ts";

/** A text that does not fit its field, if any; a deleted step's text waits for the undo that brings it back. */
export function findBrokenText({ brokenTexts, history }: OpenFlowState): BrokenText | undefined {
  return brokenTexts.find(({ key }) => findStep(history.document, key) !== undefined);
}

/** Something that was typed is no edit yet, and only a person can make one of it: a save would leave it out. */
export function needsMending(state: OpenFlowState): boolean {
  return findBrokenText(state) !== undefined || state.unappliedText !== undefined;
}

/**
 * Edits that the server does not hold; texts that do not fit their fields count as one, and so does JSON to be applied,
 * and a save that was undone after it got no answer: the server may hold what is no longer here.
 */
export function countUnsavedEdits(state: OpenFlowState): number {
  const edits = countUnsaved(state.history);
  const isUndone = edits === 0 && state.unanswered.length > 0;
  const others = [isUndone, findBrokenText(state) !== undefined, state.unappliedText !== undefined];
  return edits + others.filter(Boolean).length;
}
