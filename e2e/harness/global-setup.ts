import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { STORE_TEMPLATE_PATH_ENV_VARIABLE_NAME } from "./data-template.ts";
import { startBuiltServer } from "./server.ts";

/**
 * Creates a store once for all tests to copy. Dozens of tests start a server of their own, and creating a store takes
 * four times as long as opening a copy.
 */
export default async function makeDataTemplate(): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), "flowline-template-"));
  const server = await startBuiltServer({ dataDirectory: directory });
  await server.stop();
  process.env[STORE_TEMPLATE_PATH_ENV_VARIABLE_NAME] = directory;
  return () => rm(directory, { recursive: true, force: true });
}
