import { readServerConfig } from "./config/config.ts";
import { StartProgress } from "./start-progress.ts";
import { type OpenedServer, openServer } from "./open-server.ts";

const held = globalThis as { flowlineServer?: Promise<OpenedServer> };

/**
 * Creates the application for `npm run dev` once and keeps it on `globalThis`: Vite reloads this module after every
 * change, but a process can open a data directory only once.
 */
export async function handleDevRequest(request: Request, port: number): Promise<Response> {
  const config = readServerConfig({ ...process.env, PORT: String(port) });
  const onLost = (error: Error) => {
    throw error;
  };
  const progress = new StartProgress(() => performance.now());
  held.flowlineServer ??= openServer(config, {
    port: () => port,
    clientDirectory: undefined,
    progress,
    onLost,
  });
  const { app } = await held.flowlineServer;
  return app.fetch(request, {});
}
