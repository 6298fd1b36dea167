import { existsSync, fsyncSync, closeSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { PGlite, type PGliteOptions } from "@electric-sql/pglite";
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/pglite";
import type { PGliteLike } from "pg-boss";
import type { Database } from "./database.ts";
import { openDataDirectory } from "./data-directory.ts";
import { DurableFilesystem, syncDirectory } from "./durable-filesystem.ts";
import { Housekeeping } from "./housekeeping.ts";
import { migrate } from "./migrate.ts";
import { NewsListeners, type UnsentNews, nameNews } from "./news.ts";
import type { Store } from "./store.ts";
import { StartupError } from "./startup-error.ts";

const JSON_OID = 114;
const BIGINT_OID = 20;

// Without `-F` (fsync off) and with a sync method that reaches the file system's own `fsync`, a commit is one sync.
const options: PGliteOptions = {
  extensions: { pg_trgm },
  startParams: [
    ...PGlite.defaultStartParams.filter((parameter) => parameter !== "-F"),
    "-c",
    "wal_sync_method=fsync",
    "-c",
    "shared_buffers=32MB",
  ],
  parsers: { [JSON_OID]: (text: string) => text, [BIGINT_OID]: Number },
};

/** Opens the store of a data directory, and makes it when there is none; throws a `StartupError` when it cannot. */
export async function openEmbeddedStore(dataDirectory: string): Promise<Store> {
  const { path, lock } = openDataDirectory(dataDirectory);
  try {
    const client = await openCluster(path);
    return await openStore(client, () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** A store that is gone with the process, in a copy of the given cluster: for tests. */
export async function openMemoryStore(cluster: Blob): Promise<Store> {
  const client = await PGlite.create({ ...options, loadDataDir: cluster });
  return openStore(client, () => undefined);
}

/** A cluster that holds nothing yet, for {@link openMemoryStore}. */
export async function makeEmptyCluster(): Promise<Blob> {
  const client = await PGlite.create(options);
  const cluster = await client.dumpDataDir("none");
  await client.close();
  return cluster;
}

/**
 * A new cluster is made beside its place, synced and renamed into it, so that a crash on the first start leaves either
 * none or a whole one.
 */
async function openCluster(directory: string): Promise<PGlite> {
  const place = join(directory, "store");
  try {
    if (!existsSync(place)) {
      const draft = join(directory, "store.new");
      rmSync(draft, { recursive: true, force: true });
      const client = await PGlite.create({ ...options, fs: new DurableFilesystem(draft) });
      await client.close();
      syncTree(draft);
      renameSync(draft, place);
      syncDirectory(directory);
    }
    return await PGlite.create({ ...options, fs: new DurableFilesystem(place) });
  } catch (error) {
    throw new StartupError(
      `The store in ${place} cannot be opened (${firstLine(error)}); restore it from a backup, or set DATA_DIR to another directory.`,
      { cause: error },
    );
  }
}

async function openStore(client: PGlite, release: () => void): Promise<Store> {
  const database: Database = drizzle(client);
  const listeners = new NewsListeners();
  const housekeeping = new Housekeeping(async () => {
    await client.exec("VACUUM ANALYZE");
    await client.exec("CHECKPOINT");
  });
  try {
    await migrate(database);
  } catch (error) {
    await client.close();
    throw error;
  }
  return {
    kind: "embedded",
    database,
    jobs: { pglite: shareConnection(client) },
    write: async (work) => {
      const told: UnsentNews[] = [];
      const result = await database.transaction((tx) => work(tx, (news) => void told.push(news)));
      housekeeping.countWrite();
      for (const news of told) listeners.tell(nameNews(news));
      // The database works on this thread and never waits, so that one write after another, as of a batch, would keep
      // every request waiting until the last of them.
      await nextTurn();
      return result;
    },
    listen: async (listener) => listeners.add(listener),
    ping: async () => {
      await database.execute(sql`SELECT 1`);
    },
    close: async () => {
      await housekeeping.stop();
      await client.close();
      release();
    },
  };
}

/**
 * One connection for all: a text of several statements that begins a transaction must not leave it open, where one of
 * them fails, for whoever comes next.
 */
function shareConnection(client: PGlite): PGliteLike {
  return {
    query: (text, values) => client.query(text, values as unknown[]),
    exec: (text) =>
      /^\s*BEGIN\b/i.test(text) ? client.transaction((tx) => tx.exec(text)) : client.exec(text),
    listen: (channel, hear) => client.listen(channel, hear),
  };
}

function syncTree(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) syncTree(path);
    else if (entry.isFile()) syncFile(path);
  }
  syncDirectory(directory);
}

function syncFile(path: string): void {
  const file = openSync(path, "r+");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}
