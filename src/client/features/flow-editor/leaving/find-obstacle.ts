import type { OpenFlowState } from "#client/document/open-flow.ts";
import { findBrokenText } from "#client/document/unsaved-edits.ts";

/** Why the unsaved edits cannot be saved, or were not the last time that it was tried. */
export interface SaveObstacle {
  readonly text: string;
  /** It would be in vain to try. */
  readonly isLasting: boolean;
}

export function findObstacle(state: OpenFlowState, isOffline: boolean): SaveObstacle | undefined {
  const lasting = (text: string): SaveObstacle => ({ text, isLasting: true });
  const { progress } = state;
  if (progress.type === "deleted")
    return lasting("This flow was deleted. Stay to save your edits as a new flow.");
  if (progress.type === "signed-out") return lasting("You are signed out. Stay to sign in.");
  if (findBrokenText(state))
    return lasting("A text does not fit its field, so nothing is saved. Stay to mend or discard it.");
  if (state.unappliedText)
    return lasting("The flow’s JSON was edited and not applied. Stay to apply or discard it.");
  if (isOffline) return lasting("The server cannot be reached.");
  switch (progress.type) {
    case "waiting":
      return { text: progress.message || "The server did not answer.", isLasting: false };
    case "refused":
    case "failed":
      return { text: progress.message, isLasting: false };
    case "resting":
    case "saving":
      return undefined;
  }
}
