import type { Flow, UpdateFlowBody } from "#contract/flow.ts";
import { type FlowDocument, parseFlowDocument } from "#core/document/flow-document.ts";
import type { HistoryEntry } from "#core/document/history.ts";
import type { JsonObject } from "#core/json/json.ts";
import { createFieldFiller, hasAllFields, hasRemovedField } from "#core/merge/added-fields.ts";
import { createFlowSaveBody } from "#core/save-body.ts";
import { ApiError } from "#client/data/api/api-error.ts";
import { readFlow } from "#client/data/api/read-flow.ts";
import {
  createUnreadStepFieldsError,
  getStepFieldsReport,
  isSaveWithoutStepFieldsAllowed,
  readMissingStepFields,
  readWrittenFlow,
} from "#client/data/api/step-fields.ts";
import type { WrittenFlowAndOverwriteState } from "#client/data/api/write-flow.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import type { OpenFlowState } from "#client/document/open-flow-state.ts";
import { getFlowVersionIdentifier, isSameVersion } from "#client/document/remote/flow-version.ts";
import type { UnacknowledgedSave } from "./unacknowledged-save.ts";

/**
 * Checks, on a server without version tokens, that a save replaces only what this page has read. Throws `ApiError` 412 if
 * the version or its fields must be read again, and 428 if fields may be missing and the user has not accepted that.
 */
export async function checkSaveWithoutToken(
  openFlow: OpenFlow,
  { base, document }: UnacknowledgedSave,
): Promise<void> {
  openFlow.setState({ fillInFields });
  const { id } = openFlow.getState().flow;
  const read = await readFlow(id);
  if (read.flow.updatedAt !== base.version.updatedAt)
    throw new ApiError(412, "The flow was changed elsewhere.");
  if (createFlowSaveBody(base.document, document).flowSteps === undefined) return;
  let { flow } = read;
  if (getStepFieldsReport(id).problem !== undefined && !isSaveWithoutStepFieldsAllowed(id))
    ({ flow } = await readMissingStepFields(read, { isForced: true }));
  const { problem } = getStepFieldsReport(id);
  if (problem !== undefined && !isSaveWithoutStepFieldsAllowed(id))
    throw createUnreadStepFieldsError(problem);
  // Makes the save read the flow again: the base lacks fields of the server, for example because it was
  // restored from the journal of a page that could not read these fields.
  if (createFieldFiller(base.document, parseFlowDocument(flow, base.document)))
    throw new ApiError(412, "The flow has fields that were not read before.");
}

/**
 * Completes what a server without version tokens returned for a save: reads the flow back, adds the fields that the server
 * filled in to the open document, and detects whether another client has changed the flow meanwhile.
 */
export async function readBackSavedFlow(
  openFlow: OpenFlow,
  written: Flow,
  body: UpdateFlowBody,
  sent: UnacknowledgedSave,
): Promise<WrittenFlowAndOverwriteState> {
  const steps = (body.flowSteps as JsonObject[] | undefined) ?? openFlow.getState().flow.flowSteps;
  const flow = await readWrittenFlow(written, steps);
  if (flow.updatedAt !== written.updatedAt && !isResultOf(sent, flow))
    return { written: { ...written, flowSteps: steps }, isOvertaken: true };
  if (hasAllFields(sent.document, parseFlowDocument(flow, sent.document)))
    openFlow.setState((state) => fillAllDocuments(state, sent.document, flow) ?? {});
  return { written: flow, isOvertaken: false };
}

/** Whether the flow is what the server made of the save: everything that was sent, and perhaps defaults. */
function isResultOf({ base, document }: UnacknowledgedSave, flow: Flow): boolean {
  const held = parseFlowDocument(flow, document);
  return hasAllFields(document, held) && !hasRemovedField(base.document, document, held);
}

type FilledState = Pick<OpenFlowState, "history" | "unacknowledgedSaves" | "pendingJson">;

/**
 * Adds fields of the server's version to the open flow, without an undo step: fields of the base that were read late, and
 * defaults that the server filled in when it wrote a save of this page. Undefined if there are none.
 */
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
