import { type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Model {
  /** Where the server of the test finds it. */
  readonly url: string;
  /** Says this to whoever asked; waits until somebody has. */
  readonly say: (text: string) => Promise<void>;
  /** Ends the answer. */
  readonly end: () => Promise<void>;
  /** Resolves once whoever asked no longer listens. */
  readonly untilLeft: () => Promise<void>;
  readonly close: () => void;
}

/** A model as an OpenAI-compatible API offers it, that says what the test tells it to, when the test tells it to. */
export async function startModel(): Promise<Model> {
  let hear: (response: ServerResponse) => void = () => undefined;
  let asked: Promise<ServerResponse>;
  let left: Promise<void>;
  const listen = () => {
    asked = new Promise((resolve) => {
      hear = resolve;
    });
    left = asked.then((response) => new Promise((resolve) => void response.once("close", resolve)));
  };
  listen();
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { "content-type": "text/event-stream" });
    hear(response);
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
