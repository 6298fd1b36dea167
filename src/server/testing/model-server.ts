import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { JsonObject } from "#core/json/json.ts";
import { startListening } from "#server/http-server.ts";

export interface ModelServerRequest {
  readonly body: JsonObject;
  readonly authorization: string | undefined;
  readonly path: string;
}

export async function startModelServer(answer: (call: ModelServerRequest, response: ServerResponse) => void) {
  const calls: ModelServerRequest[] = [];
  const server: Server = createServer((request, response) => {
    void readBody(request).then((text) => {
      const call = {
        body: JSON.parse(text) as JsonObject,
        authorization: request.headers.authorization,
        path: request.url ?? "",
      };
      calls.push(call);
      answer(call, response);
    });
  });
  const url = `http://127.0.0.1:${await startListening(server, 0, "127.0.0.1")}/v1`;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url, calls, close };
}

export function streamModelResponse(
  response: ServerResponse,
  pieces: readonly string[],
  { finish = "stop", usage = {} }: { readonly finish?: string; readonly usage?: JsonObject } = {},
): void {
  const send = (data: object) => response.write(`data: ${JSON.stringify(data)}\n\n`);
  const base = { id: "c1", object: "chat.completion.chunk", created: 1, model: "reported-model" };
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const content of pieces)
    send({ ...base, choices: [{ index: 0, delta: { role: "assistant", content } }] });
  send({ ...base, choices: [{ index: 0, delta: {}, finish_reason: finish }] });
  send({
    ...base,
    choices: [],
    usage: { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16, ...usage },
  });
  response.end("data: [DONE]\n\n");
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString();
}
