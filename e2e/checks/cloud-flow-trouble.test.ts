import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { NOTHING_WRITTEN_HEADER, SAVE_KEY_HEADER } from "#contract/flow.ts";
import { PAGE_USER_IDENTITY_HEADER } from "#contract/local.ts";
import { startTestApp } from "#server/testing/test-app.ts";

// Answers that the stand-in of the API cannot give: broken connections, odd bytes, and a race at a chosen moment.

const FETCH = { id: "a", type: "fetch-url", name: "Fetch", config: {} };
const ASK = { id: "b", type: "prompt", name: "Ask", when: "fetched", config: { model: "m" } };
const AT = "2026-01-01T00:00:00.000Z";
const PATH = "/v1/flows/flow_1";

type HeldFlow = Readonly<Record<string, unknown>>;
type Answer = (
  request: { readonly method: string; readonly url: string; readonly body: HeldFlow },
  response: ServerResponse,
) => unknown;

/** An API with one flow. Requests that `answer` does not answer are answered like the documented API does. */
async function startApi(answer: Answer = () => undefined) {
  let held: HeldFlow = { id: "flow_1", name: "Flow", createdAt: AT, updatedAt: AT, flowSteps: [FETCH, ASK] };
  let writes = 0;
  const write = (fields: HeldFlow) => {
    writes += 1;
    held = { ...held, ...fields, updatedAt: `2026-01-02T00:00:00.00${writes}Z` };
  };
  const targets: string[] = [];
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = "", url = "" } = request;
    const sent = await text(request);
    const body = sent === "" ? {} : (JSON.parse(sent) as HeldFlow);
    targets.push(`${method} ${url}`);
    await answer({ method, url, body }, response);
    if (response.headersSent) return;
    if (method === "PUT") write(body);
    const value = url.includes("flow-steps") ? { data: held["flowSteps"] } : held;
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
  };
  const server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const startServer = async () => {
    const env = { RUNTYPE_API_KEY: "key-0123456789abcdef", RUNTYPE_API_URL: `http://127.0.0.1:${port}` };
    const app = await startTestApp(undefined, { env });
    const call = (
      method: string,
      path = PATH,
      { body, headers = {}, signal }: Omit<NonNullable<Parameters<typeof app.call>[2]>, "form"> = {},
    ) =>
      app.call(method, path, {
        ...(body !== undefined && { body }),
        ...(signal && { signal }),
        headers: { "content-type": "application/json", [PAGE_USER_IDENTITY_HEADER]: "", ...headers },
      });
    const save = (token: string, body: object, headers = {}, signal?: AbortSignal) =>
      call("PUT", PATH, {
        body,
        headers: { "if-match": `"${token}"`, ...headers },
        ...(signal && { signal }),
      });
    return { call, save, read: async () => (await call("GET")).json };
  };
  return { startServer, targets, write, held: () => held };
}

function breakOff(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/json", "content-length": "5000" });
  response.write('{"id":"flow_1"', () => setTimeout(() => response.destroy(), 20));
}

test("a save whose answer breaks off is not reported as unwritten", async () => {
  const api = await startApi(({ method, body }, response) => {
    if (method !== "PUT") return;
    api.write(body);
    breakOff(response);
  });
  const { read, save } = await api.startServer();
  const saved = await save((await read()).versionToken, { name: "Renamed" });
  expect([saved.status, saved.json.details[0].code]).toEqual([502, "UPSTREAM_UNREACHABLE"]);
  expect(saved.headers.has(NOTHING_WRITTEN_HEADER)).toBe(false);
});

test("a flow whose list of steps breaks off is read with the problem", async () => {
  const api = await startApi(({ url }, response) => url.includes("flow-steps") && breakOff(response));
  const { read } = await api.startServer();
  expect((await read()).stepFields.problem).toBe("The API did not return the list of steps.");
});

test("a save that another program overtakes before it is read back conflicts at the next save", async () => {
  const api = await startApi(({ method, body }, response) => {
    if (method !== "PUT") return;
    api.write(body);
    response.writeHead(200).end(JSON.stringify(api.held()));
    api.write({ name: "By a program" });
  });
  const { read, save } = await api.startServer();
  const saved = await save((await read()).versionToken, { name: "By the page" });
  expect([saved.status, saved.json.name]).toEqual([200, "By the page"]);
  expect((await save(saved.json.versionToken, { name: "Next" })).status).toBe(412);
});

test("an id with an encoded separator is not sent to the API", async () => {
  const api = await startApi();
  const { call } = await api.startServer();
  for (const [method, path] of [
    ["GET", "/v1/flows/..%2Frecords%2Fx"],
    ["DELETE", "/v1/flows/..%2Frecords%2Fx"],
    ["GET", "/v1/flow-versions/..%5Crecords"],
  ] as const)
    expect((await call(method, path)).status).toBe(404);
  expect(api.targets).toEqual([]);
});

