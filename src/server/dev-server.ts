import { readConfig } from "./config.ts";
import { type OpenServer, openServer } from "./open-server.ts";

const held = globalThis as { flowlineServer?: Promise<OpenServer> };

/**
 * The application for `npm run dev`. It is kept on `globalThis`, since Vite loads this module anew after every change
 * and a data directory can be opened only once in a process.
 */
export async function devFetch(request: Request, port: number): Promise<Response> {
  const config = readConfig({ ...process.env, PORT: String(port) });
  held.flowlineServer ??= openServer(config, { port: () => port, clientDirectory: undefined });
  const { app } = await held.flowlineServer;
  return app.fetch(request, {});
}
