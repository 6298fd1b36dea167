import { type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface StreamingModelServer {
  /** Value of MODEL_BASE_URL for the server under test. */
  readonly url: string;
  /**
   * Sends the text as the next part of the streamed response. If the app has sent no request yet, first waits for a
   * request.
   */
  readonly say: (text: string) => Promise<void>;
  readonly end: () => Promise<void>;
  readonly untilLeft: () => Promise<void>;
  readonly close: () => void;
}

/** Starts an OpenAI-compatible server that streams the texts which a test passes to `say`. */
export async function startStreamingModelServer(): Promise<StreamingModelServer> {
  let acceptRequest: (response: ServerResponse) => void = () => undefined;
  let asked: Promise<ServerResponse>;
  let left: Promise<void>;
  const listen = () => {
    asked = new Promise((resolve) => {
      acceptRequest = resolve;
    });
    left = asked.then((response) => new Promise((resolve) => void response.once("close", resolve)));
  };
  listen();
  const server = createServer((request, response) => {
    request.resume();
    // Refuses the request for the list of models, which the editor sends for its suggestions.
    if (request.method === "GET") return void response.writeHead(404).end();
    response.writeHead(200, { "content-type": "text/event-stream" });
    acceptRequest(response);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const base = { id: "c1", object: "chat.completion.chunk", created: 1, model: "parrot" };
  const send = (response: ServerResponse, data: object) =>
    response.write(`data: ${JSON.stringify({ ...base, ...data })}\n\n`);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    say: async (content) => {
      send(await asked, { choices: [{ index: 0, delta: { role: "assistant", content } }] });
    },
    end: async () => {
      const response = await asked;
      listen();
      send(response, { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
      send(response, { choices: [], usage: { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 } });
      response.end("data: [DONE]\n\n");
    },
    untilLeft: async () => {
      await left;
      listen();
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
