import { execFileSync } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { createEmptyDatabaseDump, openMemoryStore } from "#server/store/embedded-store.ts";
import { migrations } from "#server/store/migrate.ts";
import type { Store } from "#server/store/store.ts";

const DIRECTORY = join("node_modules", ".cache", "flowline-test-store");

export async function openTestStore(): Promise<Store> {
  return openMemoryStore(new Blob([await readFile(await findCluster())]));
}

/** Unpacks an empty store into a data directory, because a server would need seconds to create one. */
export async function unpackTestStore(directory: string): Promise<string> {
  const place = join(directory, "store");
  mkdirSync(place, { recursive: true, mode: 0o700 });
  execFileSync("tar", ["-xf", await findCluster(), "-C", place], { stdio: ["ignore", "ignore", "pipe"] });
  return directory;
}

async function findCluster(): Promise<string> {
  const about = await readFile(join("node_modules", "@electric-sql", "pglite", "package.json"), "utf8");
  const { version } = JSON.parse(about) as { readonly version: string };
  const hash = createHash("sha256").update(JSON.stringify(migrations)).digest("hex").slice(0, 12);
  const path = join(DIRECTORY, `${version}-${hash}.tar`);
  if (!existsSync(path)) await storeCluster(path, await createEmptyDatabaseDump());
  return path;
}

/**
 * Stores the cluster for later test runs and removes clusters of other versions. Writes a temporary file and renames
 * it, because two workers, or two tests of one, may store the cluster at once.
 */
async function storeCluster(path: string, cluster: Blob): Promise<void> {
  const temporaryPath = `${path}.${randomUUID()}`;
  await mkdir(dirname(path), { recursive: true });
  const older = (await readdir(dirname(path))).filter(
    (name) => name.endsWith(".tar") && name !== basename(path),
  );
  await writeFile(temporaryPath, Buffer.from(await cluster.arrayBuffer()));
  await rename(temporaryPath, path);
  for (const name of older) await rm(join(dirname(path), name), { force: true });
}
