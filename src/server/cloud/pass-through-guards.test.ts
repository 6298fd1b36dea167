import { type ServerResponse, createServer } from "node:http";
import { expect, it } from "vitest";
import {
  FAKE_UPSTREAM_API_KEY,
  listenUntilTestEnds,
  startTestAppInCloudMode,
  startEchoUpstream,
} from "#server/testing/upstream.ts";

it("the cloud-mode proxy forwards only allowed headers", async () => {
  const { url, seen } = await startEchoUpstream();
  const app = await startTestAppInCloudMode(url);
  const known = {
    accept: "text/event-stream",
    "accept-language": "de",
    "content-type": "application/json",
    "idempotency-key": "once",
    "if-match": '"1-a"',
    "if-none-match": '"2-b"',
    "last-event-id": "7",
    "user-agent": "Test/1",
    "x-persona-version": "4",
  };
  const unknown = [
    "x-http-method-override",
    "x-http-method",
    "x-method-override",
    "x-original-url",
    "x-original-method",
    "x-rewrite-url",
    "x-organization-id",
    "x-user-id",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-prefix",
    "x-real-ip",
    "forwarded",
    "via",
    "cf-connecting-ip",
    "true-client-ip",
    "x-api-key",
    "cookie",
    "origin",
    "referer",
    "sec-fetch-site",
    "proxy-authorization",
    "x-flowline-tab",
    "x-flowline-save",
    "x-anything",
  ];
  const headers = { ...known, ...Object.fromEntries(unknown.map((name) => [name, "planted"])) };
  // `origin` and `sec-fetch-site` need valid values, because both are checked before the request is forwarded.
  await app.call("PUT", "/v1/flows/flow_1", {
    text: "{}",
    headers: { ...headers, origin: "http://localhost:4400", "sec-fetch-site": "same-origin" },
  });
  expect(seen[0]?.headers).toMatchObject(known);
  const own = ["host", "connection", "authorization", "content-length", "accept-encoding"];
  const also = Object.keys(seen[0]?.headers ?? {}).filter((name) => !(name in known) && !own.includes(name));
  // Ignores headers that `fetch` itself adds, because they reveal nothing about the client.
  expect(also.filter((name) => !/^(?:sec-fetch-mode|pragma|cache-control)$/.test(name))).toEqual([]);
  expect(JSON.stringify(seen[0]?.headers)).not.toContain("planted");
  await app.call("GET", "/v1/flows", { headers: { "if-match": '"1-a"', connection: "if-match" } });
  expect(seen[1]?.headers["if-match"]).toBeUndefined();
});

it.each(["..", ".", "%2e%2e"])("the id %s in a query names no other resource of the API", async (flowId) => {
  const { url, seen } = await startEchoUpstream();
  const app = await startTestAppInCloudMode(url);
  await app.call("GET", `/local/batches/batch_1/records?flowId=${flowId}`);
  expect(seen.map((request) => request.url)).toEqual([]);
});

it("the cloud-mode proxy sends a body with its length", async () => {
  const { url, seen } = await startEchoUpstream();
  const app = await startTestAppInCloudMode(url);
  const text = JSON.stringify({ name: "ü".repeat(1000) });
  const stream = new ReadableStream<Uint8Array>({
    async start(controller) {
      const bytes = new TextEncoder().encode(text);
      controller.enqueue(bytes.slice(0, 11));
      await new Promise((resolve) => setImmediate(resolve));
      controller.enqueue(bytes.slice(11));
      controller.close();
    },
  });
  const answer = await app.call("POST", "/v1/flows", { stream });
  expect(answer.json.body).toBe(text);
  expect(seen[0]?.headers["content-length"]).toBe(String(Buffer.byteLength(text)));
  expect(seen[0]?.headers["transfer-encoding"]).toBeUndefined();
  await app.call("POST", "/v1/flows/flow_1/publish");
  expect(seen[1]?.headers["content-length"]).toBe("0");
  const form = new FormData();
  form.set("file", new Blob([new Uint8Array([0, 255, 13, 10])]), "a.csv");
  await app.call("POST", "/v1/records/upload-csv", { form });
  expect(seen[2]?.headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/);
  expect(Number(seen[2]?.headers["content-length"])).toBeGreaterThan(4);
});

