import { EventSourceParserStream, type EventSourceMessage } from "eventsource-parser/stream";
import { safeParse } from "zod/v4/core";
import { type DispatchBody, type DispatchEvents, dispatchEvents } from "#contract/dispatch.ts";
import { endpoints } from "#contract/endpoints.ts";
import { TAB_HEADER } from "#contract/events.ts";
import { ApiError, NetworkError } from "./api-error.ts";
import { parseAnswer, toApiError } from "./call-endpoint.ts";
import { tabId } from "./tab-id.ts";

type EventName = Exclude<keyof DispatchEvents, "ping">;

/** What a run tells, by `type`. */
export type DispatchEvent = {
  readonly [Name in EventName]: DispatchEvents[Name] & { readonly type: Name };
}[EventName];

/** The stream ended before the run did: nobody knows how it went on. */
export class CutStreamError extends Error {
  override readonly name = "CutStreamError";
}

/** Three pings of the server's: a stream that is silent for longer is dead, though nobody said so. */
const SILENCE_MS = 45_000;

/**
 * Runs a flow and yields what it tells, the last event being how it ended. Throws `ApiError` where the run was refused,
 * `NetworkError` where the server was not reached, and {@link CutStreamError} where the stream broke off. Aborting the
 * signal ends the run, and the generator without an error.
 */
export async function* dispatchFlow(
  body: DispatchBody,
  signal: AbortSignal,
): AsyncGenerator<DispatchEvent, void> {
  const silence = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const awaitSign = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENCE_MS);
  };
  try {
    awaitSign();
    const reader = await openStream(body, AbortSignal.any([signal, silence.signal]));
    for (let next = await read(reader); next; next = await read(reader)) {
      awaitSign();
      const event = readEvent(next);
      if (event) yield event;
      if (event?.type === "execution_complete" || event?.type === "execution_error") return;
    }
    throw new CutStreamError("The stream ended before the run did");
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
    // Whoever stops listening has stopped the run.
    silence.abort();
  }
}

type Reader = ReadableStreamDefaultReader<EventSourceMessage>;

async function openStream(body: DispatchBody, signal: AbortSignal): Promise<Reader> {
  const { method, path } = endpoints.dispatch;
  const headers = {
    accept: "text/event-stream",
    "content-type": "application/json",
    [TAB_HEADER]: tabId,
  };
  const response = await fetch(path, { method, headers, body: JSON.stringify(body), signal }).catch(
    (error: unknown) => {
      throw new NetworkError("No answer from the server", { cause: error });
    },
  );
  if (!response.ok) throw toApiError(response.status, response.headers, await readRefusal(response));
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream");
  if (!response.body || !isStream) {
    throw new ApiError(response.status, "The server's answer is not one that this dashboard understands.");
  }
  return response.body
    .pipeThrough<string>(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
}

async function readRefusal(response: Response): Promise<unknown> {
  return parseAnswer(await response.text().catch(() => ""));
}

async function read(reader: Reader): Promise<EventSourceMessage | undefined> {
  try {
    return (await reader.read()).value;
  } catch (error) {
    throw new CutStreamError("The stream broke off", { cause: error });
  }
}

/** Undefined for a sign of life, and for what a newer server may tell besides. */
function readEvent({ event: name = "", data }: EventSourceMessage): DispatchEvent | undefined {
  if (!isEventName(name)) return undefined;
  const value = parseAnswer(data);
  if (!safeParse(dispatchEvents[name], value).success) return undefined;
  return { ...(value as object), type: name } as DispatchEvent;
}

function isEventName(name: string): name is EventName {
  return name !== "ping" && Object.hasOwn(dispatchEvents, name);
}
