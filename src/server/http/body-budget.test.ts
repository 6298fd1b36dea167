import { once } from "node:events";
import type { Server } from "node:http";
import { type Socket, connect } from "node:net";
import { afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import {
  CONNECTION_LIMITS,
  type ConnectionLimits,
  createHttpServer,
  startListening,
} from "#server/http-server.ts";
import type { Store } from "#server/store/store.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { type TestApp, startTestApp, createTestApiKey } from "#server/testing/test-app.ts";
import { BodyMemoryBudget } from "./body-budget.ts";

const MB = 1_000_000;

let store: Store;
let server: Server | undefined;
let sockets: Socket[] = [];
beforeAll(async () => {
  store = await openTestStore();
  return () => store.close();
});
beforeEach(() => {
  sockets = [];
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  server?.closeAllConnections();
  server?.close();
});

async function start(app: TestApp, limits?: ConnectionLimits): Promise<number> {
  server = createHttpServer(app.fetch, limits);
  return startListening(server, 0, "127.0.0.1");
}

function open(port: number, text: string) {
  const socket = connect(port, "127.0.0.1");
  sockets.push(socket);
  let received = "";
  socket.setEncoding("utf8").on("data", (part: string) => {
    received += part;
  });
  // Ignores errors, because the server may close the connection while the client is still writing.
  socket.on("error", () => undefined);
  socket.write(text);
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  const status = () => Number(/^HTTP\/1\.1 (\d+)/.exec(received)?.[1] ?? 0);
  return {
    socket,
    closed,
    status,
    received: () => received,
    answered: () => expect.poll(status).not.toBe(0),
  };
}

const head = (length: number, more = "") =>
  `POST /v1/public/flows/validate HTTP/1.1\r\nHost: localhost:4400\r\nContent-Length: ${length}\r\n${more}\r\n`;

it("the server limits the memory of 300 unfinished request bodies, and accepts bodies again after they end", async () => {
  const bodies = new BodyMemoryBudget();
  const port = await start(await startTestApp(store, { bodies }));
  const part = `{"name":"${"x".repeat(MB)}`;
  let most = 0;
  const clients = Array.from({ length: 300 }, () => open(port, head(2 * MB) + part));
  const refused = () => clients.filter(({ status }) => status() === 503).length;
  await expect
    .poll(
      () => {
        most = Math.max(most, bodies.inFlight);
        return refused();
      },
      { timeout: 120_000, interval: 20 },
    )
    .toBeGreaterThanOrEqual(230);
  expect(most).toBeLessThanOrEqual(64 * 1024 * 1024);
  expect(bodies.inFlight).toBeGreaterThan(0);
  expect(clients.find(({ status }) => status() === 503)?.received()).toMatch(/retry-after: 1\r\n/i);
  for (const { socket } of clients) socket.destroy();
  await expect.poll(() => bodies.inFlight).toBe(0);
  const after = open(port, `${head(2)}{}`);
  await after.answered();
  expect(after.status()).toBe(200);
});

it("the server reserves memory for request bodies of callers with a key", async () => {
  const bodies = new BodyMemoryBudget({ anonymous: 1000, caller: 5000, all: 6000 });
  const app = await startTestApp(store, { bodies, env: { API_KEYS: createTestApiKey("one") } });
  const port = await start(app);
  const stranger = open(port, `${head(3000)}${"x".repeat(900)}`);
  await expect.poll(() => bodies.inFlight).toBe(900);
  const second = open(port, `${head(3000)}${"x".repeat(900)}`);
  await second.answered();
  expect(second.status()).toBe(503);
  const caller = open(
    port,
    head(4000, `Authorization: Bearer ${createTestApiKey("one")}\r\n`) + " ".repeat(4000),
  );
  await caller.answered();
  expect(caller.status()).toBe(400);
  stranger.socket.destroy();
  await expect.poll(() => bodies.inFlight).toBe(0);
});

it("the server refuses a body whose values exceed what its caller may have, before it parses them", async () => {
  const app = await startTestApp(store, { bodies: new BodyMemoryBudget({ anonymous: 2000, caller: 2000 }) });
  const send = async (count: number) => {
    const body = { name: "A", values: Array.from({ length: count }, () => 0) };
    const { status, json } = await app.call("POST", "/v1/public/flows/validate", { body });
    return [status, json.details?.[0]?.code];
  };
  expect(await send(50)).toEqual([413, "BODY_TOO_LARGE"]);
  expect((await send(5))[0]).toBe(200);
});

it("the server survives an upload that it refuses midway, and one whose client disconnects", async () => {
  const port = await start(await startTestApp(store));
  const upload = (length: string) =>
    open(
      port,
      `POST /v1/records/upload-csv HTTP/1.1\r\nHost: localhost:4400\r\nContent-Type: multipart/form-data; boundary=x\r\n${length}\r\n\r\n`,
    );
  const leaving = upload(`Content-Length: ${MB}`);
  await once(leaving.socket, "connect");
  leaving.socket.write('--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\nname\n');
  leaving.socket.destroySoon();
  const refused = upload("Transfer-Encoding: chunked");
  const chunk = `${MB.toString(16)}\r\n${"x".repeat(MB)}\r\n`;
  for (let sent = 0; sent < 30 && refused.status() === 0; sent += 1) {
    await new Promise<void>((resolve) => {
      refused.socket.write(chunk, () => resolve());
    });
  }
  await refused.answered();
  const next = open(port, "GET /v1/flows HTTP/1.1\r\nHost: localhost:4400\r\n\r\n");
  await next.answered();
  expect([refused.status(), next.status()]).toEqual([413, 200]);
});

it("the server times out a request body that stops arriving", async () => {
  const bodies = new BodyMemoryBudget({ idleMs: 100 });
  const port = await start(await startTestApp(store, { bodies }));
  const client = open(port, `${head(2 * MB)}{"name":`);
  await client.closed;
  expect(client.status()).toBe(408);
  expect(client.received()).toContain("BODY_TOO_SLOW");
  expect(bodies.inFlight).toBe(0);
});

it("the server times out request headers that do not end", async () => {
  const limits = { ...CONNECTION_LIMITS, headersMs: 100, requestMs: 10_000, checkMs: 50 };
  const port = await start(await startTestApp(store), limits);
  const client = open(port, "GET /v1/flows HTTP/1.1\r\nHost: localhost:4400\r\n");
  const silent = open(port, "");
  await Promise.all([client.closed, silent.closed]);
  expect(client.status()).toBe(408);
});

it("the server limits the number of connections", async () => {
  const limits = { ...CONNECTION_LIMITS, connections: 2 };
  const port = await start(await startTestApp(store), limits);
  for (const client of [open(port, head(2)), open(port, head(2))]) await once(client.socket, "connect");
  const third = open(port, head(2));
  await third.closed;
  expect(third.status()).toBe(0);
});

it("the server refuses a too long body or a missing key before the body arrives", async () => {
  const port = await start(await startTestApp(store, { env: { API_KEYS: createTestApiKey("one") } }));
  const tooLong = open(port, head(3 * MB));
  const keyless = open(
    port,
    `POST /v1/flows HTTP/1.1\r\nHost: localhost:4400\r\nContent-Length: ${2 * MB}\r\n\r\n`,
  );
  await Promise.all([tooLong.answered(), keyless.answered()]);
  expect([tooLong.status(), keyless.status()]).toEqual([413, 401]);
  await Promise.all([tooLong.closed, keyless.closed]);
});

it.each([
  ["a length beside chunks", "Content-Length: 44\r\nTransfer-Encoding: chunked\r\n"],
  ["chunks beside a length", "Transfer-Encoding: chunked\r\nContent-Length: 44\r\n"],
  ["two lengths", "Content-Length: 0\r\nContent-Length: 44\r\n"],
  ["a list of lengths", "Content-Length: 0, 44\r\n"],
  ["another encoding than chunks", "Transfer-Encoding: chunked, identity\r\n"],
  ["an obfuscated encoding", "Transfer-Encoding : chunked\r\n"],
])("the server refuses a request with %s, and reads no second request from its body", async (_, headers) => {
  const port = await start(await startTestApp(store));
  const smuggled = "GET /healthz HTTP/1.1\r\nHost: localhost:4400\r\n\r\n";
  const client = open(
    port,
    `POST /v1/public/flows/validate HTTP/1.1\r\nHost: localhost:4400\r\n${headers}\r\n0\r\n\r\n${smuggled}`,
  );
  await client.closed;
  expect(client.received().match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 400"]);
});

it("the server disconnects a client that stops reading, but not one that waits for a response", async () => {
  let release: ((response: Response) => void) | undefined;
  const silent = new Promise<Response>((resolve) => {
    release = resolve;
  });
  const fetch = (request: Request) =>
    request.url.endsWith("/silent") ? silent : new Response("x".repeat(64 * MB));
  server = createHttpServer(fetch, { ...CONNECTION_LIMITS, unreadMs: 100 });
  const port = await startListening(server, 0, "127.0.0.1");
  const waiting = open(port, "GET /silent HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await once(server, "request");
  const stalled = connect(port, "127.0.0.1").on("error", () => undefined);
  sockets.push(stalled);
  stalled.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await once(server, "request");
  const connections = () =>
    new Promise<number>((resolve) => {
      server?.getConnections((_, count) => resolve(count));
    });
  await expect.poll(connections).toBe(1);
  release?.(new Response("late"));
  await waiting.answered();
  expect(waiting.status()).toBe(200);
});
