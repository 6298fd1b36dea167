import type { Agent } from "undici";
import { StepFailure } from "#server/runner/step-failure.ts";

const ANSWER_LIMIT = 20 * 1024 * 1024;

/**
 * The `fetch` given to the model's SDK: it reaches the model server and nothing else, follows no redirect, and reads no
 * answer without end.
 */
export function createModelFetch(baseUrl: string) {
  const { origin } = new URL(baseUrl);
  let agent: Agent | undefined;

  const modelFetch: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== origin)
      throw new StepFailure(`${url.host} is not the model server, so it is not asked.`);
    const { Agent, fetch } = await import("undici");
    agent ??= new Agent({ connect: { timeout: 10_000 }, headersTimeout: 0, bodyTimeout: 0 });
    const response = await fetch(url, {
      method: init?.method ?? "GET",
      headers: [...new Headers(init?.headers)],
      body: typeof init?.body === "string" ? init.body : null,
      signal: init?.signal ?? null,
      redirect: "error",
      dispatcher: agent,
    });
    const body = response.body && (response.body as ReadableStream<Uint8Array>).pipeThrough(limitLength());
    return new Response(body, { status: response.status, headers: [...response.headers] });
  };

  return { fetch: modelFetch, close: async () => agent?.destroy() };
}

function limitLength(): TransformStream<Uint8Array, Uint8Array> {
  let length = 0;
  return new TransformStream({
    transform(chunk, controller) {
      length += chunk.length;
      if (length > ANSWER_LIMIT) {
        controller.error(new StepFailure("The model's answer is larger than 20 MB, or never ends."));
      } else controller.enqueue(chunk);
    },
  });
}
