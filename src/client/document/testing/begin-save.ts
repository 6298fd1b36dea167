import type { OpenFlow } from "#client/document/open-flow.ts";
import type { UnacknowledgedSave } from "#client/document/saving/unacknowledged-save.ts";

/** Records the document as sent without sending a request; the test provides the response. */
export function markOpenFlowDocumentAsSent(openFlow: OpenFlow): UnacknowledgedSave {
  openFlow.receive({ type: "sent" });
  const sent = openFlow.getState().unacknowledgedSaves.at(-1);
  if (!sent) throw new Error("Nothing was sent");
  return sent;
}
