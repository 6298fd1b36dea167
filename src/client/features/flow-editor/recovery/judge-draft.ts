import { isSameVersion, markOf } from "#client/document/flow-version.ts";
import type { RecoveredWork } from "#client/document/journal/replay-journal.ts";
import type { OpenFlowState } from "#client/document/open-flow.ts";

/** How a draft stands to what is on the page. */
export type Standing =
  /** The page is untouched, and shows the very version that the draft was made on. */
  | "fits"
  /** The page is untouched, and the server has moved on since. */
  | "moved-on"
  /** The page is untouched, and the version that the draft was made on can no longer be read. */
  | "unsure"
  /** Something else is being edited here, on the same version */
  | "beside"
  /** or on another one. */
  | "apart";

export function judgeDraft(state: OpenFlowState, { history: draft }: RecoveredWork): Standing {
  const { flow, history, brokenTexts, unappliedText } = state;
  const isUntouched = history.entries.length === 0 && brokenTexts.length === 0 && unappliedText === undefined;
  const { version } = draft.base;
  if (!isUntouched) return isSameVersion(history.base.version, version) ? "beside" : "apart";
  if (version.updatedAt === "") return "unsure";
  return isSameVersion(markOf(flow), version) ? "fits" : "moved-on";
}
