import { type QueryClient, mutationOptions, useIsMutating } from "@tanstack/react-query";
import type { StoreApi } from "zustand/vanilla";
import type { FlowVersionIdentifier } from "#core/history/edit-history.ts";
import { createFlowSaveBody } from "#core/save-body.ts";
import type { Flow, UpdateFlowBody } from "#contract/flow.ts";
import { ApiError, NetworkError } from "#client/data/api/api-error.ts";
import { writeFlow } from "#client/data/api/write-flow.ts";
import { flowQueries, type FlowQueryData } from "#client/data/queries/flow-queries.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import { mergeNewestServerVersion } from "#client/document/remote/merge-newest-version.ts";
import type { SaveTrigger, SaveEvent, SaveRequest, SaveTimerEffect } from "./save-events.ts";
import { toSaveFailure } from "./save-failure.ts";
import type { UnacknowledgedSave } from "./unacknowledged-save.ts";

/** Saves a flow. The scope serializes all mutations that write the same flow. */
export function createSaveFlowMutationOptions(openFlow: OpenFlow, client: QueryClient) {
  const { id } = openFlow.getState().flow;
  const detail = flowQueries.detail(id);
  return mutationOptions({
    mutationKey: mutationKeyOf(id),
    scope: { id: `flow:${id}` },
    mutationFn: async (cause: SaveTrigger) => {
      const before = openFlow.getState().flow;
      const askedAt = performance.now();
      const isReading = client.isFetching({ queryKey: detail.queryKey }) > 0;
      // Cancels reads in flight: a read that started before the write may return the old version.
      await client.cancelQueries({ queryKey: detail.queryKey });
      try {
        await performFlowSaveRequests(openFlow, createTransport(openFlow, client), Date.now, cause);
        const { flow, isInexact } = openFlow.getState();
        if (flow !== before) client.setQueryData(detail.queryKey, { flow, isInexact, askedAt });
      } finally {
        // The save canceled a read, which might have returned a newer version.
        if (isReading && openFlow.getState().flow === before)
          void client.invalidateQueries({ queryKey: detail.queryKey });
      }
    },
    meta: { invalidates: [flowQueries.lists(), flowQueries.versions(id)] },
  });
}

export const useIsSavingFlow = (id: string): boolean => useIsMutating({ mutationKey: mutationKeyOf(id) }) > 0;

export function isSavingFlow(openFlow: OpenFlow, client: QueryClient): boolean {
  return client.isMutating({ mutationKey: mutationKeyOf(openFlow.getState().flow.id) }) > 0;
}

/** Not an autosave. Only then does the editor show conflicts at once. */
export function isRequestedSavePending(openFlow: OpenFlow, client: QueryClient): boolean {
  const mutationKey = mutationKeyOf(openFlow.getState().flow.id);
  const pending = client.getMutationCache().findAll({ mutationKey, status: "pending" });
  return pending.some(({ state }) => state.variables === ("asked" satisfies SaveTrigger));
}

const mutationKeyOf = (flowId: string) => ["saveFlow", flowId];

function createTransport(openFlow: OpenFlow, client: QueryClient): FlowSaveRequestFunctions {
  const { id } = openFlow.getState().flow;
  const detail = flowQueries.detail(id);
  return {
    // An older read may have started before the newest write and would return an outdated version.
    read: async () => {
      await client.cancelQueries({ queryKey: detail.queryKey });
      return client.query({ ...detail, staleTime: 0 });
    },
    write: async (body, { token, updatedAt }, saveKey, sent) => {
      // An API that counts no revisions may fill in fields. The network may fail after the write.
      const hasRevisions = openFlow.getState().flow.revision !== undefined;
      const filler = hasRevisions ? undefined : await loadFieldFiller();
      if (filler) openFlow.setState({ fillInFields: filler.fillInFields });
      const written = await writeFlow({ id, versionToken: token, updatedAt }, body, saveKey);
      filler?.fillInSavedFields(openFlow, written, sent.document);
      return written;
    },
  };
}

const loadFieldFiller = () =>
  import("./fill-in-fields.ts").catch((cause: unknown) => {
    throw new NetworkError("No response from the server", { cause });
  });

