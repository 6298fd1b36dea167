import type { Server, ServerResponse } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import { AgentWidgetClient, type AgentWidgetEvent, type AgentWidgetMessage } from "@runtypelabs/persona";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import { startListening } from "#server/http-server.ts";
import type { Store } from "#server/store/store.ts";
import { startModelServer, streamModelResponse } from "#server/testing/model-server.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { createFlowRunHarness } from "#server/testing/run-harness.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";

// The platform's chat widget as a client of this server. Its proxy, which is not published, adds the flow and the options to
// what the widget sends; `sendToServer` does the same.

let store: Store;
let app: TestApp;
let server: Awaited<ReturnType<typeof startModelServer>>;
let http: Server;
let port = 0;
let answer: (response: ServerResponse) => void;
beforeAll(async () => {
  store = await openTestStore();
  server = await startModelServer((_, response) => answer(response));
  const { runner } = createFlowRunHarness({ modelUrl: server.url, modelKey: "sk-test" });
  app = await startTestApp(store, { runner, port: () => port });
  http = createAdaptorServer({ fetch: app.fetch }) as Server;
  port = await startListening(http, 0, "127.0.0.1");
});
afterAll(async () => {
  http.closeAllConnections();
  http.close();
  await app.close();
  server.close();
  await store.close();
});

const chat: JsonObject = {
  name: "Chat",
  steps: [
    {
      id: "chat",
      type: "prompt",
      name: "Chat",
      config: {
        model: "m",
        responseFormat: "markdown",
        userPrompt: "{{user_message}}",
        previousMessages: "{{messages}}",
        outputVariable: "prompt_result",
      },
    },
  ],
};

const question: AgentWidgetMessage = {
  id: "message_1",
  role: "user",
  content: "What is a flow?",
  createdAt: "2026-01-01T00:00:00.000Z",
};

const post = (path: string, body: string, init: RequestInit = {}) =>
  fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", ...init, body });

/** Sends a message as the widget does, and returns the events of its client with the last state of each message. */
async function ask(flow: JsonObject) {
  const sendToServer = async (_url: string, init: RequestInit, { messages }: { messages?: unknown }) => {
    const options = {
      streamResponse: true,
      recordMode: "virtual",
      flowMode: "id" in flow ? "existing" : "virtual",
      autoAppendMetadata: false,
    };
    const body = JSON.stringify({ flow, messages, options });
    return post("/v1/dispatch", body, init);
  };
  const client = new AgentWidgetClient({
    apiUrl: "http://127.0.0.1/chat",
    customFetch: sendToServer,
  });
  const events: AgentWidgetEvent[] = [];
  // Clones each event, because the client changes its messages while it reads the stream.
  const sent = client.dispatch({ messages: [question] }, (event) => events.push(structuredClone(event)));
  await sent.catch(() => undefined);
  const shown = events.flatMap((event) => (event.type === "message" ? [event.message] : []));
  const messages = new Map(shown.map((message) => [message.id, message]));
  return {
    shown: shown.map(({ content }) => content),
    texts: [...messages.values()].map(({ content, streaming }) => [content, streaming]),
    errors: events.flatMap((event) => (event.type === "error" ? [event.error.message] : [])),
    statuses: events.flatMap((event) => (event.type === "status" ? [event.status] : [])),
    hasEnded: events.some((event) => event.type === "status" && event.terminal === true),
  };
}

it("the widget shows the streamed text of an inline flow, and that the run has ended", async () => {
  answer = (response) => streamModelResponse(response, ["A flow ", "is a ", "list of steps."]);
  const { shown, texts, errors, statuses, hasEnded } = await ask(chat);
  expect(texts).toEqual([["A flow is a list of steps.", false]]);
  expect(shown).toContain("A flow ");
  expect(errors).toEqual([]);
  expect(statuses.slice(0, 2)).toEqual(["connecting", "connected"]);
  expect(hasEnded).toBe(true);
  expect(server.calls.at(-1)?.body["messages"]).toContainEqual({ role: "user", content: "What is a flow?" });
});

it("the widget reports the error of a failing flow", async () => {
  answer = (response) =>
    response.writeHead(400).end(JSON.stringify({ error: { message: "No such model." } }));
  const { texts, errors, statuses } = await ask(chat);
  expect(texts).toEqual([]);
  expect(errors.length).toBeGreaterThan(0);
  expect(errors[0]).toContain("No such model.");
  expect(statuses.at(-1)).toBe("idle");

  const refused = await ask({ id: "flow_none" });
  expect(refused.errors).toEqual([expect.stringContaining("404")]);
});
