import { type IncomingMessage, type Server, createServer } from "node:http";
import { onTestFinished } from "vitest";
import { startListening } from "#server/http-server.ts";
import { startTestApp } from "./test-app.ts";

export const FAKE_UPSTREAM_API_KEY = "rt_live_secret";

export async function listenUntilTestEnds(server: Server): Promise<string> {
  const port = await startListening(server, 0, "127.0.0.1");
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${port}`;
}

/** Starts an upstream that echoes the URL and body of a request, with headers that must not be forwarded. */
export async function startEchoUpstream() {
  const seen: IncomingMessage[] = [];
  const url = await listenUntilTestEnds(
    createServer((request, response) => {
      seen.push(request);
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        response.writeHead(429, {
          "content-type": "application/json",
          "retry-after": "7",
          "x-quota-remaining": "0",
          "x-quota-warning": "80 percent used",
          "ratelimit-remaining": "3",
          "set-cookie": "upstream=1",
          "access-control-allow-origin": "*",
          "strict-transport-security": "max-age=31536000",
          "clear-site-data": '"*"',
          "alt-svc": 'h3=":443"',
        });
        response.end(JSON.stringify({ url: request.url, body: Buffer.concat(chunks).toString() }));
      });
    }),
  );
  return { url, seen };
}

export const startTestAppInCloudMode = (url: string, env: Record<string, string> = {}) =>
  startTestApp(undefined, { env: { RUNTYPE_API_KEY: FAKE_UPSTREAM_API_KEY, RUNTYPE_API_URL: url, ...env } });