/** Requests of a save, which reject with the errors of `callEndpoint`. */
export interface FlowSaveRequestFunctions {
  readonly read: () => Promise<FlowQueryData>;
  /** Rejects with `ApiError` 412 unless the server still has version `over`. */
  readonly write: (
    body: UpdateFlowBody,
    over: FlowVersionIdentifier,
    saveKey: string,
    sent: UnacknowledgedSave,
  ) => Promise<Flow>;
}

/** Throws {@link ConflictError} if edits conflict; other failures are then in the flow's state. */
export async function performFlowSaveRequests(
  openFlow: OpenFlow,
  transport: FlowSaveRequestFunctions,
  now = Date.now,
  cause: SaveTrigger = "asked",
): Promise<void> {
  let { request } = openFlow.receive({ type: "started", cause });
  while (request && request.type !== "end") {
    const performed: Performed = request;
    try {
      ({ request } = openFlow.receive(await perform(openFlow, performed, transport, now)));
    } catch (error) {
      ({ request } = openFlow.receive(failureOf(openFlow, performed, error)));
    }
  }
  if (request?.error !== undefined) throw request.error;
}

type Performed = Exclude<SaveRequest, { readonly type: "end" }>;

async function perform(
  openFlow: OpenFlow,
  request: Performed,
  { read, write }: FlowSaveRequestFunctions,
  now: () => number,
): Promise<SaveEvent> {
  switch (request.type) {
    case "pull": {
      const { type } = await mergeNewestServerVersion(openFlow);
      return { type: "pulled", isConflict: type !== "done" };
    }
    case "write": {
      const { sent } = request;
      const body = createFlowSaveBody(sent.base.document, sent.document) as UpdateFlowBody;
      const flow = await write(body, sent.base.version, sent.key, sent);
      return { type: "acknowledged", flow, sent, at: now() };
    }
    case "read": {
      const { flow, isInexact } = await read();
      return { type: "reread", flow, isInexact };
    }
  }
}

function failureOf(openFlow: OpenFlow, request: Performed, error: unknown): SaveEvent {
  const sent = "sent" in request ? request.sent : undefined;
  const { document } = sent ?? openFlow.getState().history;
  const failure = toSaveFailure(error, document);
  return { type: "failed", failure, error, unwritten: isRefusal(error) ? sent : undefined };
}

/**
 * Whether the server rejected the request without writing. Not known for 412, unless the server says so: browsers resend
 * a request whose connection broke, and the server may have written the first attempt.
 */
const isRefusal = (error: unknown) =>
  error instanceof ApiError &&
  (error.isRead || (error.status >= 400 && error.status < 500 && ![408, 412].includes(error.status)));

type Subscribe = (listener: () => void) => () => void;

interface ScheduleOptions {
  readonly save: (cause: (SaveTimerEffect & { readonly type: "save" })["cause"]) => Promise<unknown>;
  readonly connection: { readonly isOffline: () => boolean; readonly subscribe: Subscribe };
  readonly autosave: Pick<StoreApi<boolean>, "getState" | "subscribe">;
}

/** Runs the save machine's timer for retries and autosave; returns the function that stops the timer. */
export function startFlowSaveTimer(
  openFlow: OpenFlow,
  { save, connection, autosave }: ScheduleOptions,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const perform = (effect: SaveTimerEffect) => {
    if (effect.type === "save") return void save(effect.cause);
    clearTimeout(timer);
    if (effect.type === "start-timer")
      timer = setTimeout(() => openFlow.receive({ type: "elapsed" }), effect.delayMs);
  };
  const configure = () =>
    openFlow.receive({
      type: "configured",
      isAutosaveOn: autosave.getState(),
      isOffline: connection.isOffline(),
    });
  const stops = [
    openFlow.onSchedule(perform),
    connection.subscribe(() => openFlow.receive({ type: "connection", isOffline: connection.isOffline() })),
    autosave.subscribe(configure),
  ];
  configure();
  return () => {
    clearTimeout(timer);
    for (const stop of stops) stop();
  };
}
