import { createHash } from "node:crypto";
import { addOriginToFlowChangeEvent } from "#server/flows/flow-events.ts";
import type { FlowServiceDependencies } from "#server/flows/flow-context.ts";
import { prepareTextNames } from "#server/flows/step-index/prepare-index.ts";
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
import type { BackgroundTextParser } from "#server/threads/text-reader.ts";
import { EVENT_STREAM_HEADERS } from "./answer.ts";
import { runOncePerIdempotencyKey } from "./answer-once.ts";
import type { EndpointHandlers, EndpointRequest } from "./route.ts";

export interface DispatchDependencies {
  readonly flows: FlowServiceDependencies;
  readonly index: BackgroundTextParser;
}

/** Runs the flow of a dispatch. If requested, first saves its flow and record in one transaction. */
export function createDispatchRoute(
  service: RunService,
  dependencies: DispatchDependencies,
): EndpointHandlers<"dispatch">["dispatch"] {
  return async (call) => {
    const { caller, body, headers, signal } = call;
    const request = checkDispatchRequest(caller, body, headers.ifMatch);
    assertServerCanRunFlow(service);
    const memory = await startRunMemory(service, signal);
    try {
      const saved = hasDispatchWrites(request)
        ? await saveBeforeRun(service, dependencies, call, request)
        : undefined;
      const result = await runFlowForDispatchRequest(service, caller, request, {
        saved,
        gone: signal,
        idempotencyKey: service.context.extras ? createRunIdempotencyKey(call) : undefined,
        memory,
      });
      if ("stream" in result) return { status: 200, stream: result.stream, headers: EVENT_STREAM_HEADERS };
      releaseWhenSent(memory, call.request);
      return { status: 200, body: result.text };
    } catch (error) {
      memory.release();
      throw error;
    }
  };
}

/** Holds the memory of a run as long as its response waits for a slow client. */
function releaseWhenSent(memory: RunMemory, { env }: EndpointRequest["request"]): void {
  const outgoing = env?.outgoing;
  if (outgoing) outgoing.once("close", () => memory.release());
  else memory.release();
}

/** Derives the key of a run. Includes the body, so that a reused key with another body gives another key. */
function createRunIdempotencyKey({ caller, headers, bodyText }: EndpointRequest): string | undefined {
  const { idempotencyKey } = headers;
  if (idempotencyKey === undefined) return undefined;
  return createHash("sha256")
    .update(JSON.stringify([caller.organizationId, idempotencyKey, bodyText]))
    .digest("base64url");
}

async function saveBeforeRun(
  { context }: RunService,
  { flows, index }: DispatchDependencies,
  call: EndpointRequest,
  request: DispatchRequest,
): Promise<SavedDispatch> {
  const { caller, headers } = call;
  await assertDispatchCanBePlanned(context, caller, request);
  const textNames = request.flowToSave && (await prepareTextNames(index, request.flowToSave.flow.steps));
  let fresh: SavedDispatch | undefined;
  let isPublished = false;
  const { body } = await flows.store.write((tx, publish) =>
    runOncePerIdempotencyKey({ context: flows, tx, operation: "POST /v1/dispatch" }, call, async () => {
      fresh = await writeFlowAndRecordOfDispatch(
        flows,
        {
          tx,
          caller,
          ifMatch: headers.ifMatch,
          textNames,
          publish: (event) => {
            isPublished ||= event.event === "flow.changed" && event.data.change === "published";
            if (flows.extras) publish(addOriginToFlowChangeEvent(event, caller, headers.tab));
          },
          publishRecords: publish,
        },
        request,
      );
      return { status: 200, body: JSON.stringify(fresh.writes) };
    }),
  );
  if (isPublished) call.request.set("securityEvent", "publish");
  return fresh ?? readReplayedDispatchWrites(flows, caller, body ?? "");
}
