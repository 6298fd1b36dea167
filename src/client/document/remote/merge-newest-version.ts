import type { ConflictChoices, MergeConflict } from "#core/merge/conflict.ts";
import type { MergeResult, mergeDocuments } from "#core/merge/merge-documents.ts";
import type { FlowDocument } from "#core/document/flow-document.ts";
import { getStepFieldsWithoutIdAndOrder } from "#core/document/step-content-fields.ts";
import { findStep, getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { isEqualJson, getJsonAtPath } from "#core/json/json.ts";
import { NetworkError } from "#client/data/api/api-error.ts";
import { isEditBaseBehindServerVersion, parseDocumentOfServerVersion } from "./flow-version.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import type { OpenFlowState } from "#client/document/open-flow-state.ts";
import type { InvalidFieldInput } from "#client/document/pending-input.ts";

/** Before a merge is needed: the network may fail later. Rejects with a `NetworkError`. */
export const loadMergeDocumentsModule = () =>
  import("#core/merge/merge-documents.ts").catch(() => {
    throw new NetworkError("Couldn’t load part of this page.");
  });

/** Undefined if already based on that version. The merge code is an argument, to be loaded lazily. */
export function previewMergeWithServerVersion(
  { mergeDocuments: merge }: { readonly mergeDocuments: typeof mergeDocuments },
  state: Pick<OpenFlowState, "flow" | "history" | "unacknowledgedSaves">,
  choices: ConflictChoices = new Map(),
): MergeResult | undefined {
  if (!isEditBaseBehindServerVersion(state)) return undefined;
  const { base, document } = state.history;
  return merge(base.document, document, parseDocumentOfServerVersion(state), {
    choices,
    otherPossibleBases: findDoubted(state),
  });
}

function findDoubted({
  history,
  unacknowledgedSaves,
}: Pick<OpenFlowState, "history" | "unacknowledgedSaves">) {
  return unacknowledgedSaves.flatMap(({ base, document }) => (base === history.base ? [document] : []));
}

export type RemoteMergeOutcome =
  | { readonly type: "done" }
  /** The user must decide each conflict; nothing has changed yet. */
  | { readonly type: "conflict"; readonly merge: MergeResult }
  /** A later correction of this invalid input would overwrite another client's change. */
  | { readonly type: "unfinished"; readonly text: InvalidFieldInput };

/** One undoable edit. Changes nothing if a conflict has no choice for its current values (`isDecided`). */
export async function mergeNewestServerVersion(
  openFlow: OpenFlow,
  choices: ConflictChoices = new Map(),
  isDecided = ({ id }: MergeConflict) => choices.has(id),
): Promise<RemoteMergeOutcome> {
  openFlow.flush();
  // Returns before the merge code is loaded, because a save without a merge does not need that code.
  if (!isEditBaseBehindServerVersion(openFlow.getState())) return { type: "done" };
  const merging = await loadMergeDocumentsModule();
  openFlow.flush();
  const state = openFlow.getState();
  const { base, document } = state.history;
  // Ignores input of deleted steps, which the user cannot see or correct.
  const here = state.invalidInputs.filter(({ key }) => findStep(document, key) !== undefined);
  const text = findInvalidInputInChangedField(here, base.document, parseDocumentOfServerVersion(state));
  if (text) return { type: "unfinished", text };
  const merge = previewMergeWithServerVersion(merging, openFlow.getState(), choices);
  if (!merge) return { type: "done" };
  if (!merge.conflicts.every(isDecided)) return { type: "conflict", merge };
  openFlow.rebase(merge.document, "merged");
  return { type: "done" };
}

/** A correction would overwrite the new value. Ignores steps that only one document contains. */
export function findInvalidInputInChangedField(
  texts: readonly InvalidFieldInput[],
  from: FlowDocument,
  to: FlowDocument,
): InvalidFieldInput | undefined {
  if (texts.length === 0) return undefined;
  const [before, after] = [getLocationsOfAllSteps(from), getLocationsOfAllSteps(to)];
  return texts.find(({ key, field }) => {
    const [was, is] = [before.get(key)?.node, after.get(key)?.node];
    const path = field.split(".");
    return (
      was &&
      is &&
      !isEqualJson(
        getJsonAtPath(getStepFieldsWithoutIdAndOrder(was), path),
        getJsonAtPath(getStepFieldsWithoutIdAndOrder(is), path),
      )
    );
  });
}
