import { type RequestListener, createServer } from "node:http";
import { type AddressInfo, type Server as SocketServer, createServer as createSocketServer } from "node:net";
import { afterEach, expect, it } from "vitest";
import { checkModelServer } from "./check-model-server.ts";

const KEY = "model-key-0123456789";
const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

const listen = async (server: SocketServer) => {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};

async function startProvider(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  const host = await listen(server);
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://${host}/v1`;
}

const sendJson =
  (value: unknown, status = 200): RequestListener =>
  (_, response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
  };

const check = (url: string | undefined, timeLimitMs = 2000) =>
  checkModelServer({ url, key: KEY }, new AbortController().signal, timeLimitMs);

it("asks the provider for its models with the key, and measures the time", async () => {
  const seen: (string | undefined)[] = [];
  const url = await startProvider((request, response) => {
    seen.push(request.url, request.headers.authorization);
    sendJson({ object: "list", data: [{ id: "gpt-b" }, { id: "gpt-a" }, { id: "gpt-a" }, {}, 7] })(
      request,
      response,
    );
  });
  const result = await check(url);
  expect(seen).toEqual(["/v1/models", `Bearer ${KEY}`]);
  expect(result).toMatchObject({
    state: "reachable",
    status: 200,
    models: ["gpt-a", "gpt-b"],
    modelCount: 2,
  });
  expect(result.host).toBe(new URL(url).host);
  expect(result.durationMs).toBeGreaterThanOrEqual(0);
});

it("sends no request if no model server is configured", async () => {
  expect(await check(undefined)).toEqual({ state: "not-configured" });
});

it("accepts lists of models in the formats of other providers", async () => {
  expect(await check(await startProvider(sendJson({ models: [{ name: "llama" }] })))).toMatchObject({
    models: ["llama"],
  });
  expect(await check(await startProvider(sendJson(["mistral"])))).toMatchObject({ models: ["mistral"] });
  expect(await check(await startProvider(sendJson({ data: [] })))).toMatchObject({
    state: "reachable",
    modelCount: 0,
  });
});

it.each([
  ["a rejected key", 401, "unauthorized"],
  ["a forbidden request", 403, "unauthorized"],
  ["a missing list", 404, "no-model-list"],
  ["an overload", 429, "failed"],
  ["a failure", 500, "failed"],
])("reports %s", async (_, status, state) => {
  const url = await startProvider(sendJson({ error: { message: `Incorrect key ${KEY}` } }, status));
  const result = await check(url);
  expect(result).toMatchObject({ state, status });
  expect(JSON.stringify(result)).not.toContain(KEY);
});

it("reports a JSON response that contains no list of models", async () => {
  expect(await check(await startProvider(sendJson({ hello: "world" })))).toMatchObject({
    state: "no-model-list",
  });
  expect(await check(await startProvider(sendJson(null)))).toMatchObject({ state: "no-model-list" });
});

it.each([
  ["a web page", 200, "text/html", "<!doctype html><title>Sign in</title>"],
  ["a web page for a wrong address", 404, "text/html; charset=utf-8", "<h1>Not found</h1>"],
  ["a text", 200, "text/plain", "It works!"],
  ["half of a list", 200, "application/json", '{"data":[{"id":"a"}'],
  ["an empty body", 200, "application/json", ""],
])("reports that %s is not the response of an API", async (_, status, type, body) => {
  const url = await startProvider((_request, response) => {
    response.writeHead(status, { "content-type": type }).end(body);
  });
  expect(await check(url)).toMatchObject({ state: "not-an-api", status });
});

it("times out if the provider accepts the connection and never responds", async () => {
  const url = await startProvider(() => undefined);
  expect(await check(url, 200)).toMatchObject({ state: "timed-out" });
});

it("times out if the provider sends an endless response in small chunks", async () => {
  const url = await startProvider((_, response) => {
    response.writeHead(200, { "content-type": "application/json" }).write('{"data":[');
    const timer = setInterval(() => void response.write('{"id":"a"},'), 20);
    response.on("close", () => clearInterval(timer));
  });
  expect(await check(url, 200)).toMatchObject({ state: "timed-out" });
});

it("reports a refused connection, an unknown host and a malformed response", async () => {
  const server = createSocketServer((socket) => void socket.end("garbage\r\n\r\n", () => socket.destroy()));
  const host = await listen(server);
  expect(await check(`http://${host}/v1`)).toMatchObject({ state: "unreachable", reason: "broken" });
  await new Promise((resolve) => server.close(resolve));
  expect(await check(`http://${host}/v1`)).toMatchObject({ state: "unreachable", reason: "refused", host });
  expect(await check("http://models.invalid/v1")).toMatchObject({
    state: "unreachable",
    reason: "not-found",
  });
});

it("follows no redirect, so the key stays with the configured host", async () => {
  const seen: string[] = [];
  const other = await startProvider(({ url = "" }, response) => {
    seen.push(url);
    response.end();
  });
  const url = await startProvider((_, response) => {
    response.writeHead(302, { location: `${other}/models` }).end();
  });
  expect(await check(url)).toMatchObject({ state: "redirected" });
  expect(seen).toEqual([]);
});

it("limits the number and length of model names, and masks the key in them", async () => {
  const data = Array.from({ length: 3000 }, (_, index) => ({ id: `m${index}-${"x".repeat(5000)}` }));
  const many = await check(await startProvider(sendJson({ data: data.slice(0, 900) })));
  expect(many).toMatchObject({ state: "reachable", modelCount: 900 });
  expect(many.models).toHaveLength(500);
  expect(Math.max(...(many.models ?? []).map(({ length }) => length))).toBeLessThanOrEqual(201);
  const echo = await check(await startProvider(sendJson({ data: [{ id: `echo of ${KEY}` }] })));
  expect(echo.models).toEqual(["echo of •••"]);
});

it("reports a response that exceeds the size limit as a list that is too long, not as another API", async () => {
  const data = Array.from({ length: 3000 }, (_, index) => ({ id: `m${index}-${"x".repeat(2000)}` }));
  expect(await check(await startProvider(sendJson({ data })), 5000)).toMatchObject({
    state: "list-too-long",
  });
  const endless = await startProvider((_, response) => {
    response.writeHead(200, { "content-type": "application/json" }).write('{"data":["');
    const send = () => {
      while (!response.destroyed && response.write("x".repeat(500_000)));
      response.once("drain", send);
    };
    send();
  });
  expect(await check(endless, 5000)).toMatchObject({ state: "list-too-long" });
});

it("lists two names as one if they differ only beyond the maximum length", async () => {
  const data = ["a", "b"].map((end) => ({ id: `${"x".repeat(300)}${end}` }));
  expect((await check(await startProvider(sendJson({ data })))).models).toHaveLength(1);
});
