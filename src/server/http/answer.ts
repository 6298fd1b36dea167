export interface EndpointHandlerResponse {
  readonly status: number;
  readonly body?: string | undefined;
  readonly value?: unknown;
  /** The gzip encoding of `body`, if its compression has begun already. */
  readonly packed?: Promise<Uint8Array<ArrayBuffer>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly stream?: ReadableStream<Uint8Array>;
}

export const EVENT_STREAM_HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  // Forbids proxies to transform the response: buffering or compressing would delay events.
  "cache-control": "private, no-store, no-transform",
  "x-accel-buffering": "no",
};

type ResponseInput = Pick<EndpointHandlerResponse, "status" | "headers">;

export function convertToFetchResponse(answer: EndpointHandlerResponse): Response {
  return createJsonResponse(answer.stream ?? serializeAnswerBody(answer), answer);
}

export function serializeAnswerBody({ body, value }: EndpointHandlerResponse): string | undefined {
  return body ?? (value === undefined ? undefined : JSON.stringify(value));
}

export function createJsonResponse(
  body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | undefined,
  { status, headers }: ResponseInput,
): Response {
  const type = body === undefined ? undefined : { "content-type": "application/json; charset=utf-8" };
  return new Response(body ?? null, {
    status,
    headers: { "cache-control": "private, no-store", ...type, ...headers },
  });
}
