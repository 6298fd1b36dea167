import type { ChangeLine } from "#core/difference/change-line.ts";
import type { FlowDocument } from "#core/flow-document.ts";
import { countUnsaved } from "#core/history.ts";
import { quoteName } from "#core/quote-name.ts";
import { findStep } from "#core/step-list.ts";
import { stepName } from "#core/step.ts";
import type { KeptWork } from "#client/document/open-flow.ts";
import { describeDifference } from "#client/flow/flow-difference.tsx";

/**
 * What an open flow has that `document` has not, in words; so is what was typed and is no edit yet. Without a document, what
 * the server does not hold.
 */
export function describeUnsaved(state: KeptWork, document?: FlowDocument): readonly ChangeLine[] {
  const { history, unanswered, brokenTexts, unappliedText } = state;
  const broken = brokenTexts.flatMap(({ key, text, message }): ChangeLine[] => {
    const node = findStep(history.document, key);
    if (!node) return [];
    const sentence = `Typed a text into ${quoteName(stepName(node))} that does not fit its field: ${message}`;
    return [{ type: "edited", key, sentence, texts: { before: undefined, after: text } }];
  });
  const unapplied = unappliedText
    ? [lineOfFlow("Edited the flow’s JSON, and did not apply it", unappliedText.text)]
    : [];
  const isUndone = unanswered.length > 0 && countUnsaved(history) === 0;
  const undone =
    document === undefined && isUndone
      ? [lineOfFlow("Undid edits whose save got no answer: the server may hold them")]
      : [];
  const changes = describeDifference(document ?? history.base.document, history.document);
  return [...changes, ...broken, ...unapplied, ...undone];
}

function lineOfFlow(sentence: string, text?: string): ChangeLine {
  const texts = text === undefined ? undefined : { before: undefined, after: text };
  return { type: "flow", key: undefined, sentence, texts };
}
