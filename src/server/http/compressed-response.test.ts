import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { startCompression, toCompressedResponse } from "./compressed-response.ts";

const long = {
  data: Array.from({ length: 500 }, (_, index) => ({ id: `flow_${index}`, name: "Übersicht" })),
};
const answer = { status: 200, value: long, headers: { etag: '"1-abc"', "x-request": "r" } };

it.each(["gzip", "br, gzip;q=0.5", "deflate,GZIP ; q=1"])(
  "a long response is compressed for a client that accepts %s",
  async (acceptEncoding) => {
    const response = await toCompressedResponse(answer, acceptEncoding);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.byteLength).toBeLessThan(JSON.stringify(long).length / 4);
    expect(JSON.parse(gunzipSync(bytes).toString("utf8"))).toEqual(long);
    expect(Object.fromEntries(response.headers)).toEqual({
      "cache-control": "private, no-store",
      "content-encoding": "gzip",
      "content-type": "application/json; charset=utf-8",
      etag: 'W/"1-abc"',
      vary: "accept-encoding",
      "x-request": "r",
    });
  },
);

it.each([undefined, "", "br", "identity", "gzip;q=0", "gzip; q=0.000", "x-gzipped"])(
  "a response is not compressed for a client that accepts %s",
  async (acceptEncoding) => {
    const response = await toCompressedResponse(answer, acceptEncoding);
    expect([response.headers.get("content-encoding"), response.headers.get("etag")]).toEqual([
      null,
      '"1-abc"',
    ]);
    expect(await response.json()).toEqual(long);
  },
);

it("short and empty responses are not compressed", async () => {
  const short = await toCompressedResponse({ status: 400, body: '{"error":"No."}' }, "gzip");
  expect([short.status, short.headers.get("content-encoding"), await short.text()]).toEqual([
    400,
    null,
    '{"error":"No."}',
  ]);
  const empty = await toCompressedResponse({ status: 204 }, "gzip");
  expect([empty.status, empty.headers.get("content-type"), empty.body]).toEqual([204, null, null]);
});

it("a compression that has begun early is the body of the response", async () => {
  const body = JSON.stringify(long);
  const { packed } = startCompression(body, "gzip");
  const response = await toCompressedResponse({ status: 200, body, ...(packed && { packed }) }, "gzip");
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(bytes).toEqual(Buffer.from((await packed) ?? []));
  expect(gunzipSync(bytes).toString("utf8")).toBe(body);
  expect(startCompression(body, "br")).toEqual({});
  expect(startCompression("{}", "gzip")).toEqual({});
});
