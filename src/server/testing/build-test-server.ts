import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { build } from "vite";
import type { TestProject } from "vitest/node";

const DIRECTORY = "TEST_SERVER_DIRECTORY";

/** Gives all files of a test run one directory, inside `node_modules`, so that Node resolves the imports of packages. */
export function setup(project: TestProject): () => void {
  const cache = join(process.cwd(), "node_modules", ".cache");
  mkdirSync(cache, { recursive: true });
  const directory = mkdtempSync(join(cache, "flowline-test-server-"));
  process.env[DIRECTORY] = directory;
  project.onTestsRerun(() => rmSync(join(directory, "server"), { recursive: true, force: true }));
  return () => rmSync(directory, { recursive: true, force: true });
}

/** Builds the server for the first test file that asks; others wait for it. Returns the path of its program. */
export async function buildTestServer(): Promise<string> {
  const directory = process.env[DIRECTORY] ?? "";
  const outDir = join(directory, "unfinished");
  const main = join(directory, "server", "main.js");
  while (!existsSync(main)) {
    if (!createDirectory(outDir)) {
      await wait(100);
      continue;
    }
    try {
      await build({
        mode: "test",
        logLevel: "error",
        build: { ssr: "src/server/main.ts", outDir, emptyOutDir: true },
      });
      renameSync(outDir, join(directory, "server"));
    } finally {
      rmSync(outDir, { recursive: true, force: true });
    }
  }
  return main;
}

/** Returns false if it exists. */
function createDirectory(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch {
    return false;
  }
}
