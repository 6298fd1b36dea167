import { createHash } from "node:crypto";
import { addOriginToFlowChangeEvent } from "#server/flows/flow-events.ts";
import type { FlowServiceDependencies } from "#server/flows/flow-context.ts";
import { prepareStepContents } from "#server/flows/step-index/index-text-parser.ts";
import { assertServerCanRunFlow, runFlowForDispatchRequest, startRunMemory } from "#server/runs/dispatch.ts";
import { assertDispatchCanBePlanned } from "#server/runs/dispatch-plan.ts";
import { type DispatchRequest, checkDispatchRequest } from "#server/runs/dispatch-request.ts";
import {
  type SavedDispatch,
  hasDispatchWrites,
  readReplayedDispatchWrites,
  writeFlowAndRecordOfDispatch,
} from "#server/runs/dispatch-writes.ts";
import type { RunMemory } from "#server/runner/run-memory.ts";
import type { RunService } from "#server/runs/run-service.ts";
import type { BackgroundTextParser } from "#server/flows/text-jobs/background-text-parser.ts";
import { EVENT_STREAM_HEADERS } from "./answer.ts";
import { getRunOrigin } from "./identify-caller.ts";
import { type IdempotencyClaim, IdempotencyClaims } from "./idempotency-claims.ts";
import type { EndpointHandlers, EndpointRequest } from "./endpoint-handlers.ts";

export interface DispatchDependencies {
  readonly flows: FlowServiceDependencies;
  readonly index: BackgroundTextParser;
}

/** Runs the flow of a dispatch. If requested, first saves its flow and record in one transaction. */
export function createDispatchRoute(
  service: RunService,
  dependencies: DispatchDependencies,
): EndpointHandlers<"dispatch">["dispatch"] {
  const claims = new IdempotencyClaims(service.context);
  return async (call) => {
    const { caller, body, headers, signal } = call;
    const request = checkDispatchRequest(caller, body, headers.ifMatch);
    // A key that has lost scopes must not read what this run was allowed to read.
    const operation = ["POST /v1/dispatch", ...caller.scopes.toSorted()].join(" ");
    const claim = await claims.begin(operation, call);
    if (claim && "isReplay" in claim) return claim;
    const isStream = body.options?.streamResponse === true;
    const responseHeaders = isStream ? EVENT_STREAM_HEADERS : {};
    let memory: RunMemory | undefined;
    try {
      assertServerCanRunFlow(service);
      memory = await startRunMemory(service, signal);
      // Asks again, because the server may have begun to stop during the wait.
      assertServerCanRunFlow(service);
      const saved = hasDispatchWrites(request)
        ? await saveBeforeRun(service, dependencies, { call, request, claim })
        : undefined;
      const result = await runFlowForDispatchRequest(service, caller, request, {
        saved,
        gone: signal,
        idempotencyKey: claim && createRunIdempotencyKey(call),
        keeper: claim && {
          keep: (text) => claim.keep({ status: 200, headers: responseHeaders, body: text }),
          release: () => claim.release(),
          lost: claim.lost,
        },
        memory,
        origin: getRunOrigin(call.request),
      });
      if ("stream" in result) return { status: 200, stream: result.stream, headers: responseHeaders };
      releaseWhenSent(memory, call.request);
      return { status: 200, body: result.text };
    } catch (error) {
      memory?.release();
      await claim?.release();
      throw error;
    }
  };
}

/** Holds the memory of a run as long as its response waits for a slow client. */
function releaseWhenSent(memory: RunMemory, { env }: EndpointRequest["request"]): void {
  const { outgoing, incoming } = env ?? {};
  // A client that disconnected earlier has closed the response already.
  if (!outgoing || !incoming || outgoing.destroyed || incoming.socket.destroyed) return memory.release();
  const { socket } = incoming;
  const release = () => {
    outgoing.off("close", release);
    socket.off("close", release);
    memory.release();
  };
  outgoing.once("close", release);
  // A pipelined response that waits for the one before it does not close with its connection.
  socket.once("close", release);
}

/** Derives the key of a run. Includes the body, so that a reused key with another body gives another key. */
function createRunIdempotencyKey({ caller, headers, bodyText }: EndpointRequest): string {
  return createHash("sha256")
    .update(JSON.stringify([caller.organizationId, caller.keyHash, headers.idempotencyKey, bodyText]))
    .digest("base64url");
}

interface DispatchToSave {
  readonly call: EndpointRequest;
  readonly request: DispatchRequest;
  readonly claim: IdempotencyClaim | undefined;
}

/** Saves the flow and the record, unless an earlier attempt at a request with the same Idempotency-Key did. */
async function saveBeforeRun(
  { context }: RunService,
  { flows, index }: DispatchDependencies,
  { call, request, claim }: DispatchToSave,
): Promise<SavedDispatch> {
  const { caller, headers } = call;
  if (claim?.writes !== undefined) return readReplayedDispatchWrites(flows, caller, claim.writes);
  await assertDispatchCanBePlanned(context, caller, request);
  const stepContents =
    request.flowToSave && (await prepareStepContents(index, request.flowToSave.flow.steps));
  let isPublished = false;
  const saved = await flows.store.write(async (tx, publish) => {
    const written = await writeFlowAndRecordOfDispatch(
      flows,
      {
        tx,
        caller,
        ifMatch: headers.ifMatch,
        stepContents,
        publish: (event) => {
          isPublished ||= event.event === "flow.changed" && event.data.change === "published";
          if (flows.extras) publish(addOriginToFlowChangeEvent(event, caller, headers.tab));
        },
        publishRecords: publish,
      },
      request,
    );
    await claim?.storeWrites(tx, JSON.stringify(written.writes));
    return written;
  });
  if (isPublished) call.request.set("securityEvent", "publish");
  return saved;
}
