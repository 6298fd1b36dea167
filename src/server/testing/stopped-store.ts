import { openEmbeddedStore } from "#server/store/embedded-store.ts";
import { openPostgresStore } from "#server/store/postgres-store.ts";
import type { Store } from "#server/store/store.ts";

/** Where servers store their data. A data directory allows only one server. */
export type StorePlace = { readonly databaseUrl: string } | { readonly directory: string };

/** Opens a store that no server uses, and closes it after the work. */
export async function withStoppedStore<T>(place: StorePlace, work: (store: Store) => Promise<T>): Promise<T> {
  const fail = (error: unknown) => {
    throw error;
  };
  const store = await ("directory" in place
    ? openEmbeddedStore(place.directory, { onLost: fail, onWait: () => undefined, onTrouble: fail })
    : openPostgresStore({ url: place.databaseUrl, onLostConnection: () => undefined, statementMs: 0 }));
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
