import { isSameVersion, markOf } from "#client/document/flow-version.ts";
import type { KeptWork, OpenFlowState } from "#client/document/open-flow.ts";
import { readFate } from "#client/document/sent-save.ts";

/** How a draft stands to what is on the page. */
export type Standing =
  /** The page is untouched, and shows the very version that the draft was made on, or what was saved of it last. */
  | "fits"
  /** The page is untouched, and the server has moved on since. */
  | "moved-on"
  /** The page is untouched, and the version that the draft was made on can no longer be read. */
  | "unsure"
  /** Something else is being edited here, on the same version */
  | "beside"
  /** or on another one. */
  | "apart";

export function judgeDraft(state: OpenFlowState, work: KeptWork): Standing {
  const { history: draft, unanswered } = work;
  const { flow, history, brokenTexts, unappliedText } = state;
  const isUntouched = history.entries.length === 0 && brokenTexts.length === 0 && unappliedText === undefined;
  const { version } = draft.base;
  if (!isUntouched) return isSameVersion(history.base.version, version) ? "beside" : "apart";
  if (version.updatedAt === "") return "unsure";
  const isOwn = () => readFate(flow, unanswered, draft).holding !== undefined;
  return isSameVersion(markOf(flow), version) || isOwn() ? "fits" : "moved-on";
}
