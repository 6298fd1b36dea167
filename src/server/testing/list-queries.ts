import { vi } from "vitest";
import type { Store } from "#server/store/store.ts";

/** The client of a store's database, as drizzle calls it with either driver. */
interface StoreClient {
  query(
    statement: string | { readonly text: string },
    values?: unknown[],
  ): Promise<{ readonly rows: readonly Record<string, unknown>[] }>;
}

export interface SentQuery {
  readonly text: string;
  readonly values: unknown[] | undefined;
}

export function getStoreClient({ database }: Store): StoreClient {
  return (database as unknown as { readonly $client: StoreClient }).$client;
}

/** Returns the queries that `work` sends outside of transactions. */
export async function listQueries(store: Store, work: () => Promise<unknown>): Promise<readonly SentQuery[]> {
  const spy = vi.spyOn(getStoreClient(store), "query");
  try {
    await work();
    return spy.mock.calls.map(([statement, values]) => ({
      text: typeof statement === "string" ? statement : statement.text,
      values,
    }));
  } finally {
    spy.mockRestore();
  }
}
