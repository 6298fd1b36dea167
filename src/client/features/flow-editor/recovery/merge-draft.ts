import { parseFlowLike } from "#core/adopt-flow.ts";
import { type FlowDocument, toWireList } from "#core/flow-document.ts";
import type { History } from "#core/history.ts";
import { mergeDocuments } from "#core/merge/merge-documents.ts";

/**
 * Brings together two lots of edits that stand on the same version of a flow. Undefined where both changed the same thing,
 * each in its own way.
 */
export function mergeDraft(here: History, draft: History): FlowDocument | undefined {
  const base = here.base.document;
  // The draft is of another page, which may have named steps without an id by other keys.
  const { name, description, steps } = draft.document;
  const theirs = parseFlowLike(base, { name, description, flowSteps: toWireList(steps) });
  const { document, clashes } = mergeDocuments(base, here.document, theirs);
  return clashes.length === 0 ? document : undefined;
}
