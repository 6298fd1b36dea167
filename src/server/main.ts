import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isLoopbackHost, readServerConfig } from "./config/config.ts";
import { createServerStartingResponse } from "./http/server-starting-response.ts";
import { closeHttpServer, createHttpServer, startListening } from "./http-server.ts";
import { type OpenedServer, openServer } from "./open-server.ts";
import { getCommandLineOutput, readBackupCommand } from "./config/read-backup-command.ts";
import { StartProgress } from "./start-progress.ts";
import { StartupError } from "./domain/startup-error.ts";
import { openTracing } from "./telemetry/tracing.ts";

// Entry point of the production server, built as dist/server/main.js.

const PATIENCE_MS = 4000;
const CLOSE_MS = 10_000;

async function main(): Promise<void> {
  const config = readServerConfig(process.env);
  const place = { port: config.port };
  const clientDirectory = join(dirname(fileURLToPath(import.meta.url)), "..", "client");
  let opened: OpenedServer | undefined;
  const progress = new StartProgress(() => performance.now());
  // A second server on the same port then fails with “port in use” instead of a store error.
  const server = createHttpServer((request, env) => {
    return opened
      ? opened.app.fetch(request, env)
      : createServerStartingResponse(request, config, progress.text);
  });
  place.port = await startListening(server, config.port, config.host);
  let tracing: Awaited<ReturnType<typeof openTracing>>;
  let isStopping = false;
  const stop = async () => {
    // Ignores the second signal: Ctrl+C during `npm start` is delivered both by the terminal and by npm.
    if (isStopping) return;
    isStopping = true;
    // Ends at once while starting: nothing is acknowledged yet, and the next start repeats what is unfinished.
    if (!opened) process.exit(0);
    opened.endStreams();
    await closeHttpServer(server, PATIENCE_MS);
    // Exits even if the database does not respond: acknowledged work is stored, other servers do the rest.
    setTimeout(() => process.exit(0), CLOSE_MS).unref();
    await opened.close();
    await tracing?.close();
    process.exit(0);
  };
  // Listens from the beginning, because process 1 of a container ignores signals that it does not handle.
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void stop());
  tracing = await openTracing(process.env, import.meta.env["VERSION"] as string);
  try {
    opened = await openServer(config, { port: () => place.port, clientDirectory, progress, onLost: giveUp });
  } catch (error) {
    server.close();
    throw error;
  }
  const host = isLoopbackHost(config.host) ? "localhost" : config.host;
  const name = config.role === "worker" ? "The Flowline worker" : "Flowline";
  process.stdout.write(`${name} is ready on http://${host}:${place.port}\n`);
}

function giveUp({ message }: { readonly message: string }): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

try {
  const args = process.argv.slice(2);
  const command = readBackupCommand(args);
  const text = command ? undefined : getCommandLineOutput(args, import.meta.env["VERSION"] as string);
  if (command) {
    const { runBackupCommand } = await import("./run-backup-command.ts");
    await runBackupCommand(command, readServerConfig(process.env));
  } else if (text === undefined) await main();
  else process.stdout.write(text);
} catch (error) {
  const isPlain = error instanceof StartupError || !(error instanceof Error);
  giveUp(
    isPlain
      ? { message: error instanceof Error ? error.message : String(error) }
      : { message: String(error.stack) },
  );
}
