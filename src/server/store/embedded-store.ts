import { once } from "node:events";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import { DrizzleQueryError, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/pglite";
import type { PGliteLike } from "pg-boss";
import { TYPESCRIPT_ARGUMENTS } from "#server/threads/typescript-arguments.ts";
import {
  hasStoreMarkerFile,
  writeStoreMarker,
  openDataDirectory,
  createMissingStoreError,
} from "./data-directory.ts";
import type { Database } from "./database.ts";
import { DiskSpaceReserve } from "./disk-space-reserve.ts";
import { syncDirectory } from "./durable-filesystem.ts";
import { EmbeddedPostgresClient, PGLITE_OPTIONS, startsWithBegin } from "./embedded-client.ts";
import { GroupCommit } from "./group-commit.ts";
import { VacuumScheduler, vacuumChangedTables } from "./vacuum-scheduler.ts";
import {
  type ReportProgress,
  assertTablesReadable,
  hasMigrationsTable,
  migrateDatabase,
  migrations,
} from "./migrate.ts";
import { ChangeListeners, type ChangeEventWithoutId, addIdToChangeEvent } from "./change-listeners.ts";
import { PreparedStatements } from "./prepared-statements.ts";
import { EmbeddedFlowChanges } from "./flow-changes.ts";
import { StartupError } from "#server/domain/startup-error.ts";
import type { Store } from "./store.ts";

export interface EmbeddedStoreCallbacks {
  readonly onLost: (error: Error) => void;
  /** For up to this many milliseconds, to learn whether another server still uses the directory. */
  readonly onWait: (milliseconds: number) => void;
  readonly onTrouble: (error: unknown) => void;
  readonly onProgress?: ReportProgress | undefined;
}

export async function openEmbeddedStore(directory: string, events: EmbeddedStoreCallbacks): Promise<Store> {
  const { path, lock } = await openDataDirectory(directory, events);
  const place = join(path, "store");
  const room = new DiskSpaceReserve(path);
  try {
    events.onProgress?.("Opening the store…");
    await prepareCluster(path, place, room);
    let housekeeping: VacuumScheduler | undefined;
    const client = await explainFailure(place, () =>
      EmbeddedPostgresClient.open({
        place,
        room,
        verify: () => lock.verify(),
        onSegment: () => housekeeping?.countSegment(),
        onTrouble: events.onTrouble,
      }),
    );
    const flowChanges = new EmbeddedFlowChanges();
    const database: Database = drizzle(client as unknown as PGlite, { logger: flowChanges });
    housekeeping = new VacuumScheduler(async () => {
      await vacuumChangedTables(database);
      await client.checkpoint();
    });
    try {
      if (hasStoreMarkerFile(path) && !(await explainFailure(place, () => hasMigrationsTable(database))))
        throw createMissingStoreError(path, "The store has lost its tables");
      await explainFailure(place, () => migrateDatabase(database, migrations, events.onProgress));
      await assertTablesReadable(database);
      writeStoreMarker(path);
    } catch (error) {
      await client.close();
      throw error;
    }
    return makeStore({ database, flowChanges, pglite: client, housekeeping }, async () => {
      await client.close();
      lock.release();
    });
  } catch (error) {
    lock.release();
    throw error;
  }
}

export async function openMemoryStore(cluster: Blob): Promise<Store> {
  const client = await PGlite.create({ ...PGLITE_OPTIONS, loadDataDir: cluster });
  const statements = new PreparedStatements(client);
  const flowChanges = new EmbeddedFlowChanges();
  const database: Database = drizzle(statements as unknown as PGlite, { logger: flowChanges });
  await migrateDatabase(database);
  const jobs: PGliteLike = {
    query: (text, values) => client.query(text, values as unknown[]),
    exec: (text) => (startsWithBegin(text) ? client.transaction((tx) => tx.exec(text)) : client.exec(text)),
    listen: (channel, hear) => client.listen(channel, hear),
  };
  return makeStore({ database, flowChanges, pglite: jobs }, () => client.close());
}

export async function createEmptyDatabaseDump(): Promise<Blob> {
  const client = await PGlite.create(PGLITE_OPTIONS);
  await migrateDatabase(drizzle(client));
  const cluster = await client.dumpDataDir("none");
  await client.close();
  return cluster;
}

/** Under a temporary name, so that a crash during the first start leaves no incomplete cluster. */
async function prepareCluster(path: string, place: string, room: DiskSpaceReserve): Promise<void> {
  const exists = existsSync(place);
  if (exists && !existsSync(join(place, "PG_VERSION")))
    throw createMissingStoreError(path, `The store in ${place} is not whole (PG_VERSION is missing)`);
  if (!exists && hasStoreMarkerFile(path))
    throw createMissingStoreError(path, `The store in ${place} is missing`);
  const missing = room.missingMegabytes(!exists);
  if (missing > 0) {
    throw new StartupError(
      `The disk of the data directory ${path} is full: ${missing} MB more must be free. Free some space, or set FLOWLINE_DATA_DIR to another directory.`,
    );
  }
  if (exists) return;
  const newCluster = join(path, "store.new");
  rmSync(newCluster, { recursive: true, force: true });
  await explainFailure(place, async () => {
    mkdirSync(newCluster, { mode: 0o700 });
    await createClusterInThread(newCluster);
    renameSync(newCluster, place);
    syncDirectory(path);
  });
}

/** The server goes on meanwhile: initdb and the syncs of its thousand files block their thread for seconds. */
async function createClusterInThread(place: string): Promise<void> {
  const url = new URL("./cluster-worker.mjs", import.meta.url);
  const thread = new Worker(url, { execArgv: TYPESCRIPT_ARGUMENTS, workerData: place });
  const [code] = await once(thread, "exit");
  if (code !== 0) throw new Error(`its thread ended with exit code ${String(code)}`);
}

async function explainFailure<T>(place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw new StartupError(
      `The store in ${place} cannot be opened (${firstLine(error)}); restore it from a backup, or set FLOWLINE_DATA_DIR to another directory.`,
      { cause: error },
    );
  }
}

interface EmbeddedStoreParts {
  readonly database: Database;
  readonly flowChanges: EmbeddedFlowChanges;
  readonly pglite: PGliteLike;
  readonly housekeeping?: VacuumScheduler;
}

function makeStore(
  { database, flowChanges, pglite, housekeeping }: EmbeddedStoreParts,
  close: () => Promise<void>,
): Store {
  const listeners = new ChangeListeners();
  const commits = new GroupCommit(database, flowChanges);
  return {
    kind: "embedded",
    database,
    flowChanges,
    limitReads: () => database,
    jobs: { pglite },
    write: async (work) => {
      const unsentEvents: ChangeEventWithoutId[] = [];
      const result = await commits.write((tx) => work(tx, (event) => void unsentEvents.push(event)));
      housekeeping?.countWrite();
      for (const event of unsentEvents) listeners.publish(addIdToChangeEvent(event));
      return result;
    },
    listen: async (listener) => listeners.add(listener),
    ping: async () => {
      await database.execute(sql`SELECT 1`);
    },
    close: async () => {
      await housekeeping?.stop();
      await close();
    },
  };
}

function firstLine(error: unknown): string {
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  return (cause instanceof Error ? cause.message : String(cause)).split("\n")[0] ?? "";
}
