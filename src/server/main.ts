import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isLoopback, readConfig } from "./config.ts";
import { closeServer, createHttpServer, listen } from "./listen.ts";
import { type OpenServer, openServer } from "./open-server.ts";
import { settingsTable } from "./settings.ts";
import { StartupError } from "./store/startup-error.ts";

// What `npm start` runs, once built: dist/server/main.js beside dist/client.

const PATIENCE_MS = 4000;

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const place = { port: config.port };
  const clientDirectory = join(dirname(fileURLToPath(import.meta.url)), "..", "client");
  let opened: OpenServer | undefined;
  // The port is taken before the store is opened, so that the second of two starts says the simpler thing.
  const server = createHttpServer((request, env) => {
    return opened ? opened.app.fetch(request, env) : new Response(null, { status: 503 });
  });
  place.port = await listen(server, config.port, config.host);
  try {
    opened = await openServer(config, { port: () => place.port, clientDirectory });
  } catch (error) {
    server.close();
    throw error;
  }
  let isStopping = false;
  const stop = async () => {
    // Ctrl+C under `npm start` arrives twice: from the terminal and from npm.
    if (isStopping) return;
    isStopping = true;
    opened?.endStreams();
    await closeServer(server, PATIENCE_MS);
    await opened?.close();
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void stop());
  const host = isLoopback(config.host) ? "localhost" : config.host;
  process.stdout.write(`Flowline is ready on http://${host}:${place.port}\n`);
}

if (process.argv.includes("--help")) {
  process.stdout.write(settingsTable());
} else {
  main().catch((error: unknown) => {
    const text =
      error instanceof StartupError ? error.message : String(error instanceof Error ? error.stack : error);
    process.stderr.write(`${text}\n`);
    process.exit(2);
  });
}
