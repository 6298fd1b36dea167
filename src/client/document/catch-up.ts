import type { Choices } from "#core/merge/clash.ts";
import type { Merge } from "#core/merge/merge-documents.ts";
import { type OpenFlow, isBehind, parseTheirs } from "./open-flow.ts";

/** The code that merges, loaded before it is needed: that is when the network may be gone. */
export const loadMerging = () => import("#core/merge/merge-documents.ts");

/** What bringing the newest version in would come to now. Undefined where the edits stand on it already. */
export async function previewCatchUp(openFlow: OpenFlow, choices?: Choices): Promise<Merge | undefined> {
  const { mergeDocuments } = await loadMerging();
  openFlow.settle();
  const state = openFlow.getState();
  if (!isBehind(state)) return undefined;
  const { base, document } = state.history;
  return mergeDocuments(base.document, document, parseTheirs(state), choices);
}

/** Every clash needs a choice before anything is changed. */
export type CatchUp = { readonly type: "done" } | { readonly type: "clash"; readonly merge: Merge };

/**
 * Brings the newest version that is known and the edits together, as one edit that can be undone; the edits stand on that
 * version afterwards. Where both changed the same thing and `choices` does not say what holds, nothing is changed.
 */
export async function catchUp(openFlow: OpenFlow, choices: Choices = new Map()): Promise<CatchUp> {
  const merge = await previewCatchUp(openFlow, choices);
  if (!merge) return { type: "done" };
  if (merge.clashes.some(({ id }) => !choices.has(id))) return { type: "clash", merge };
  openFlow.rebase(merge.document, "merge changes from elsewhere");
  return { type: "done" };
}
