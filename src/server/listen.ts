import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { StartupError } from "./store/startup-error.ts";

const SWEEP_MS = 50;

/** Resolves with the port once connections are taken; a port in use is a sentence. */
export async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(explain(error, port, host)));
    server.listen(port, host.replace(/^\[(.*)\]$/, "$1"), resolve);
  });
  return (server.address() as AddressInfo).port;
}

export function createHttpServer(fetch: Parameters<typeof createAdaptorServer>[0]["fetch"]): Server {
  return createAdaptorServer({ fetch }) as Server;
}

/** Takes no more connections, lets requests under way finish, and cuts what is left after `patience` milliseconds. */
export async function closeServer(server: Server, patience: number): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), patience);
  // Again and again, since a connection that its client keeps open is idle only once its request is answered.
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
      `Port ${port} is in use by another program; stop it, or set PORT to another number.`,
    );
  }
  return new StartupError(`Cannot listen on ${host}:${port} (${error.code ?? error.message}).`, {
    cause: error,
  });
}