it("the cloud-mode proxy refuses a body that is larger than the API accepts", async () => {
  const { url, seen } = await startEchoUpstream();
  const app = await startTestAppInCloudMode(url);
  const tooLong = "x".repeat(2 * 1024 * 1024 + 1);
  const answer = await app.call("PUT", "/v1/flows/flow_1", { text: tooLong });
  expect([answer.status, answer.json.details[0].code]).toEqual([413, "BODY_TOO_LARGE"]);
  expect(seen).toEqual([]);
  const form = new FormData();
  form.set("file", new Blob([tooLong]), "a.csv");
  expect((await app.call("POST", "/v1/records/upload-csv", { form })).status).toBe(429);
});

async function startAnswering(answer: (response: ServerResponse) => void) {
  return startTestAppInCloudMode(await listenUntilTestEnds(createServer((_, response) => answer(response))));
}

it("the cloud-mode proxy masks its key in every form that the upstream may repeat", async () => {
  const app = await startAnswering((response) => {
    response.writeHead(401, {
      "content-type": "application/json",
      "x-echo": `Bearer ${FAKE_UPSTREAM_API_KEY}`,
    });
    const [first, second] = [FAKE_UPSTREAM_API_KEY.slice(0, 5), FAKE_UPSTREAM_API_KEY.slice(5)];
    response.write(`{"error":"The key ${FAKE_UPSTREAM_API_KEY} is not valid","sent":"${first}`);
    setImmediate(() => {
      const base64 = Buffer.from(FAKE_UPSTREAM_API_KEY).toString("base64");
      response.end(
        `${second}","url":"/?key=${encodeURIComponent(FAKE_UPSTREAM_API_KEY)}","raw":"${base64}","tail":"${first}"}`,
      );
    });
  });
  const answer = await app.call("GET", "/v1/flows");
  const mask = "*".repeat(FAKE_UPSTREAM_API_KEY.length);
  expect(answer.json).toMatchObject({
    error: `The key ${mask} is not valid`,
    sent: mask,
    tail: FAKE_UPSTREAM_API_KEY.slice(0, 5),
  });
  expect(JSON.stringify([...answer.headers, answer.text])).not.toContain(FAKE_UPSTREAM_API_KEY);
  expect(answer.text).not.toContain(Buffer.from(FAKE_UPSTREAM_API_KEY).toString("base64"));
});

it("the cloud-mode proxy masks its key in responses of runs, which report errors with 200", async () => {
  const app = await startAnswering((response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(`event: execution_error\ndata: {"error":"Key ${FAKE_UPSTREAM_API_KEY} refused"}\n\n`);
  });
  const answer = await app.call("POST", "/v1/dispatch", { body: { flow: { id: "flow_1" } } });
  expect(answer.status).toBe(200);
  expect(answer.text).toContain("refused");
  expect(answer.text).not.toContain(FAKE_UPSTREAM_API_KEY);
});

it("the cloud-mode proxy masks its key with text of the same length, so that Content-Length stays correct", async () => {
  const text = JSON.stringify({ error: `${FAKE_UPSTREAM_API_KEY} and ${FAKE_UPSTREAM_API_KEY}` });
  const app = await startAnswering((response) => {
    response.writeHead(400, { "content-type": "application/json", "content-length": text.length });
    response.end(text);
  });
  const answer = await app.call("GET", "/v1/flows");
  expect(answer.text).toHaveLength(Number(answer.headers.get("content-length")));
  expect(answer.text).not.toContain(FAKE_UPSTREAM_API_KEY);
});

