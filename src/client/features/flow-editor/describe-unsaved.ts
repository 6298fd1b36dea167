import type { ChangeLine } from "#core/difference/change-line.ts";
import type { FlowDocument } from "#core/flow-document.ts";
import { quoteName } from "#core/quote-name.ts";
import { findStep } from "#core/step-list.ts";
import { stepName } from "#core/step.ts";
import type { OpenFlowState } from "#client/document/open-flow.ts";
import { describeDifference } from "#client/flow/flow-difference.tsx";

/**
 * What an open flow has that `document` has not, in words; so is what was typed and is no edit yet. Without a document, what
 * the server does not hold.
 */
export function describeUnsaved(
  { history, brokenTexts, unappliedText }: Pick<OpenFlowState, "history" | "brokenTexts" | "unappliedText">,
  document: FlowDocument = history.base.document,
): readonly ChangeLine[] {
  const broken = brokenTexts.flatMap(({ key, text, message }): ChangeLine[] => {
    const node = findStep(history.document, key);
    if (!node) return [];
    const sentence = `Typed a text into ${quoteName(stepName(node))} that does not fit its field: ${message}`;
    return [{ type: "edited", key, sentence, texts: { before: undefined, after: text } }];
  });
  const unapplied: ChangeLine[] = unappliedText
    ? [
        {
          type: "flow",
          key: undefined,
          sentence: "Edited the flow’s JSON, and did not apply it",
          texts: { before: undefined, after: unappliedText.text },
        },
      ]
    : [];
  return [...describeDifference(document, history.document), ...broken, ...unapplied];
}
