import { readServerConfig } from "./config/config.ts";
import { type OpenedServer, openServer, openStore } from "./open-server.ts";
import { StartProgress } from "./start-progress.ts";
import { openEmbeddedStore } from "./store/embedded-store.ts";
import { openPostgresStore } from "./store/postgres-store.ts";
import type { Store } from "./store/store.ts";

// Vite evaluates this module anew after an edit of any file that the server imports. `globalThis` outlives that.
const held = globalThis as {
  flowlineServer?: Promise<OpenedServer>;
  flowlineStore?: { readonly store: Store; readonly openedBy: unknown };
};

let ownServer: Promise<OpenedServer> | undefined;

/** Answers a request in `npm run dev` from the current sources: replaces the server of the sources before the edit. */
export async function handleDevRequest(request: Request, port: number): Promise<Response> {
  ownServer ??= held.flowlineServer = replaceServer(held.flowlineServer, port).catch((error: unknown) => {
    // Lets the next request try again, for example after another server has released the data directory.
    ownServer = undefined;
    throw error;
  });
  const { app } = await ownServer;
  return app.fetch(request, {});
}

async function replaceServer(
  previous: Promise<OpenedServer> | undefined,
  port: number,
): Promise<OpenedServer> {
  const before = await previous?.catch(() => undefined);
  before?.endStreams();
  await before?.close();
  return openServer(readServerConfig({ ...process.env, FLOWLINE_PORT: String(port) }), {
    port: () => port,
    clientDirectory: undefined,
    progress: new StartProgress(() => performance.now()),
    openStoreOf: keepStore,
    onLost: (error) => {
      throw error;
    },
  });
}

/** Keeps the store open while its code stays the same: a process can open a data directory only once. */
const keepStore: typeof openStore = async (config, logger, options) => {
  const openedBy = config.databaseUrl === undefined ? openEmbeddedStore : openPostgresStore;
  if (held.flowlineStore?.openedBy !== openedBy) {
    const { flowlineStore } = held;
    delete held.flowlineStore;
    await flowlineStore?.store.close();
    held.flowlineStore = { store: await openStore(config, logger, options), openedBy };
  }
  return { ...held.flowlineStore.store, close: async () => undefined };
};
