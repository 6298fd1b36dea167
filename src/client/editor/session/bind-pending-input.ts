import type { FlowDocument } from "#core/document/flow-document.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import type { OpenFlowState } from "#client/document/open-flow-state.ts";
import { type PendingUserInput, isSameStepField } from "#client/document/pending-input.ts";

/** Replaces the document and the pending input in one edit, so that one undo restores both. */
export function replaceFlowAndPendingInput(
  openFlow: OpenFlow,
  document: FlowDocument,
  { reason, texts }: { readonly reason: string; readonly texts: PendingUserInput },
): void {
  openFlow.flush();
  openFlow.sealEdit();
  // Without a new object, the history would record no edit, although the pending input is replaced.
  const isUnchanged = document === openFlow.getState().history.document;
  openFlow.edit({ type: "replaceDocument", document: isUnchanged ? { ...document } : document, reason });
  bindPendingInputToLastEdit(openFlow, texts);
}

/** Undo of the edit restores the previous input, redo restores `texts`. Input typed since then stays. */
export function bindPendingInputToLastEdit(openFlow: OpenFlow, texts: PendingUserInput): void {
  const { history, invalidInputs, pendingJson } = openFlow.getState();
  const before: PendingUserInput = { invalidInputs, pendingJson };
  const index = history.position - 1;
  const edit = history.entries[index];
  const isDone = (state: OpenFlowState) => state.history.position > index;

  changeTexts(openFlow, before, texts);
  if (isNone(before) && isNone(texts)) return;
  const stop = openFlow.subscribe((state, previous) => {
    const entry = state.history.entries[index];
    if (entry?.after !== edit?.after || entry?.before !== edit?.before) return stop();
    if (isDone(state) === isDone(previous)) return;
    if (isDone(state)) changeTexts(openFlow, before, texts);
    else changeTexts(openFlow, texts, before);
  });
}

const isNone = ({ invalidInputs, pendingJson }: PendingUserInput) =>
  invalidInputs.length === 0 && pendingJson === undefined;

function changeTexts(openFlow: OpenFlow, from: PendingUserInput, to: PendingUserInput): void {
  for (const broken of from.invalidInputs) {
    if (openFlow.getState().invalidInputs.includes(broken))
      openFlow.clearInvalidInput(broken.key, broken.field);
  }
  for (const broken of to.invalidInputs) {
    const hasNewerInput = openFlow.getState().invalidInputs.some((other) => isSameStepField(other, broken));
    if (!hasNewerInput) openFlow.setInvalidInput(broken);
  }
  const { pendingJson } = openFlow.getState();
  if (pendingJson === from.pendingJson && pendingJson !== to.pendingJson)
    openFlow.setPendingJson(to.pendingJson);
}
