import type { Choices, Clash } from "#core/merge/clash.ts";
import type { Merge, mergeDocuments } from "#core/merge/merge-documents.ts";
import { findStep } from "#core/step-list.ts";
import { NetworkError } from "#client/data/api-error.ts";
import { ARRIVALS } from "./arrival.ts";
import { findUnfinished } from "./find-unfinished.ts";
import { isBehind, parseTheirs } from "./flow-version.ts";
import { type OpenFlow, type OpenFlowState } from "./open-flow.ts";
import type { BrokenText } from "./typed-texts.ts";

/** The code that merges, loaded before it is needed: that is when the network may be gone. Then it is a {@link NetworkError}. */
export const loadMerging = () =>
  import("#core/merge/merge-documents.ts").catch(() => {
    throw new NetworkError("The code that merges could not be loaded.");
  });

/**
 * What bringing the newest version in would come to. Undefined where the edits stand on it already. The code that merges
 * is handed in, so that only those carry it who come later than the page.
 */
export function previewMerge(
  { mergeDocuments: merge }: { readonly mergeDocuments: typeof mergeDocuments },
  state: Pick<OpenFlowState, "flow" | "history" | "unanswered">,
  choices?: Choices,
): Merge | undefined {
  if (!isBehind(state)) return undefined;
  const { base, document } = state.history;
  return merge(base.document, document, parseTheirs(state), choices, findDoubted(state));
}

/**
 * What the newest version may have begun with too: saves of ours that got no answer, where the server does not tell
 * whether it wrote them.
 */
function findDoubted({ history, unanswered }: Pick<OpenFlowState, "history" | "unanswered">) {
  return unanswered.flatMap(({ base, document }) => (base === history.base ? [document] : []));
}

export type CatchUp =
  | { readonly type: "done" }
  /** Every clash needs a choice before anything is changed. */
  | { readonly type: "clash"; readonly merge: Merge }
  /** Theirs changed what this text was begun on. Mended, it is an edit that can be merged; after a merge it would undo theirs. */
  | { readonly type: "unfinished"; readonly text: BrokenText };

/**
 * Brings the newest version that is known and the edits together, as one edit that can be undone; the edits stand on that
 * version afterwards. Where both changed the same thing and `choices` does not say what holds, nothing is changed; nor where
 * it was chosen of other values than they are by now, which `isDecided` tells.
 */
export async function catchUp(
  openFlow: OpenFlow,
  choices: Choices = new Map(),
  isDecided = ({ id }: Clash) => choices.has(id),
): Promise<CatchUp> {
  openFlow.settle();
  // Where nothing is to be merged, a save does not wait for the code, nor fail without it.
  if (!isBehind(openFlow.getState())) return { type: "done" };
  const merging = await loadMerging();
  openFlow.settle();
  const state = openFlow.getState();
  const { base, document } = state.history;
  // Of a step that was deleted here nobody sees a text; it waits for the undo that brings the step back.
  const here = state.brokenTexts.filter(({ key }) => findStep(document, key) !== undefined);
  const text = findUnfinished(here, base.document, parseTheirs(state));
  if (text) return { type: "unfinished", text };
  const merge = previewMerge(merging, openFlow.getState(), choices);
  if (!merge) return { type: "done" };
  if (!merge.clashes.every(isDecided)) return { type: "clash", merge };
  openFlow.rebase(merge.document, ARRIVALS.merged);
  return { type: "done" };
}
