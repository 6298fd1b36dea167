import { once } from "node:events";
import { type Socket, connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import { CONNECTION_LIMITS, type ConnectionLimits, createHttpServer, startListening } from "./http-server.ts";

async function withConnection(limits: ConnectionLimits, work: (socket: Socket) => Promise<void>) {
  const server = createHttpServer(() => new Response("answer"), limits);
  const socket = connect(await startListening(server, 0, "127.0.0.1"), "127.0.0.1");
  socket.setEncoding("utf8");
  try {
    await work(socket);
  } finally {
    socket.destroy();
    server.close();
  }
}

async function ask(socket: Socket): Promise<string> {
  socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const [answer] = (await once(socket, "data")) as [string];
  return answer;
}

it("the server keeps connections longer than the 60 s for which common proxies reuse them", async () => {
  await withConnection(CONNECTION_LIMITS, async (socket) => {
    const seconds = /^Keep-Alive: timeout=(\d+)/im.exec(await ask(socket))?.[1];
    expect(Number(seconds)).toBeGreaterThan(60);
  });
});

it("a connection that waits longer than the limit for headers serves its next request", async () => {
  const limits = { ...CONNECTION_LIMITS, headersMs: 100, checkMs: 20 };
  await withConnection(limits, async (socket) => {
    expect(await ask(socket)).toContain("HTTP/1.1 200");
    await wait(500);
    expect(await ask(socket)).toContain("HTTP/1.1 200");
  });
});
