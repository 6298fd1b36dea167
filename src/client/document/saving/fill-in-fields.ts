import type { Flow } from "#contract/flow.ts";
import { type FlowDocument, parseFlowDocument } from "#core/document/flow-document.ts";
import type { HistoryEntry } from "#core/history/edit-history.ts";
import { createFieldFiller, hasAllFields, hasRemovedField } from "#core/merge/field-filler.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import type { OpenFlowState } from "#client/document/open-flow-state.ts";
import { getFlowVersionIdentifier, isSameVersion } from "#client/document/remote/flow-version.ts";
import type { UnacknowledgedSave } from "./unacknowledged-save.ts";

/** Adds the fields that the API filled in when it wrote a save to the open flow, without an undo step. */
export function fillInSavedFields(openFlow: OpenFlow, written: Flow, sent: FlowDocument): void {
  if (hasAllFields(sent, parseFlowDocument(written, sent)))
    openFlow.setState((state) => fillAllDocuments(state, sent, written) ?? {});
}

/** Whether the flow is what the server made of the save: everything that was sent, and perhaps defaults. */
function isResultOf({ base, document }: UnacknowledgedSave, flow: Flow): boolean {
  const held = parseFlowDocument(flow, document);
  return hasAllFields(document, held) && !hasRemovedField(base.document, document, held);
}

type FilledState = Pick<OpenFlowState, "history" | "unacknowledgedSaves" | "pendingJson">;

/** Without an undo step: fields that were read late, and defaults of the server. Undefined without any. */
export function fillInFields(state: FilledState, flow: Flow): FilledState | undefined {
  const { base } = state.history;
  const isBase = isSameVersion(getFlowVersionIdentifier(flow), base.version);
  const sent = isBase ? base : state.unacknowledgedSaves.find((save) => isResultOf(save, flow));
  return sent && fillAllDocuments(state, sent.document, flow);
}

/** Adds fields that `from` lacks and the flow has to all documents, including those of the undo history. */
function fillAllDocuments(
  { history, unacknowledgedSaves, pendingJson }: FilledState,
  from: FlowDocument,
  flow: Flow,
): FilledState | undefined {
  const fill = createFieldFiller(from, parseFlowDocument(flow, from));
  if (!fill) return undefined;
  const isBase = from === history.base.document;
  // Keeps the object unless it changes, because a save in progress is recognized by the identity of its base.
  const base = isBase ? { ...history.base, document: fill(from) } : history.base;
  return {
    history: {
      ...history,
      base,
      document: fill(history.document),
      entries: history.entries.map(fillEntry(fill)),
    },
    unacknowledgedSaves: unacknowledgedSaves.map((save) => ({
      ...save,
      document: fill(save.document),
      base: isBase && save.base === history.base ? base : save.base,
    })),
    // Fills this document too, because the JSON tab compares it with the flow's document by identity.
    pendingJson: pendingJson && { ...pendingJson, since: fill(pendingJson.since) },
  };
}

const fillEntry =
  (fill: (document: FlowDocument) => FlowDocument) =>
  (entry: HistoryEntry): HistoryEntry => {
    const [before, after] = [fill(entry.before), fill(entry.after)];
    return before === entry.before && after === entry.after ? entry : { ...entry, before, after };
  };
