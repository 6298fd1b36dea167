import type { FlowDocument } from "#core/flow-document.ts";
import type { OpenFlow, OpenFlowState } from "#client/document/open-flow.ts";
import { type TypedTexts, isSameField } from "#client/document/typed-texts.ts";

/** Makes the flow `document`, and what was typed `texts`, as one edit: its undo has both back. */
export function replaceWork(
  openFlow: OpenFlow,
  document: FlowDocument,
  { reason, texts }: { readonly reason: string; readonly texts: TypedTexts },
): void {
  openFlow.settle();
  openFlow.sealEdit();
  // A copy, so that there is something to undo even where nothing but texts is replaced.
  const isThere = document === openFlow.getState().history.document;
  openFlow.edit({ type: "replaceDocument", document: isThere ? { ...document } : document, reason });
  tieTexts(openFlow, texts);
}

/**
 * Ties texts to the last edit: in place of those that are there come `texts` now, and whenever that edit is undone or redone
 * they change places. What was typed anew meanwhile stays.
 */
export function tieTexts(openFlow: OpenFlow, texts: TypedTexts): void {
  const { history, brokenTexts, unappliedText } = openFlow.getState();
  const before: TypedTexts = { brokenTexts, unappliedText };
  const index = history.position - 1;
  const edit = history.entries[index];
  const isDone = (state: OpenFlowState) => state.history.position > index;

  changeTexts(openFlow, before, texts);
  if (isNone(before) && isNone(texts)) return;
  const stop = openFlow.subscribe((state, last) => {
    const entry = state.history.entries[index];
    if (entry?.after !== edit?.after || entry?.before !== edit?.before) return stop();
    if (isDone(state) === isDone(last)) return;
    if (isDone(state)) changeTexts(openFlow, before, texts);
    else changeTexts(openFlow, texts, before);
  });
}

const isNone = ({ brokenTexts, unappliedText }: TypedTexts) =>
  brokenTexts.length === 0 && unappliedText === undefined;

function changeTexts(openFlow: OpenFlow, from: TypedTexts, to: TypedTexts): void {
  for (const broken of from.brokenTexts) {
    if (openFlow.getState().brokenTexts.includes(broken)) openFlow.clearBrokenText(broken.key, broken.field);
  }
  for (const broken of to.brokenTexts) {
    const isTaken = openFlow.getState().brokenTexts.some((other) => isSameField(other, broken));
    if (!isTaken) openFlow.setBrokenText(broken);
  }
  const { unappliedText } = openFlow.getState();
  if (unappliedText === from.unappliedText && unappliedText !== to.unappliedText)
    openFlow.setUnappliedText(to.unappliedText);
}
