import { createServer } from "node:http";
import { sql } from "drizzle-orm";
import { expect, it, onTestFinished, vi } from "vitest";
import { createHttpServer } from "#server/http-server.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { startTestApp } from "#server/testing/test-app.ts";
import { FAKE_UPSTREAM_API_KEY, listenUntilTestEnds } from "#server/testing/upstream.ts";
import type { Store } from "#server/store/store.ts";
import { createLogger } from "#server/telemetry/create-logger.ts";

async function startServer(store: Store | undefined, env: Record<string, string>, hidden: readonly string[]) {
  const lines: string[] = [];
  const printed = (["error", "info"] as const).map((name) => vi.spyOn(console, name));
  onTestFinished(() => printed.forEach((spy) => spy.mockRestore()));
  const logger = createLogger("warn", hidden, { write: (line) => void lines.push(line) });
  let port = 0;
  const app = await startTestApp(store, { env, logger, port: () => port });
  const url = await listenUntilTestEnds(createHttpServer(app.fetch));
  port = Number(new URL(url).port);
  return { url, lines, countPrinted: () => printed.reduce((sum, { mock }) => sum + mock.calls.length, 0) };
}

async function open(url: string, init?: RequestInit) {
  const { status, body } = await fetch(url, init);
  if (status !== 200 || !body) throw new Error(`the stream was answered with ${status}`);
  return body.getReader();
}

async function readRest(reader: ReadableStreamDefaultReader<Uint8Array>) {
  const chunks: Uint8Array[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { isWhole: true, text: Buffer.concat(chunks).toString() };
      chunks.push(value);
    }
  } catch {
    return { isWhole: false, text: Buffer.concat(chunks).toString() };
  }
}

it("the server closes the connection of an export that fails midway, and logs the failure without secrets", async () => {
  const store = await openTestStore();
  onTestFinished(() => store.close());
  await store.database.execute(sql`
    INSERT INTO records (organization_id, id, user_id, type, name, name_key, metadata, created_at, updated_at)
    SELECT 'org_local', 'record_' || n, 'user_local', 'lead', 'n' || n, 'n' || n,
      json_build_object('text', repeat('x', 10000)), now() + n * interval '1 second', now()
    FROM generate_series(1, 2000) AS n`);
  const { url, lines, countPrinted } = await startServer(store, {}, ["relation"]);
  const reader = await open(`${url}/v1/records/export`);
  await reader.read();
  await store.database.execute(sql`ALTER TABLE records RENAME TO elsewhere`);
  const { isWhole, text } = await readRest(reader);
  expect(isWhole).toBe(false);
  expect(text).not.toContain("Error");
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    { msg: "a response was cut off", err: { message: `••• "records" does not exist` } },
  ]);
  expect(countPrinted()).toBe(0);
});

it("the server closes the connection when the upstream's response breaks off, and logs the failure", async () => {
  const upstream = await listenUntilTestEnds(
    createServer((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write('{"data":[');
      setTimeout(() => response.destroy(), 100);
    }),
  );
  const env = { RUNTYPE_API_KEY: FAKE_UPSTREAM_API_KEY, RUNTYPE_API_URL: upstream };
  const { url, lines, countPrinted } = await startServer(undefined, env, [FAKE_UPSTREAM_API_KEY]);
  const { isWhole, text } = await readRest(await open(`${url}/v1/flows`));
  expect([isWhole, text]).toEqual([false, '{"data":[']);
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([{ msg: "a response was cut off" }]);
  expect(countPrinted()).toBe(0);
});

it("the server logs nothing when the client disconnects", async () => {
  const upstream = await listenUntilTestEnds(createServer((_, response) => void response.write('{"data":[')));
  const env = { RUNTYPE_API_KEY: FAKE_UPSTREAM_API_KEY, RUNTYPE_API_URL: upstream };
  const { url, lines, countPrinted } = await startServer(undefined, env, [FAKE_UPSTREAM_API_KEY]);
  const leaving = new AbortController();
  await (await open(`${url}/v1/flows`, { signal: leaving.signal })).read();
  leaving.abort();
  await new Promise((resolve) => void setTimeout(resolve, 200));
  expect([lines, countPrinted()]).toEqual([[], 0]);
});