it.each([
  ["https://evil.example/v1/flows", null],
  ["//evil.example/v1/flows", null],
  [String.raw`\\evil.example`, null],
  ["/\\evil.example", null],
  ["http://127.0.0.1:1/v1/flows", null],
  ["javascript:alert(1)", null],
  ["/admin", null],
  ["/v1/flows/flow_1?x=1#y", "/v1/flows/flow_1?x=1#y"],
  ["{upstream}/v1/flows/flow_1", "/v1/flows/flow_1"],
  ["flow_1", "/v1/flow_1"],
])("the cloud-mode proxy forwards a Location header only within the API: %s", async (location, passed) => {
  let own = "";
  own = await listenUntilTestEnds(
    createServer((request, response) => {
      const sent = location.replace("{upstream}", own);
      response.writeHead(request.method === "POST" ? 201 : 302, {
        location: sent,
        "content-location": sent,
        refresh: `0; url=${sent}`,
      });
      response.end("{}");
    }),
  );
  const app = await startTestAppInCloudMode(own);
  for (const [method, status] of [
    ["GET", 302],
    ["POST", 201],
  ] as const) {
    const answer = await app.call(method, "/v1/flows");
    expect(answer.status).toBe(status);
    expect(answer.headers.get("location")).toBe(passed);
    expect(answer.headers.get("content-location")).toBe(passed);
    expect(answer.headers.get("refresh")).toBeNull();
  }
});

it("the cloud-mode proxy times out a request that the upstream does not answer", async () => {
  const url = await listenUntilTestEnds(createServer(() => {}));
  const app = await startTestAppInCloudMode(url, { UPSTREAM_TIME_LIMIT: "1" });
  for (const [method, path] of [
    ["GET", "/v1/flows"],
    ["PUT", "/v1/flows/flow_1"],
  ] as const) {
    const answer = await app.call(method, path, method === "PUT" ? { text: "{}" } : {});
    expect([answer.status, answer.json.details[0].code]).toEqual([504, "UPSTREAM_TIMEOUT"]);
    expect(answer.json.error).toMatch(/^127\.0\.0\.1:\d+ did not respond within 1 s/);
    expect(answer.text).not.toContain(FAKE_UPSTREAM_API_KEY);
  }
});

it("the cloud-mode proxy repeats a read whose connection broke, but no write", async () => {
  const seen: (string | undefined)[] = [];
  const upstream = createServer((request, response) => {
    seen.push(request.method);
    if (seen.length % 2 === 1) request.socket.destroy();
    else response.end("{}");
  });
  const app = await startTestAppInCloudMode(await listenUntilTestEnds(upstream));
  expect((await app.call("GET", "/v1/flows")).status).toBe(200);
  expect(seen).toEqual(["GET", "GET"]);
  expect((await app.call("PUT", "/v1/flows/flow_1", { text: "{}" })).status).toBe(502);
  expect(seen).toEqual(["GET", "GET", "PUT"]);
});

it("the cloud-mode proxy waits longer for responses of runs", async () => {
  let answer = () => {};
  const url = await listenUntilTestEnds(
    createServer((request, response) => {
      if (request.method === "POST") answer = () => response.end('{"success":true}');
    }),
  );
  const app = await startTestAppInCloudMode(url, { UPSTREAM_TIME_LIMIT: "1", RUN_TIME_LIMIT: "60" });
  const [slow, run] = [app.call("GET", "/v1/flows"), app.call("POST", "/v1/dispatch", { text: "{}" })];
  expect((await slow).status).toBe(504);
  answer();
  expect((await run).json).toEqual({ success: true });
});

it("the cloud-mode proxy times out a response that the upstream does not end", async () => {
  const url = await listenUntilTestEnds(
    createServer((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write('{"data":[');
    }),
  );
  const app = await startTestAppInCloudMode(url, { UPSTREAM_TIME_LIMIT: "1" });
  await expect(app.call("GET", "/v1/flows")).rejects.toThrow();
});

it("the cloud-mode proxy ends the upstream request when the client disconnects", async () => {
  let isClosed = () => {};
  const closed = new Promise<void>((resolve) => (isClosed = resolve));
  const url = await listenUntilTestEnds(
    createServer((_, response) => {
      response.on("close", isClosed);
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: first\n\n");
    }),
  );
  const app = await startTestAppInCloudMode(url);
  const answer = await app.request("POST", "/v1/dispatch", {});
  const reader = answer.body?.getReader();
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("data: first\n\n");
  await reader?.cancel();
  await closed;
});
