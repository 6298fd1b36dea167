import type { Flow } from "#contract/flow.ts";
import { type OpenFlow, createOpenFlow } from "#client/document/open-flow.ts";
import type { SaveEvent } from "#client/document/saving/save-events.ts";
import { toSaveFailure } from "#client/document/saving/save-failure.ts";
import type { UnacknowledgedSave } from "#client/document/saving/unacknowledged-save.ts";

type EventOf<Type extends SaveEvent["type"]> = Extract<SaveEvent, { readonly type: Type }>;

export const openSaved = (flow: Flow) => createOpenFlow(flow, { isInexact: false });

/** Receives a version that was read, and returns what became of it. */
export const receiveVersion = (openFlow: OpenFlow, flow: Flow, more: Partial<EventOf<"version">> = {}) =>
  openFlow.receive({ type: "version", flow, isInexact: false, ...more }).outcome;

/** Records the document as sent without sending a request; the test provides the response. */
export function markAsSent(openFlow: OpenFlow): UnacknowledgedSave {
  openFlow.receive({ type: "sent" });
  const sent = openFlow.getState().unacknowledgedSaves.at(-1);
  if (!sent) throw new Error("Nothing was sent");
  return sent;
}

/** Receives the response to a save: the flow as the server has stored it. */
export const acknowledge = (openFlow: OpenFlow, flow: Flow, sent: EventOf<"acknowledged">["sent"]) =>
  openFlow.receive({ type: "acknowledged", flow, sent });

export const failSave = (openFlow: OpenFlow, error: unknown) =>
  openFlow.receive({ type: "failed", failure: toSaveFailure(error, openFlow.getState().history.document) });
