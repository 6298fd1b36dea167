import { once } from "node:events";
import { type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** Starts an OpenAI-compatible server. It calls `answer` with the last message of a request, and returns the result. */
export async function startFakeModelServer(answer: (prompt: string) => string) {
  const prompts: string[] = [];
  const server = createServer((request, response) => {
    if (request.method === "GET") {
      response.writeHead(404).end();
      return;
    }
    void text(request).then((body) => {
      const { messages } = JSON.parse(body) as { messages: readonly { content: string }[] };
      const prompt = messages.at(-1)?.content ?? "";
      prompts.push(prompt);
      stream(response, answer(prompt));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    prompts,
    url: `http://127.0.0.1:${port}/v1`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function stream(response: ServerResponse, answer: string): void {
  const send = (fields: object) => {
    const chunk = { id: "c", object: "chat.completion.chunk", created: 1, model: "stub-1", ...fields };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const word of answer.split(/(?<= )/))
    send({ choices: [{ index: 0, delta: { role: "assistant", content: word } }] });
  send({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
  send({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10, cost: 0.002 } });
  response.end("data: [DONE]\n\n");
}
