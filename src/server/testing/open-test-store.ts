import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeEmptyCluster, openMemoryStore } from "#server/store/embedded-store.ts";
import type { Store } from "#server/store/store.ts";

const DIRECTORY = join("node_modules", ".cache", "flowline-test-store");

/**
 * A store in memory, new and migrated. Its cluster is as PGlite makes it, before anything of ours is in it: that takes
 * seconds and is the same each time, so it is made once and kept for as long as PGlite has the same version.
 */
export async function openTestStore(): Promise<Store> {
  const path = join(DIRECTORY, `${await findVersion()}.tar`);
  if (!existsSync(path)) await keep(path, await makeEmptyCluster());
  return openMemoryStore(new Blob([await readFile(path)]));
}

/** Two files of tests may be at this at once: each writes its own, and either is as good. */
async function keep(path: string, cluster: Blob): Promise<void> {
  const draft = `${path}.${process.pid}`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(draft, Buffer.from(await cluster.arrayBuffer()));
  await rename(draft, path);
}

async function findVersion(): Promise<string> {
  const about = await readFile(join("node_modules", "@electric-sql", "pglite", "package.json"), "utf8");
  return (JSON.parse(about) as { readonly version: string }).version;
}
