import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { StartupError } from "./domain/startup-error.ts";

const SWEEP_MS = 50;
const LINGER_MS = 1000;

/**
 * Starts listening and returns the actual port, which differs from `port` if that is 0. Throws `StartupError` on
 * failure.
 */
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

/**
 * The 4000 connections include up to 1000 event streams, the limit in event-hub.ts. Connections wait longer than the
 * 60 s after which common proxies close theirs: a proxy that sends a request as the server closes gets a reset.
 */
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

/**
 * Disconnects a client that stops reading a response, which would otherwise occupy a connection and the response's
 * memory for ever. A silent run has nothing to send, so it is not affected.
 */
function disconnectStalledReader(response: ServerResponse, unreadMs: number): void {
  response.setTimeout(unreadMs, () => {
    if ((response.socket?.writableLength ?? 0) > 0) response.socket?.destroy();
  });
}

/**
 * Closes the connection after a response that was sent before the request body was read. First reads the body for
 * `LINGER_MS`, because a client that is disconnected while sending may never read the response.
 */
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
