import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildTestServer } from "#server/testing/build-test-server.ts";
import { runServerUntilExit, startServerProcess } from "#server/testing/server-process.ts";
import { canRunTool } from "#server/testing/optional-tool.ts";
import { unpackTestStore } from "#server/testing/open-test-store.ts";
import { ServerSentEventReader } from "#server/testing/event-reader.ts";
import { createTestDatabase } from "#server/testing/postgres-server.ts";
import { getTestPostgresUrl } from "#server/testing/test-stores.ts";
import { findLostWrites, startWriteLoad } from "./testing/write-load.ts";

let main: string;
const root = mkdtempSync(join(tmpdir(), "flowline-server-"));
const directory = (name: string) => join(root, name);
beforeAll(async () => {
  main = await buildTestServer();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const TRACER = "strace";
const ROUNDS =
  process.env["FULL_RUN"] === undefined ? { embedded: 1, postgres: 1 } : { embedded: 20, postgres: 5 };

async function surviveWriteLoads(rounds: number, env: Record<string, string>): Promise<void> {
  let server = await startServerProcess(main, { env });
  let writes = 0;
  for (let round = 0; round < rounds; round += 1) {
    const chaos = startWriteLoad(server, round);
    await chaos.reach(2 + Math.random() * 30);
    await wait(Math.random() * 10);
    await server.end("SIGKILL");
    await chaos.done;
    server = await startServerProcess(main, { env });
    writes += chaos.acknowledged.size;
    expect(await findLostWrites(server, chaos)).toEqual([]);
  }
  await server.end("SIGTERM");
  expect(writes).toBeGreaterThan(rounds);
}

describe.concurrent("a server killed during many writes", () => {
  it("the restarted server has lost no acknowledged write (embedded)", { timeout: 480_000 }, async () => {
    await surviveWriteLoads(ROUNDS.embedded, { DATA_DIR: await unpackTestStore(directory("storm")) });
  });

  const postgres = getTestPostgresUrl();
  it.skipIf(postgres === undefined)(
    "the restarted server has lost no acknowledged write (PostgreSQL)",
    { timeout: 120_000 },
    async () => {
      const { url, drop } = await createTestDatabase(postgres ?? "");
      await surviveWriteLoads(ROUNDS.postgres, { DATABASE_URL: url });
      await drop();
    },
  );

  const canTrace = canRunTool("synced commits", [TRACER, "-f", "--seccomp-bpf", "-o", "/dev/null", "true"]);
  it.skipIf(!canTrace)(
    "had synced every commit to the disk, once (needs strace)",
    { timeout: 120_000, tags: ["full"] },
    async () => {
      const trace = directory("trace");
      const env = { DATA_DIR: await unpackTestStore(directory("traced")) };
      const through = [TRACER, "-f", "--seccomp-bpf", "-e", "trace=fsync,fdatasync", "-o", trace];
      const server = await startServerProcess(main, { env, through });
      const syncs = () => readFileSync(trace, "utf8").match(/\b(?:fsync|fdatasync)\(/g)?.length ?? 0;
      const send = async (method: string, path: string, name: string) => {
        const response = await fetch(`${server.url}${path}`, { method, body: JSON.stringify({ name }) });
        return (await response.json()) as { readonly id: string };
      };
      const { id } = await send("POST", "/v1/flows", "Traced");
      await wait(200);
      const before = syncs();
      const commits = 20;
      for (let count = 0; count < commits; count += 1)
        await send("PUT", `/v1/flows/${id}`, `Traced ${count}`);
      await wait(200);
      const made = syncs() - before;
      await server.end("SIGTERM");
      // Accepts more syncs than commits, because starting a new segment of the write-ahead log may need a sync of its
      // own.
      expect(made).toBeGreaterThanOrEqual(commits);
      expect(made).toBeLessThanOrEqual(commits + 3);
    },
  );
});

it("the built server runs scripts and templates in worker threads", async () => {
  const server = await startServerProcess(main, {
    env: {
      DATA_DIR: await unpackTestStore(directory("runs")),
      SECRET_KEY: "geheim",
      SECRET_KEY_ALLOW: "template",
    },
  });
  const step = (id: string, type: string, config: object) => ({ id, type, name: id, config });
  const steps = [
    step("a", "transform-data", { script: "return list.map((n) => n * 2)", outputVariable: "a" }),
    step("b", "template", { template: "{{ a | join: '-' }} {{secret:KEY}}", outputVariable: "b" }),
    step("c", "upsert-record", { recordType: "sum", recordName: "n", sourceVariable: "{{sum}}" }),
    step("d", "send-event", { eventType: "made", payload: { text: "{{b}}" } }),
    step("e", "fetch-url", { http: { url: `${server.url}/v1/flows` }, errorHandling: "continue" }),
  ];
  const { body } = await fetch(`${server.url}/local/events`);
  const events = new ServerSentEventReader(body!);
  const hear = async (event: string) => {
    let received = await events.next();
    while (received && received.event !== event) received = await events.next();
    return received?.data as unknown;
  };
  await hear("ready");
  const response = await fetch(`${server.url}/v1/dispatch`, {
    method: "POST",
    body: JSON.stringify({
      flow: { name: "Built", steps },
      inputs: { list: [1, 2], sum: { total: 3 } },
      options: { streamResponse: false },
    }),
  });
  const answer = (await response.json()) as { status: string; steps: { result?: unknown; error?: string }[] };
  expect(answer.status).toBe("completed");
  expect(answer.steps.map(({ result }) => result).slice(0, 2)).toEqual([[2, 4], "2-4 •••"]);
  expect(answer.steps[4]?.error).toMatch(/ALLOW_PRIVATE_HTTP/);
  expect(await hear("flow.event")).toMatchObject({ eventType: "made", payload: { text: "2-4 •••" } });
  const records = (await (await fetch(`${server.url}/v1/records?type=sum`)).json()) as { data: unknown[] };
  expect(records.data).toMatchObject([{ name: "n", metadata: { total: 3 } }]);
  expect(await server.end("SIGTERM")).toBe(0);
});

it("the server reports that it is starting, on the page and in the API", { timeout: 120_000 }, async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as { readonly port: number };
  await new Promise((resolve) => taken.close(resolve));
  const url = `http://127.0.0.1:${port}`;
  const starting = startServerProcess(main, { env: { DATA_DIR: directory("starting"), PORT: String(port) } });
  const ask = (path: string, accept = "*/*") =>
    fetch(`${url}${path}`, { headers: { accept } }).catch(() => undefined);
  await expect.poll(async () => (await ask("/healthz"))?.status, { timeout: 60_000 }).toBe(200);
  const [ready, api, page] = await Promise.all([
    ask("/readyz"),
    ask("/v1/flows"),
    ask("/flows", "text/html"),
  ]);
  expect([ready?.status, api?.status, page?.status]).toEqual([503, 503, 503]);
  expect(api?.headers.get("retry-after")).toBe("1");
  expect(await api?.json()).toMatchObject({ error: "The server is starting." });
  expect(page?.headers.get("refresh")).toBe("1");
  const server = await starting;
  expect((await ask("/readyz"))?.status).toBe(200);
  expect((await ask("/v1/flows"))?.status).toBe(200);
  expect(await server.end("SIGTERM")).toBe(0);
});

it("a signal ends the server also while it starts", { timeout: 120_000 }, async () => {
  const env = { ...process.env, FLOWLINE_DATA_DIR: directory("stopped early"), FLOWLINE_PORT: "0" };
  const child = spawn(process.execPath, [main], { env, stdio: "ignore" });
  const exit = once(child, "exit");
  await expect.poll(() => existsSync(env.FLOWLINE_DATA_DIR), { timeout: 60_000 }).toBe(true);
  child.kill("SIGTERM");
  expect(await exit).toEqual([0, null]);
});

describe("a server that cannot start prints one sentence and exits with 2", () => {
  const expectSentence = ({ code, stderr }: { code: number | null; stderr: string }, words: RegExp) => {
    expect(stderr).toMatch(words);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(code).toBe(2);
  };

  it("when its port or its data directory is in use", { timeout: 60_000 }, async () => {
    const env = { DATA_DIR: await unpackTestStore(directory("used")) };
    const server = await startServerProcess(main, { env });
    expectSentence(
      await runServerUntilExit(main, { ...env, SEED: "0" }),
      /in use by another Flowline server/,
    );
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as { readonly port: number };
    expectSentence(
      await runServerUntilExit(main, {
        DATA_DIR: await unpackTestStore(directory("other")),
        PORT: String(port),
      }),
      /Port \d+ is in use/,
    );
    other.close();
    await server.end("SIGTERM");
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ["an unwritable directory", { DATA_DIR: "/dev/null/data" }, /cannot be written/],
    ["a misspelled setting", { DATABSE_URL: "geheim" }, /^DATABSE_URL is not a setting: did you mean/],
    [
      "an unreachable database",
      { DATABASE_URL: "postgres://u:geheim@127.0.0.1:1/x" },
      /FLOWLINE_DATABASE_URL cannot be used \([^)]+\)/,
    ],
  ])("with %s", { timeout: 30_000 }, async (_, env, words) => {
    const result = await runServerUntilExit(main, env);
    expectSentence(result, words);
    expect(result.stderr).not.toContain("geheim");
  });
});

it("a server that is stopped, even twice, still sends a delayed response", { timeout: 30_000 }, async () => {
  const server = await startServerProcess(main, {
    env: { DATA_DIR: await unpackTestStore(directory("faults")), FAULTS: "1" },
  });
  const call = (method: string, path: string, body?: unknown) =>
    fetch(`${server.url}${path}`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
  const { id } = (await (await call("POST", "/v1/flows", { name: "Begun" })).json()) as {
    readonly id: string;
  };
  await call("POST", "/local/faults", { method: "PUT", path: "/v1/flows/:id", delayMs: 500 });
  const response = await call("GET", "/local/events");
  const reader = new ServerSentEventReader(response.body as ReadableStream<Uint8Array>);
  await reader.next();
  const answer = call("PUT", `/v1/flows/${id}`, { name: "Finished" });
  await wait(150);
  server.child.kill("SIGINT");
  await wait(50);
  server.child.kill("SIGINT");
  const ended = server.end("SIGTERM");
  // Expects the server to end the stream itself, before it closes connections at its time limit.
  while (await reader.next());
  expect((await answer).status).toBe(200);
  expect(await ended).toBe(0);
});