test("a flow that cannot be read whole is not reported as changed to a page that has read it whole", async () => {
  let isLimited = false;
  const api = await startApi(({ method, url }, response) => {
    const isList = url.includes("flow-steps");
    if (isList && isLimited) response.writeHead(429).end("{}");
    // The flow itself lacks `when`.
    else if (!isList && method === "GET")
      response.end(JSON.stringify({ ...api.held(), flowSteps: [FETCH, { ...ASK, when: undefined }] }));
  });
  const { versionToken, flowSteps } = await (await api.startServer()).read();
  expect(flowSteps[1].when).toBe("fetched");
  isLimited = true;
  // Another process does not remember the list.
  const { call, save, read } = await api.startServer();
  const publish = await call("POST", `${PATH}/publish`, { headers: { "if-match": `"${versionToken}"` } });
  const saved = await save(versionToken, { flowSteps }, { [SAVE_KEY_HEADER]: "key" });
  expect([publish.status, saved.status]).toEqual([502, 502]);
  expect(saved.headers.get(NOTHING_WRITTEN_HEADER)).toBe("1");
  const partial = (await read()).versionToken;
  api.write({ name: "Changed" });
  expect((await save(partial, { flowSteps })).status).toBe(412);
});

test("a flow with values that only the connected API allows can be saved", async () => {
  const api = await startApi();
  const { read, save } = await api.startServer();
  for (const fields of [{ when: "x".repeat(600) }, { when: null }, { id: "a/b c" }, { order: 1.5 }]) {
    api.write({ flowSteps: [{ ...FETCH, ...fields }, ASK] });
    const { versionToken, flowSteps } = await read();
    const saved = await save(versionToken, { flowSteps: [flowSteps[0], { ...ASK, name: "Changed" }] });
    expect([saved.status, saved.json.flowSteps[1].name]).toEqual([200, "Changed"]);
  }
  for (const flowSteps of [5, null, [null]])
    expect((await save((await read()).versionToken, { flowSteps })).status).toBe(400);
});

test("a save whose page is closed meanwhile ends before the next save is compared", async () => {
  const leaving = new AbortController();
  const api = await startApi(async ({ body }) => {
    if (body["name"] !== "First") return;
    leaving.abort();
    await new Promise((resolve) => setTimeout(resolve, 100));
  });
  const { read, save } = await api.startServer();
  const { versionToken } = await read();
  const first = save(versionToken, { name: "First" }, {}, leaving.signal).catch(() => undefined);
  const second = await save(versionToken, { name: "Second" });
  expect([second.status, api.held()["name"]]).toEqual([412, "First"]);
  await first;
});

test("a save that is repeated after a restart is not reported as unwritten", async () => {
  const api = await startApi();
  const { read, save } = await api.startServer();
  const { versionToken } = await read();
  const body = { flowSteps: [{ ...FETCH, name: "Load" }, ASK] };
  const key = { [SAVE_KEY_HEADER]: "key" };
  expect((await save(versionToken, body, key)).status).toBe(200);
  const repeated = await (await api.startServer()).save(versionToken, body, key);
  expect([repeated.status, repeated.headers.has(NOTHING_WRITTEN_HEADER)]).toEqual([412, false]);
});

test("a publish or deletion that fails before the write is reported as unwritten", async () => {
  const api = await startApi(
    ({ method }, response) => method === "GET" && response.writeHead(502).end("<p>"),
  );
  const { call } = await api.startServer();
  for (const [method, path] of [
    ["POST", `${PATH}/publish`],
    ["DELETE", PATH],
  ] as const) {
    const failed = await call(method, path, { headers: { "if-match": `"${AT}"` } });
    expect([failed.status, failed.headers.get(NOTHING_WRITTEN_HEADER)]).toEqual([502, "1"]);
  }
  expect(api.targets).toEqual(["GET /v1/flows/flow_1", "GET /v1/flows/flow_1"]);
});

test("a deletion is not reported as done if the flow’s read succeeds without a flow", async () => {
  for (const body of ["", "{}", "<p>"]) {
    const api = await startApi(({ method }, response) => method === "GET" && response.end(body));
    const { call } = await api.startServer();
    const failed = await call("DELETE", PATH, { headers: { "if-match": `"${AT}"` } });
    expect([failed.status, failed.headers.get(NOTHING_WRITTEN_HEADER)]).toEqual([502, "1"]);
    expect(api.targets).toEqual(["GET /v1/flows/flow_1"]);
  }
});
