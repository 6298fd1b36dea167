import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DATA_TEMPLATE } from "./data-template.ts";
import { startServer } from "./server.ts";

/**
 * Starts a server for the first time, once for all tests: making its store takes four times as long as any later start,
 * and dozens of tests want a server of their own.
 */
export default async function makeDataTemplate(): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), "flowline-template-"));
  const server = await startServer({ dataDirectory: directory });
  await server.stop();
  process.env[DATA_TEMPLATE] = directory;
  return () => rm(directory, { recursive: true, force: true });
}
