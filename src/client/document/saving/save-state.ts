import { isEditBaseBehindServerVersion } from "#client/document/remote/flow-version.ts";
import type { OpenFlowState } from "#client/document/open-flow-state.ts";
import type { SaveProgress } from "./save-transition.ts";
import { countUnsavedEdits } from "./unsaved-edits.ts";
import { formatCountWithNoun } from "#core/text/format-count.ts";

export type SaveStateTone = "calm" | "pending" | "danger";

/** “on this device” only if the journal contains the edits. */
export function describeSaveState(state: OpenFlowState): {
  readonly text: string;
  readonly tone: SaveStateTone;
} {
  const { progress } = state;
  if (progress.type === "saving") return { text: "Saving…", tone: "pending" };
  const kept = state.isPersisted ? "kept on this device" : "kept in this tab";
  const unsaved = countUnsavedEdits(state);
  // Says “in this tab” for a deleted flow without unsaved edits, because the journal then does not contain the flow.
  if (progress.type === "deleted")
    return { text: `Deleted — ${unsaved > 0 ? kept : "kept in this tab"}`, tone: "danger" };
  // Reports the newer version even without unsaved edits, because the page does not show that version.
  if (isEditBaseBehindServerVersion(state)) return { text: "Changed elsewhere", tone: "danger" };
  if (unsaved === 0) return { text: "Saved", tone: "calm" };
  if (state.viewOnlyReason !== undefined) return { text: `Not saved — ${kept}`, tone: "danger" };
  switch (progress.type) {
    case "waiting":
      return progress.reason === "offline"
        ? { text: `Offline — ${kept}`, tone: "danger" }
        : { text: describeFailedSave(progress), tone: "danger" };
    case "signed-out":
      return { text: `Signed out — ${kept}`, tone: "danger" };
    case "refused":
      return { text: "Could not save — retry", tone: "danger" };
    case "failed":
      return { text: describeFailedSave(progress), tone: "danger" };
    case "resting":
      return { text: formatCountWithNoun(unsaved, "unsaved change"), tone: "pending" };
  }
}

function describeFailedSave({
  isUnconfirmed,
  isFinal,
}: {
  readonly isUnconfirmed?: boolean;
  readonly isFinal?: boolean;
}): string {
  return `${isUnconfirmed ? "Not confirmed" : "Could not save"}${isFinal ? "" : " — retry"}`;
}

export type ReasonForUnsavedFlow =
  | Exclude<SaveProgress, { readonly type: "resting" | "saving" }>
  | { readonly type: "behind" }
  | { readonly type: "view-only" };

const BEHIND: ReasonForUnsavedFlow = { type: "behind" };
const VIEW_ONLY: ReasonForUnsavedFlow = { type: "view-only" };

/**
 * Returns the problem that prevents saving, if any; the same object until it changes, so that selectors can
 * compare by identity. The problem stays during a retry: a banner that disappeared for each retry would move
 * the page under the pointer and lose the focus.
 */
export function findReasonForUnsavedFlow(state: OpenFlowState): ReasonForUnsavedFlow | undefined {
  const { progress } = state;
  if (progress.type === "saving") return progress.retryOf;
  if (progress.type === "deleted") return progress;
  if (isEditBaseBehindServerVersion(state)) return BEHIND;
  if (countUnsavedEdits(state) === 0) return undefined;
  if (state.viewOnlyReason !== undefined) return VIEW_ONLY;
  return progress.type === "resting" ? undefined : progress;
}
