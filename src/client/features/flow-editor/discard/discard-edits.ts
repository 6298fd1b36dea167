import type { FlowDocument } from "#core/flow-document.ts";
import type { OpenFlow, OpenFlowState } from "#client/document/open-flow.ts";
import { isSameField } from "#client/document/typed-texts.ts";

/**
 * Makes the flow `document`, as one edit. What was typed and is no edit yet goes with it, and comes back where that is
 * undone: a history of documents does not hold it.
 */
export function discardEdits(openFlow: OpenFlow, document: FlowDocument, reason: string): void {
  openFlow.settle();
  openFlow.sealEdit();
  const before = openFlow.getState();
  // A copy, so that there is something to undo even where nothing but texts is discarded.
  const target = document === before.history.document ? { ...document } : document;
  openFlow.edit({ type: "replaceDocument", document: target, reason });
  const index = before.history.position;
  const entry = openFlow.getState().history.entries[index];
  const isThere = ({ history }: OpenFlowState) => history.entries[index] === entry;
  const isDone = ({ history }: OpenFlowState) => history.position > index;

  forgetTexts(openFlow, before);
  if (before.brokenTexts.length === 0 && before.unappliedText === undefined) return;
  const stop = openFlow.subscribe((state, last) => {
    if (!isThere(state)) return stop();
    if (isDone(state) === isDone(last)) return;
    if (isDone(state)) forgetTexts(openFlow, before);
    else bringTextsBack(openFlow, before);
  });
}

type Texts = Pick<OpenFlowState, "brokenTexts" | "unappliedText">;

function forgetTexts(openFlow: OpenFlow, { brokenTexts, unappliedText }: Texts): void {
  for (const { key, field } of brokenTexts) openFlow.clearBrokenText(key, field);
  if (unappliedText !== undefined && openFlow.getState().unappliedText === unappliedText)
    openFlow.setUnappliedText(undefined);
}

/** But for what was typed anew meanwhile. */
function bringTextsBack(openFlow: OpenFlow, { brokenTexts, unappliedText }: Texts): void {
  const now = openFlow.getState();
  for (const broken of brokenTexts) {
    if (!now.brokenTexts.some((other) => isSameField(other, broken))) openFlow.setBrokenText(broken);
  }
  if (unappliedText !== undefined && now.unappliedText === undefined)
    openFlow.setUnappliedText(unappliedText);
}
