import { gunzipSync } from "node:zlib";
import { beforeEach, expect, it, vi } from "vitest";
import { PAGE_USER_IDENTITY_HEADER } from "#contract/local.ts";
import { endpoints } from "#contract/endpoints.ts";
import { buildFlow, buildLongFlow, buildStep } from "#core/testing/flow-builder.ts";
import { createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import { createSetVariableStep, insertTestRecords } from "#server/testing/run-data.ts";
import {
  type TestApp,
  createBearerHeader,
  createTestApiKey,
  startTestApp,
} from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";
import { WRITES, type WritingEndpointName } from "#server/testing/writing-requests.ts";

describeSuiteForEitherStore("cached reads", (store) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp(store(), { runner: createFakeFlowRunner() });
    return () => app.close();
  });
  const read = async (path: string, headers: Readonly<Record<string, string>> = {}) =>
    app.call("GET", path, { headers });
  const countReads = async () => {
    const { text } = await app.call("GET", "/metrics");
    const value = (result: string) =>
      Number(
        new RegExp(String.raw`^flowline_cached_reads_total\{result="${result}"\} (\d+)$`, "m").exec(
          text,
        )?.[1] ?? 0,
      );
    return { hits: value("hit"), misses: value("miss") };
  };

  it("are current after each endpoint that may write", async () => {
    const { id: flowId } = await app.create(buildFlow("Digest", [createSetVariableStep("a", 1)]));
    await app.call("POST", `/v1/flows/${flowId}/publish`);
    const [version] = (await read(`/v1/flow-versions/${flowId}`)).json.versions;
    await app.call("PUT", `/v1/flows/${flowId}`, { body: { flowSteps: [createSetVariableStep("b", 2)] } });
    await app.call("PUT", `/local/flows/${flowId}/tags`, { body: { add: ["daily"] } });
    const recordIds = await insertTestRecords(store(), "customer", 2);
    const paths = [
      `/v1/flows/${flowId}`,
      "/v1/flows?limit=50&includeCount=true",
      "/v1/flows?search=digest&sort=lastRunAt&status=changed&tag=daily&includeCount=true",
      "/local/flow-tags",
    ];
    const readAll = (from: TestApp) =>
      Promise.all(
        paths.map(async (path) => {
          const { status, text } = await from.call("GET", path);
          return [path, status, text];
        }),
      );
    // Deletes the flow last, because the other endpoints need it.
    const names = Object.keys(WRITES).toSorted(
      (a, b) => Number(a === "deleteFlow") - Number(b === "deleteFlow"),
    ) as WritingEndpointName[];
    for (const name of names) {
      // Waits, because a run that the previous endpoint started may still change the flow.
      await vi.waitFor(async () => {
        await readAll(app);
        const before = await countReads();
        await readAll(app);
        expect([name, await countReads()]).toEqual([name, { ...before, hits: before.hits + paths.length }]);
      }, 20_000);
      const [path, options] = WRITES[name]({ flowId, versionId: version.id, recordIds });
      expect((await app.call(endpoints[name].method, path, options)).status).toBeLessThan(500);
      // Compares with a second server, which has nothing in memory and so reads the store.
      const other = await startTestApp(store());
      await vi.waitFor(async () => expect([name, await readAll(app)]).toEqual([name, await readAll(other)]), {
        timeout: 20_000,
        interval: 20,
      });
    }
    expect((await read(`/v1/flows/${flowId}`)).status).toBe(404);
  });

  it("are answered from memory until a flow changes, and then from the store", async () => {
    const { id } = await app.create(buildFlow("Digest", []));
    for (const path of [`/v1/flows/${id}`, "/v1/flows?limit=5&search=dig", "/v1/flows?search=dig&limit=5"])
      await read(path);
    expect(await countReads()).toEqual({ hits: 1, misses: 2 });
    await app.call("PUT", `/v1/flows/${id}`, { body: { name: "Digest 2" } });
    expect((await read("/v1/flows?limit=5&search=dig")).json.data).toMatchObject([{ name: "Digest 2" }]);
    expect(await countReads()).toEqual({ hits: 1, misses: 3 });
  });

  it("respond with 304 while the answer of the client is current, and otherwise with 200", async () => {
    const { id } = await app.create(buildFlow("Digest", []));
    for (const path of [`/v1/flows/${id}`, "/v1/flows", "/local/flow-tags"]) {
      await app.call("PUT", `/local/flows/${id}/tags`, { body: { remove: ["x"] } });
      const first = await read(path);
      const etag = first.headers.get("etag") ?? "";
      expect(etag).toMatch(/^"[\w.-]+"$/);
      for (const value of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
        for (const method of ["GET", "HEAD"]) {
          const same = await app.call(method, path, { headers: { "if-none-match": value } });
          expect([same.status, same.text, same.headers.get("etag")]).toEqual([304, "", etag]);
          expect(same.headers.get("cache-control")).toBe("private, no-cache");
          expect(same.headers.get("x-request-id")).toMatch(/^\w{16}$/);
        }
      }
      expect((await read(path, { "if-none-match": '"other"' })).status).toBe(200);
      // Tags change the answer, but not the version token.
      await app.call("PUT", `/local/flows/${id}/tags`, { body: { add: ["x"] } });
      const changed = await read(path, { "if-none-match": etag });
      expect([changed.status, changed.text.includes('"x"')]).toEqual([200, true]);
    }
  });

  it("have an ETag that a write accepts as If-Match", async () => {
    const { id } = await app.create(buildFlow("Digest", []));
    const etag = (await read(`/v1/flows/${id}`)).headers.get("etag") ?? "";
    const put = (name: string) =>
      app.call("PUT", `/v1/flows/${id}`, { body: { name }, headers: { "if-match": `W/${etag}` } });
    expect((await put("First")).status).toBe(200);
    expect((await put("Second")).status).toBe(412);
  });

  it("are sent compressed with a weak ETag, equal to the first answer byte for byte", async () => {
    const { id } = await app.create(buildLongFlow("Long", 60));
    const path = `/v1/flows/${id}`;
    const headers = { "accept-encoding": "gzip" };
    const plain = await read(path);
    for (let round = 0; round < 3; round += 1) {
      const response = await app.fetch(new Request(`http://localhost:4400${path}`, { headers }));
      const bytes = Buffer.from(await response.arrayBuffer());
      expect(gunzipSync(bytes).toString()).toBe(plain.text);
      expect(response.headers.get("content-length")).toBe(String(bytes.byteLength));
      expect(response.headers.get("etag")).toBe(`W/${plain.headers.get("etag")}`);
      expect([response.headers.get("vary"), plain.headers.get("vary")]).toEqual([
        "accept-encoding",
        "accept-encoding",
      ]);
    }
    const weak = `W/${plain.headers.get("etag")}`;
    expect((await read(path, { ...headers, "if-none-match": weak })).headers.get("etag")).toBe(weak);
  });

  it("have the same headers from memory as from the store, for GET and HEAD", async () => {
    const { id } = await app.create(buildFlow("Digest", [buildStep("a")]));
    const answers = [];
    for (const method of ["GET", "GET", "HEAD"]) {
      const { status, headers, text } = await app.call(method, `/v1/flows/${id}`);
      const { "x-request-id": requestId, ...rest } = Object.fromEntries(headers);
      expect(requestId).toMatch(/^\w{16}$/);
      answers.push({ status, rest, length: text.length });
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual({ ...answers[0], length: 0 });
    expect(answers[0]?.rest).toMatchObject({
      "x-content-type-options": "nosniff",
      "content-security-policy": expect.stringContaining("sandbox"),
    });
  });

  it("check the scope, the host and the rate limit for every request", async () => {
    const { id } = await app.create(buildFlow("Digest", []));
    const env = {
      API_KEYS: ["reader=FLOWS:READ", "runner=FLOWS:EXECUTE"]
        .map((entry) => entry.replace(/^\w+/, (name) => createTestApiKey(name)))
        .join(","),
      RATE_LIMIT: "5",
    };
    app = await startTestApp(store(), { env });
    const as = async (name: string, headers = {}) =>
      (await read(`/v1/flows/${id}`, { ...createBearerHeader(name), ...headers })).status;
    expect([await as("reader"), await as("reader")]).toEqual([200, 200]);
    expect([await as("runner"), await as("stranger"), (await read(`/v1/flows/${id}`)).status]).toEqual([
      403, 401, 401,
    ]);
    expect(await as("reader", { host: "evil.example" })).toBe(403);
    expect(await as("reader", { "sec-fetch-site": "cross-site" })).toBe(403);
    expect([await as("reader"), await as("reader"), await as("reader")]).toEqual([200, 200, 200]);
    const refused = await read(`/v1/flows/${id}`, createBearerHeader("reader"));
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, expect.any(String)]);
  });

  it("are answered as documented on a server without extensions", async () => {
    const { id } = await app.create(buildFlow("Digest", []));
    app = await startTestApp(store(), { env: { EXTRAS: "0" } });
    for (const path of [`/v1/flows/${id}`, "/v1/flows"]) {
      const [first, again] = [await read(path), await read(path, { "if-none-match": "*" })];
      expect([again.status, again.text, again.headers.get("etag")]).toEqual([200, first.text, null]);
      expect(again.text).not.toContain("versionToken");
      expect(again.headers.get("cache-control")).toBe("private, no-store");
    }
    expect((await countReads()).hits).toBe(2);
    const { json } = await read(`/v1/flows/${id}`, { [PAGE_USER_IDENTITY_HEADER]: "" });
    expect(json.versionToken).toBeDefined();
  });

  it("distinguish queries that differ only in bytes that are not UTF-8", async () => {
    await app.create(buildFlow("\u{fffd}", []));
    const names = async (query: string) =>
      (await read(`/v1/flows?search=${query}`)).json.data.map(({ name }: { name: string }) => name);
    expect(await names("%EF%BF%BD")).toEqual(["\u{fffd}"]);
    expect(await names("%FF")).toEqual([]);
    expect(await names("%FE")).toEqual([]);
  });
});
