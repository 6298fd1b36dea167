import { parseJson } from "#core/json/json.ts";
import { EventSourceParserStream, type EventSourceMessage } from "eventsource-parser/stream";
import type { DispatchRequestBody } from "#contract/dispatch.ts";
import { endpoints } from "#contract/endpoints.ts";
import { PAGE_USER_IDENTITY_HEADER, TAB_ID_HEADER } from "#contract/local.ts";
import { NetworkError } from "./api-error.ts";
import { createApiErrorFromResponse, responseObserver } from "./call-endpoint.ts";
import {
  type FlowRunStreamEvent,
  createFlowRunEventReader,
  readFlowRunResult,
} from "./flow-run-event-reader.ts";
import { pageUserIdentityTracker } from "./page-identity.ts";
import { currentBrowserTabId } from "./tab-id.ts";

/** Thrown if the connection broke off, or the stream ended before the run did. */
export class InterruptedStreamError extends Error {
  override readonly name = "InterruptedStreamError";
}

/** Thrown if a complete answer arrived that does not say how the run ended, such as a web page. */
export class UnknownRunOutcomeError extends Error {
  override readonly name = "UnknownRunOutcomeError";
}

interface FlowRunStreamOptions {
  readonly signal: AbortSignal;
  /** Milliseconds without data after which the connection is considered dead. */
  readonly silenceMs: number;
}

/**
 * Runs a flow and yields its events; the last event is the outcome. Throws `ApiError` if the server rejects the run,
 * `NetworkError` if the server is unreachable, {@link InterruptedStreamError} or {@link UnknownRunOutcomeError} if the
 * outcome is unknown. Aborting `signal` ends the run without an error.
 */
export async function* streamFlowRun(
  body: DispatchRequestBody,
  { signal, silenceMs }: FlowRunStreamOptions,
): AsyncGenerator<FlowRunStreamEvent, void> {
  const silence = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const restartSilenceTimer = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), silenceMs);
  };
  try {
    restartSilenceTimer();
    const answer = await openStream(body, AbortSignal.any([signal, silence.signal]));
    if ("events" in answer) return yield* answer.events;
    const readEvents = createFlowRunEventReader();
    for (let next = await read(answer.reader); next; next = await read(answer.reader)) {
      restartSilenceTimer();
      const value = parseJson(next.data);
      for (const event of readEvents(next.event ?? readType(value), value) ?? []) {
        yield event;
        if (event.type === "execution_complete" || event.type === "execution_error") return;
      }
    }
    throw new InterruptedStreamError("The stream ended before the run did");
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
    // Aborts the request, which ends the run, if the consumer stops iterating.
    silence.abort();
  }
}

function readType(value: unknown): string {
  return typeof value === "object" && value !== null && "type" in value ? String(value.type) : "";
}

type Reader = ReadableStreamDefaultReader<EventSourceMessage>;

type RunAnswer = { readonly reader: Reader } | { readonly events: readonly FlowRunStreamEvent[] };

async function openStream(body: DispatchRequestBody, signal: AbortSignal): Promise<RunAnswer> {
  const { method, path } = endpoints.dispatch;
  const identity = pageUserIdentityTracker.current();
  const headers = {
    accept: "text/event-stream",
    "content-type": "application/json",
    [TAB_ID_HEADER]: currentBrowserTabId,
    ...(identity !== undefined && { [PAGE_USER_IDENTITY_HEADER]: identity }),
  };
  const response = await fetch(path, { method, headers, body: JSON.stringify(body), signal }).catch(
    (error: unknown) => {
      throw new NetworkError("No response from the server", { cause: error });
    },
  );
  responseObserver.onResponse?.(response);
  if (!response.ok)
    throw createApiErrorFromResponse(response.status, response.headers, await readJsonBody(response));
  if (response.body && response.headers.get("content-type")?.startsWith("text/event-stream")) {
    const reader = response.body
      .pipeThrough<string>(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream())
      .getReader();
    return { reader };
  }
  // Some servers answer with the finished run, although a stream was requested.
  const events = readFlowRunResult(await readJsonBody(response));
  if (!events) throw new UnknownRunOutcomeError("The response doesn’t say how the run ended");
  return { events };
}

async function readJsonBody(response: Response): Promise<unknown> {
  return parseJson(await response.text().catch(() => ""));
}

async function read(reader: Reader): Promise<EventSourceMessage | undefined> {
  try {
    return (await reader.read()).value;
  } catch (error) {
    throw new InterruptedStreamError("The stream ended early", { cause: error });
  }
}
