import type { Agent } from "undici";
import { RUN_LIMITS } from "#server/domain/run-limits.ts";
import { StepFailure } from "#server/domain/step-failure.ts";

/** Calls only the model server, follows no redirects, and limits the response size. */
export function createFetchForModelServer(baseUrl: string) {
  const { origin } = new URL(baseUrl);
  let agent: Agent | undefined;

  const modelFetch: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== origin) throw new StepFailure(`${url.host} is not the configured model server.`);
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
      if (length > RUN_LIMITS.modelAnswerBytes) {
        controller.error(new StepFailure("The model’s response exceeds 20 MB."));
      } else controller.enqueue(chunk);
    },
  });
}
