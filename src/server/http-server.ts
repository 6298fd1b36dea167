import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { StartupError } from "./domain/startup-error.ts";

const SWEEP_MS = 50;
const LINGER_MS = 1000;

/** Returns the actual port, for `port` 0. Throws `StartupError` on failure. */
export async function startListening(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(explain(error, port, host)));
    server.listen(port, host.replace(/^\[(.*)\]$/, "$1"), resolve);
  });
  return (server.address() as AddressInfo).port;
}

export interface ConnectionLimits {
  readonly connections: number;
  readonly headersMs: number;
  readonly requestMs: number;
  readonly checkMs: number;
  /** Milliseconds for which a connection may wait for its next request. */
  readonly keepAliveMs: number;
  /** Maximum milliseconds for which a client may read nothing while a part of its response is not sent. */
  readonly unreadMs: number;
}

/** Includes 1000 event streams. Longer than the 60 s of common proxies, whose requests would get a reset. */
export const CONNECTION_LIMITS: ConnectionLimits = {
  connections: 4000,
  headersMs: 10_000,
  requestMs: 300_000,
  checkMs: 1000,
  keepAliveMs: 65_000,
  unreadMs: 60_000,
};

export function createHttpServer(
  fetch: Parameters<typeof createAdaptorServer>[0]["fetch"],
  { connections, headersMs, requestMs, checkMs, keepAliveMs, unreadMs }: ConnectionLimits = CONNECTION_LIMITS,
): Server {
  const serverOptions = {
    keepAliveTimeout: keepAliveMs,
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: checkMs,
  };
  const server = createAdaptorServer({ fetch, serverOptions }) as Server;
  server.maxConnections = connections;
  server.on("request", endUnread);
  server.on("request", (_, response) => disconnectStalledReader(response, unreadMs));
  return server;
}

/** It would occupy a connection and memory for ever. A silent run has nothing to send. */
function disconnectStalledReader(response: ServerResponse, unreadMs: number): void {
  response.setTimeout(unreadMs, () => {
    if ((response.socket?.writableLength ?? 0) > 0) response.socket?.destroy();
  });
}

/** Reads the body for `LINGER_MS`: a client that is cut off while sending may never read the response. */
function endUnread(request: IncomingMessage, response: ServerResponse): void {
  response.once("finish", () => {
    if (request.complete) return;
    request.resume();
    setTimeout(() => {
      if (!request.complete) request.socket.destroy();
    }, LINGER_MS).unref();
  });
}

export async function closeHttpServer(server: Server, patience: number): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), patience);
  // Closes idle connections repeatedly: a busy kept-alive connection becomes idle, but stays open, after its response.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  await new Promise((resolve) => {
    server.close(resolve);
  });
  clearInterval(sweep);
  clearTimeout(timer);
}

function explain(error: NodeJS.ErrnoException, port: number, host: string): Error {
  if (error.code === "EADDRINUSE") {
    return new StartupError(
      `Port ${port} is in use by another program; stop it, or set FLOWLINE_PORT to another number.`,
    );
  }
  return new StartupError(`Cannot listen on ${host}:${port} (${error.code ?? error.message}).`, {
    cause: error,
  });
}
