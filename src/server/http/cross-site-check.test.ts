import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { createHttpServer, startListening } from "#server/http-server.ts";
import { startTestApp, createTestApiKey } from "#server/testing/test-app.ts";

const env = { RUNTYPE_API_KEY: "rt_test", RUNTYPE_API_URL: "http://127.0.0.1:1" };

async function status(
  headers: Record<string, string>,
  path = "/local/capabilities",
  extra = {},
): Promise<number> {
  const app = await startTestApp(undefined, { env: { ...env, ...extra } });
  return (await app.call("GET", path, { headers })).status;
}

describe("a server on loopback", () => {
  it.each(["localhost:4400", "127.0.0.1:4400", "[::1]:4400", "LOCALHOST:4400"])(
    "responds to requests with Host %s",
    async (host) => {
      expect(await status({ host })).toBe(200);
    },
  );

  it.each(["evil.example", "localhost", "localhost:4401", "127.0.0.1.evil.example:4400", "192.168.1.5:4400"])(
    "refuses Host %s, which may come from DNS rebinding",
    async (host) => {
      expect(await status({ host })).toBe(403);
    },
  );

  it("answers 400 to a request with two Host lines, whatever their order", async () => {
    const app = await startTestApp(undefined, { env });
    const server = createHttpServer(app.fetch);
    const port = await startListening(server, 0, "127.0.0.1");
    const ask = async (path: string, hosts: readonly string[]) => {
      const socket = connect(port, "127.0.0.1");
      const lines = hosts.map((host) => `host: ${host}\r\n`).join("");
      socket.write(`GET ${path} HTTP/1.1\r\n${lines}Connection: close\r\n\r\n`);
      return (await text(socket)).slice(0, "HTTP/1.1 200".length);
    };
    const ours = "localhost:4400";
    expect(await ask("/local/capabilities", [ours])).toBe("HTTP/1.1 200");
    for (const hosts of [
      [ours, "evil.example"],
      ["evil.example", ours],
      [ours, ours],
    ]) {
      expect(await ask("/local/capabilities", hosts)).toBe("HTTP/1.1 400");
      expect(await ask("/healthz", hosts)).toBe("HTTP/1.1 400");
    }
    server.close();
  });

  it("responds to health checks with any Host", async () => {
    expect(await status({ host: "10.0.0.7:4400" }, "/healthz")).toBe(200);
  });

  it.each(["https://evil.example", "null", "http://localhost:3000", "http://localhost:4400.evil.example"])(
    "refuses requests with Origin %s",
    async (origin) => {
      expect(await status({ origin })).toBe(403);
    },
  );

  it("accepts requests from its own page", async () => {
    expect(await status({ origin: "http://localhost:4400", "sec-fetch-site": "same-origin" })).toBe(200);
    expect(await status({ "sec-fetch-site": "none", "sec-fetch-mode": "navigate" })).toBe(200);
  });

  it.each(["cross-site", "same-site"])("refuses requests that the browser marks as %s", async (site) => {
    expect(await status({ "sec-fetch-site": site })).toBe(403);
    expect(await status({ "sec-fetch-site": site, "sec-fetch-mode": "navigate" })).toBe(403);
  });

  it("allows opening the page by a link from another site", async () => {
    const visit = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    expect(await status(visit, "/flows/flow_1")).toBe(404);
    expect(
      await status({ "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }, "/flows/flow_1"),
    ).toBe(403);
  });
});

describe("a server with a public address", () => {
  const open = { HOST: "0.0.0.0", API_KEYS: createTestApiKey("k"), PUBLIC_URL: "https://flows.example.com" };

  it("answers only requests for that address", async () => {
    expect(
      await status({ host: "flows.example.com", origin: "https://flows.example.com" }, undefined, open),
    ).toBe(200);
    expect(await status({ host: "localhost:4400" }, undefined, open)).toBe(403);
    expect(await status({ host: "flows.example.com", origin: "https://evil.example" }, undefined, open)).toBe(
      403,
    );
  });

  it("answers no other host name when it listens on all interfaces", async () => {
    const onNetwork = { ...open, PUBLIC_URL: "http://box.lan:4400" };
    const own = { host: "box.lan:4400", origin: "http://box.lan:4400" };
    expect(await status(own, undefined, onNetwork)).toBe(200);
    expect(await status({ host: "rebound.example:4400" }, undefined, onNetwork)).toBe(403);
    expect(await status({ ...own, origin: "http://evil.example" }, undefined, onNetwork)).toBe(403);
  });
});
