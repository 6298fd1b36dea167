import type { DocumentChangeDescription } from "#core/difference/document-change-description.ts";
import type { FlowDocument } from "#core/document/flow-document.ts";
import { countUnsavedHistoryEdits } from "#core/history/edit-history.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { findStep } from "#core/document/step-list.ts";
import { getStepName } from "#core/document/step.ts";
import type { PersistedOpenFlowState, OpenFlowState } from "#client/document/open-flow-state.ts";
import { describeFlowDifference } from "#client/flow/change-list.tsx";
import { findFirstInvalidInput } from "#client/document/saving/unsaved-edits.ts";

/** Without `document`, the changes that are not on the server. Includes invalid input and pending JSON. */
export function listUnsavedChangeDescriptions(
  state: PersistedOpenFlowState,
  document?: FlowDocument,
): readonly DocumentChangeDescription[] {
  const { history, unacknowledgedSaves, invalidInputs, pendingJson } = state;
  const invalidInputLines = invalidInputs.flatMap(({ key, text, message }): DocumentChangeDescription[] => {
    const node = findStep(history.document, key);
    if (!node) return [];
    const sentence = `Invalid input in ${quoteName(getStepName(node))}: ${message}`;
    return [{ type: "edited", key, sentence, texts: { before: undefined, after: text } }];
  });
  const pendingJsonLines = pendingJson ? [lineOfFlow("Unapplied JSON edits", pendingJson.text)] : [];
  const isUndone = unacknowledgedSaves.length > 0 && countUnsavedHistoryEdits(history) === 0;
  const undoLines =
    document === undefined && isUndone ? [lineOfFlow("Undone, but may already be saved on the server")] : [];
  const changes = describeFlowDifference(document ?? history.base.document, history.document);
  return [...changes, ...invalidInputLines, ...pendingJsonLines, ...undoLines];
}

function lineOfFlow(sentence: string, text?: string): DocumentChangeDescription {
  const texts = text === undefined ? undefined : { before: undefined, after: text };
  return { type: "flow", key: undefined, sentence, texts };
}

interface SaveObstacle {
  readonly text: string;
  readonly isLasting: boolean;
  readonly upgradeUrl?: string;
}

export function explainWhySaveIsBlocked(state: OpenFlowState, isOffline: boolean): SaveObstacle | undefined {
  const lasting = (text: string): SaveObstacle => ({ text, isLasting: true });
  const { progress } = state;
  if (progress.type === "deleted")
    return lasting("This flow was deleted. Stay to save your edits as a new flow.");
  if (progress.type === "signed-out") return lasting("Signed out. Stay to sign in.");
  if (state.viewOnlyReason !== undefined) return lasting(state.viewOnlyReason);
  if (findFirstInvalidInput(state))
    return lasting("Invalid input blocks saving. Stay to fix or discard the input.");
  if (state.pendingJson) return lasting("JSON edits are not applied. Stay to apply or discard them.");
  if (isOffline) return lasting("Can’t reach the server.");
  switch (progress.type) {
    case "waiting":
      return { text: progress.message || "The server did not respond.", isLasting: false };
    case "refused":
      return { text: progress.message, isLasting: false };
    case "failed": {
      const { message, upgradeUrl } = progress;
      return { text: message, isLasting: false, ...(upgradeUrl !== undefined && { upgradeUrl }) };
    }
    case "resting":
    case "saving":
      return undefined;
  }
}
