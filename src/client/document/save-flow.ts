import { type QueryClient, mutationOptions } from "@tanstack/react-query";
import { type Flow, flow as flowSchema, type UpdateFlowBody } from "#contract/flow.ts";
import { saveBody } from "#core/save-body.ts";
import { ApiError } from "#client/data/api-error.ts";
import { callEndpoint } from "#client/data/call-endpoint.ts";
import { flowQueries } from "#client/data/flow-queries.ts";
import { type OpenFlow } from "./open-flow.ts";
import { StaleFlowError, toSaveFailure } from "./save-failure.ts";

/**
 * The save of an open flow: one at a time per flow, and what is sent is read when it is sent, so that a save which
 * waited for another never carries an old document or token. A failure is kept in the open flow, which shows it.
 */
export function saveFlow(openFlow: OpenFlow, client: QueryClient) {
  const id = openFlow.getState().flow.id;
  return mutationOptions({
    mutationKey: ["saveFlow", id],
    scope: { id: `flow:${id}` },
    mutationFn: async (): Promise<void> => {
      const { base, history, flow } = openFlow.getState();
      const body = saveBody(base, history.document);
      if (Object.keys(body).length === 0) return;
      openFlow.beginSave();
      // A read that started before the write would bring the old version back.
      await client.cancelQueries({ queryKey: flowQueries.detail(id).queryKey });
      try {
        const answer = await put(flow, body as UpdateFlowBody);
        openFlow.acceptSaved(answer, history.document, history.position);
        client.setQueryData(flowQueries.detail(id).queryKey, { flow: answer, isInexact: false });
      } catch (error) {
        openFlow.failSave(toSaveFailure(error, history.document));
        throw error;
      }
    },
    meta: { invalidates: [flowQueries.lists()] },
  });
}

async function put(flow: Flow, body: UpdateFlowBody): Promise<Flow> {
  const params = { id: flow.id };
  if (flow.versionToken === undefined) return putByDate(flow, body);
  try {
    return await callEndpoint("updateFlow", { params, body, ifMatch: flow.versionToken });
  } catch (error) {
    throw toStale(error) ?? error;
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

function toStale(error: unknown): StaleFlowError | undefined {
  if (!(error instanceof ApiError) || error.status !== 412) return undefined;
  const current = flowSchema.safeParse((error.body as { current?: unknown } | undefined)?.current);
  return current.success ? new StaleFlowError(current.data) : undefined;
}
