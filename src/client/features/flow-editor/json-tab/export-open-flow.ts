import type { OpenFlow } from "#client/document/open-flow.ts";
import { countUnsavedEdits } from "#client/document/unsaved-edits.ts";
import { downloadFlow } from "#client/flow/download-flow.ts";
import { quoteName } from "#core/quote-name.ts";
import { formatCount } from "#client/ui/format-count.ts";
import { toasts } from "#client/ui/toasts.ts";

/** Downloads the flow as it is on the page, unsaved edits included, and says what is in the file and what is not. */
export function exportOpenFlow(openFlow: OpenFlow): void {
  openFlow.settle();
  const state = openFlow.getState();
  const { document } = state.history;
  if (state.isInexact) {
    const text = `${quoteName(document.name)} was not exported: it holds a number that this page cannot keep exactly.`;
    toasts.show({ text, tone: "danger" });
    return;
  }
  downloadFlow(document);
  const unsaved = countUnsavedEdits({ ...state, unappliedText: undefined, brokenTexts: [] });
  const edits = unsaved > 0 ? `, with ${formatCount(unsaved, "unsaved change")}` : "";
  const isLeftOut = state.unappliedText !== undefined || state.brokenTexts.length > 0;
  const rest = isLeftOut ? " What you typed and did not apply is not in it." : "";
  toasts.show({
    text: `Exported ${quoteName(document.name)}${edits}.${rest}`,
    tone: isLeftOut ? "neutral" : "success",
  });
}
