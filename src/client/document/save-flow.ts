import { type QueryClient, mutationOptions } from "@tanstack/react-query";
import { type Flow, flow as flowSchema, type UpdateFlowBody } from "#contract/flow.ts";
import { saveBody } from "#core/save-body.ts";
import { ApiError } from "#client/data/api-error.ts";
import { callEndpoint } from "#client/data/call-endpoint.ts";
import { flowQueries } from "#client/data/flow-queries.ts";
import { type OpenFlow, countUnsavedEdits } from "./open-flow.ts";
import { StaleFlowError, toSaveFailure } from "./save-failure.ts";

/**
 * The save of an open flow: one at a time per flow, and what is sent is read when it is sent, so that a save which
 * waited for another never carries an old document or token. A failure is kept in the open flow, which shows it.
 */
export function saveFlow(openFlow: OpenFlow, client: QueryClient) {
  const id = openFlow.getState().flow.id;
  const save = async (): Promise<void> => {
    const { base, history, flow, isInexact } = openFlow.getState();
    const body = saveBody(base, history.document);
    if (Object.keys(body).length === 0) return;
    if (isInexact && body.flowSteps) {
      openFlow.failSave({ type: "error", message: INEXACT });
      throw new Error(INEXACT);
    }
    openFlow.beginSave();
    // A read that started before the write would bring the old version back.
    await client.cancelQueries({ queryKey: flowQueries.detail(id).queryKey });
    try {
      const answer = await put(flow, body as UpdateFlowBody);
      openFlow.acceptSaved(answer, history.document, history.position);
      client.setQueryData(flowQueries.detail(id).queryKey, { flow: answer, isInexact });
    } catch (error) {
      // The answer to an earlier save was lost on the way: what the server holds is what was sent from here.
      if (error instanceof StaleFlowError && openFlow.recognise(error.theirs)) {
        if (countUnsavedEdits(openFlow.getState()) > 0) await save();
        return;
      }
      openFlow.failSave(toSaveFailure(error, history.document));
      throw error;
    }
  };
  return mutationOptions({
    mutationKey: ["saveFlow", id],
    scope: { id: `flow:${id}` },
    mutationFn: save,
    meta: { invalidates: [flowQueries.lists()] },
  });
}

const INEXACT =
  "This flow holds a number that this page cannot keep exactly, so its steps are not saved from here. Its name and description can be.";

async function put(flow: Flow, body: UpdateFlowBody): Promise<Flow> {
  const params = { id: flow.id };
  if (flow.versionToken === undefined) return putByDate(flow, body);
  try {
    return await callEndpoint("updateFlow", { params, body, ifMatch: flow.versionToken });
  } catch (error) {
    throw (await toStale(flow.id, error)) ?? error;
  }
}

/**
 * The guard on a server without version tokens: `updatedAt` is compared just before the write, and the flow is read
 * back after it. Between the two requests a small window remains, and the page says so.
 */
async function putByDate(flow: Flow, body: UpdateFlowBody): Promise<Flow> {
  const params = { id: flow.id };
  const before = await callEndpoint("getFlow", { params });
  if (before.updatedAt !== flow.updatedAt) throw new StaleFlowError(before);
  const written = await callEndpoint("updateFlow", { params, body });
  const after = await callEndpoint("getFlow", { params });
  if (after.updatedAt !== written.updatedAt) throw new StaleFlowError(after);
  return after;
}

/** The version that the server holds is in the answer; where it is not, it is read. */
async function toStale(id: string, error: unknown): Promise<StaleFlowError | undefined> {
  if (!(error instanceof ApiError) || error.status !== 412) return undefined;
  const current = flowSchema.safeParse((error.body as { current?: unknown } | undefined)?.current);
  return new StaleFlowError(
    current.success ? current.data : await callEndpoint("getFlow", { params: { id } }),
  );
}
